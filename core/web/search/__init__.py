"""The search over everything: records of every resource, entries of the menu, actions."""
