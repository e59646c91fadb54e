"""What is done with products: described, coded, converted, found, and the ports of trade."""
