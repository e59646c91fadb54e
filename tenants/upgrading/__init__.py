"""Upgrading companies to the release that runs: who is behind, runs over all, rehearsals."""
