"""Paper: what documents, labels and receipts look like, and that setting them harms nobody."""
