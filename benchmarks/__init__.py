"""Speed beside its limit: each benchmark measures a bare or peer figure in the same run."""
