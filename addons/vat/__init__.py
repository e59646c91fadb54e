"""Value added tax: one engine for all documents, taxes by country, returns from the ledger."""
