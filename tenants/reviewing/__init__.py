"""What companies say of addons: kept, shown to others, answered and hidden."""
