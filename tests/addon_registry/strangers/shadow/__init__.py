"""Shadow: what a notice said at first."""
