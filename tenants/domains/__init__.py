"""Domains of organizations' own: claimed by anybody, served once they are proved."""
