"""Addons in a deployment: their store, the active set, and the steps that change it."""
