"""A kitchen, which cannot be without a garden."""
