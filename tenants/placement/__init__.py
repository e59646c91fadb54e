"""Database servers: which there are, how they fare, and where a new organization goes."""
