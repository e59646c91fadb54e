"""The ledger of stock: its only writer, its balances and its places."""
