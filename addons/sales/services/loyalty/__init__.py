"""Loyalty: points that customers earn, use and lose."""
