"""Numbers of documents: gapless, one series for each kind of document and year or month."""
