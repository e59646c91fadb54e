"""Lists, forms and pages of inventory."""
