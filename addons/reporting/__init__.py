"""Double-entry accounting: chart of accounts, journals, posted entries that nobody can change."""
