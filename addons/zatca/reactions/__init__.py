"""What electronic invoicing does when other addons tell it something."""
