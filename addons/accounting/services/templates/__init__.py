"""Entry templates: entries whose amounts are formulas, and what people are asked for them."""
