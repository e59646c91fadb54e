"""Analytic dimensions: what lines are split by, when they must be, and the sums by value."""
