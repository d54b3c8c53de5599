"""The command `colophon`. What needs the index speaks to the running server, or starts one."""
