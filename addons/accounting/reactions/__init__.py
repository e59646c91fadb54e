"""What accounting does when other addons do something: one file per publisher."""
