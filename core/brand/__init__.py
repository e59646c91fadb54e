"""Under which name, colours and pictures people meet the platform."""
