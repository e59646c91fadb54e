"""The page on which a company adds domains of its own."""
