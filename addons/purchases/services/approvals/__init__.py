"""Who may approve how much, and in whose place."""
