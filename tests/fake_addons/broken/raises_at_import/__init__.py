"""Cannot be imported."""
