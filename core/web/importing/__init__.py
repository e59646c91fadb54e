"""The import of files into declared resources: a wizard, the work behind it, and the way back."""
