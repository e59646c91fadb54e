"""A gateway for the tests of the customer portal."""
