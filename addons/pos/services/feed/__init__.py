"""What a till is told: everything page by page, then what changed (docs/pos-sync.md)."""
