"""What the addon does when others do something: one file per publisher."""
