"""Several companies of one owner, and several branches of one company."""
