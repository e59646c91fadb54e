"""Reports: what they are made of, their figures, their checks, and the files they become."""
