"""One document for every scenario, to be put before any validator."""
