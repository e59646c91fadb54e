"""Fixed assets: their plan, their depreciation, and what happens to them until they are gone."""
