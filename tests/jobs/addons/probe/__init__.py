"""An addon for the tests of the jobs."""
