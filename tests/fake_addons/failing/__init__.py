"""Addons that load, and fail when a tenant gets them."""
