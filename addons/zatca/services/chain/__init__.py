"""The chains of devices: which device signs what, and how the next link is made."""
