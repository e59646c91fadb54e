"""Bank: what banks report, kept line by line, and what the books say about each line."""
