"""Devices whose key a till holds: their registration, what their tills know, and what they sign."""
