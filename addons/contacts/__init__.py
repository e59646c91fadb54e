"""Contacts: the companies and people that the company deals with."""
