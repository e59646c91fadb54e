"""Guests: people of the operator or a reseller whom a company lets in, for a time that it sets."""
