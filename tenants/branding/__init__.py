"""Brands: under which name and in which colours the platform is sold."""
