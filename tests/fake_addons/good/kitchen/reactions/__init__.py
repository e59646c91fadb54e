"""What the kitchen does when others do something."""
