"""Documents on their way to the authority, after they were signed and never before."""
