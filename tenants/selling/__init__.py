"""Resellers and their customers: catalogue, prices, requests, packages and grants."""
