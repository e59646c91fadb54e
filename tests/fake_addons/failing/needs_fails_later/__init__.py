"""Depends on one whose upgrade fails."""
