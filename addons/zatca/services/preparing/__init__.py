"""From a sale to what its electronic invoice says."""
