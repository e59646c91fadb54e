"""Companies that the operator's or a reseller's people make for somebody else, who is invited."""
