"""Budgets: written in editions, put in force, compared with the books, and held to."""
