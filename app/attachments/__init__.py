"""Files that people attach to their questions: read once, searched for one conversation only."""
