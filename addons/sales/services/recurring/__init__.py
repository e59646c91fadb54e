"""Recurring invoices: contracts, the periods that they are charged for, and what is made of them.

`periods.py` and `charges.py` work with values alone; `making.py` writes the invoices.
"""
