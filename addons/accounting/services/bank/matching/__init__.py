"""What a line of the bank probably is, and why: suggestions with reasons and a score."""
