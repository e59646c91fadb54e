"""How a list is looked at: its state in the address, grouping, saved views, and who opens which."""
