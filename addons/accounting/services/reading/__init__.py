"""What reports read of the books: figures by account, branch, partner and tax, and the lines."""
