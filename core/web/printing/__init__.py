"""Print on every record and list: what is printed, its pages and its jobs."""
