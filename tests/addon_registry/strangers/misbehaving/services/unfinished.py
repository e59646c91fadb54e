"""Cannot be read, and so cannot be audited."""

def unfinished(:
