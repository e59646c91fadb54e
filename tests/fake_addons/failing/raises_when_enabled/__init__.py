"""Its set-up fails after its migration."""
