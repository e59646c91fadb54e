"""What the pages of a document offer beyond reading and saving it: drafts, merging, presence."""
