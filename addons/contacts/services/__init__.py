"""What is done with contacts: kept, checked, found, merged."""
