"""What customers do for themselves: look at their documents, answer quotations, ask, and pay."""
