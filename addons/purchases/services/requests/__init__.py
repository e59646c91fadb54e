"""Purchase requests: asked for, approved, and turned into quotations and orders."""
