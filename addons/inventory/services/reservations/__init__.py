"""Reservations: which goods are promised to which demand."""
