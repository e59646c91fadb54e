"""Paper: documents, labels and receipts as PDF, pictures or printer commands, made of values."""
