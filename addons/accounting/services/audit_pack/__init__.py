"""The audit pack: a fiscal year's books in one ZIP file, with all that proves them."""
