"""Signing up: anybody may have a company of their own made, where the operator lets them."""
