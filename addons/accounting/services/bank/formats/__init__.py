"""One reader per kind of bank file; each turns text or bytes into `BankStatement` values."""
