"""An addon of the tests: customers, and orders with lines."""
