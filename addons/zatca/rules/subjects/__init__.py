"""The authority's rules, one file for each subject. Each file ends with its `RULES`."""
