"""What comes of orders, and what goes back."""
