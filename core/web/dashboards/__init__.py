"""The start page: cards that addons contribute and everybody arranges, and what is to be set up."""
