"""What VAT does when other addons have done something."""
