"""A till-like addon: selling goes on when its licence lapsed, and its prices can be read alone."""
