"""What accounting does: plain functions on a session, one file per subject."""
