"""What follows from the sales of others."""
