"""Commissions: what was sold, credited and paid, what it earns by the tiers, and statements of it.

`tiers.py` works with values alone; `happenings.py` reads what happened, `earning.py` puts both
together, and `statements.py` writes it down.
"""
