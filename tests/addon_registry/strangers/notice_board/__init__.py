"""Notice board: what everybody in the company should know."""
