"""How documents of trade become entries: which accounts, which journals, and what they settle."""
