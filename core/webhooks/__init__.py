"""Tells other systems what happened: signed, tried again, logged, and sent again on request."""
