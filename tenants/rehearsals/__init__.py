"""Rehearsals of upgrades that are asked for on the page: a job, and how far it is."""
