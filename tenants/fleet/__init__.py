"""How addons fare across all companies, in counts."""
