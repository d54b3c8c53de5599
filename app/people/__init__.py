"""Who is asking and what they may read: accounts, sessions, keys, groups, the audit log."""
