"""What purchases do when other addons have done something: one file per publisher."""
