"""Pages that behave and misbehave, for the tests of the web."""
