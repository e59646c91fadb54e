"""What the stock is worth: as of any day, by product, and why."""
