"""How the whole of it fares: addons across all companies, in counts, and the database servers."""
