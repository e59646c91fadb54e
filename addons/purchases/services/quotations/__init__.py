"""Requests for quotation: asked of several suppliers, compared, awarded."""
