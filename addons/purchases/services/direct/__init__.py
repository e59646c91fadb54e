"""Orders for goods that a supplier brings to the customer himself."""
