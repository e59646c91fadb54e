"""What inventory does, one folder or file for each subject."""
