"""A reactions file that raises."""
