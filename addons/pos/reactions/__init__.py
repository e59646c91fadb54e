"""What the point of sale does when other addons tell it something."""
