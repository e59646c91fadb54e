"""Prices: which list and rule says what a product costs a customer, and why."""
