"""Transfers: how goods move, from what is expected to what is done."""
