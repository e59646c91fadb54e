"""From a definition and what was asked to a sheet of figures."""
