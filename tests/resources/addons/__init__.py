"""The addons of these tests."""
