"""The addons that ship with Aorabooks, one folder each, all with the same file names."""
