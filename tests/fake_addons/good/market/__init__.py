"""A market that is loud: each of its parts of a page raises."""
