"""Operating the fleet: what each organization may take, and how everything stands."""
