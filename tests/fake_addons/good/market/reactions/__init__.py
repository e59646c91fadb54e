"""What the market does when others do something."""
