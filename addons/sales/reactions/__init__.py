"""What sales do when others tell of something, one file for each publisher."""
