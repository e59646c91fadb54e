"""Points for sales: documents of its own that another addon's sales make."""
