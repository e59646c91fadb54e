"""What can happen to an organization after it was made: a new name, a copy, the bin, an export."""
