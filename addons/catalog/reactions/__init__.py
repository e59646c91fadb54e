"""What the catalog does when other addons tell of something."""
