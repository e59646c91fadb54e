"""A reaction in a file that bears the name of another publisher."""
