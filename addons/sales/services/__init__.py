"""What sales do, one file for each subject."""
