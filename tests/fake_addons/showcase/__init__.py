"""An addon that uses everything the web toolkit offers."""
