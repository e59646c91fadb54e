"""Files that people bring: which letters, separators and figures they use, and their rows."""
