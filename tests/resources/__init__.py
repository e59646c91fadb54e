"""What becomes of a declared resource, seen through HTTP."""
