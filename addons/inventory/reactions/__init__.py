"""What inventory does when other addons have done something."""
