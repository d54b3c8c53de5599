"""Many generations at once: what is computed next, where it lies, and who pays for it."""
