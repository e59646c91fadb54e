"""For addon authors: a new addon to start from, and the checks that every addon passes."""
