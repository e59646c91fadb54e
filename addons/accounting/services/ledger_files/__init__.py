"""Ledgers of other programs, read from the CSV files that these write."""
