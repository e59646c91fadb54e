"""How each addon fares in a company: what failed, what was slow, and what is put aside for it."""
