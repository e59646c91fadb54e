"""Addons for the tests of the module manager: `good` ones that work, `broken` ones that do not."""
