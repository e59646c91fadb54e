"""A hook that returns something else."""
