"""Coupons: codes in batches, what one is worth today, and where it was used."""
