"""Charts of accounts that companies can begin with, kept as data files."""
