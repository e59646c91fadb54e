"""The blocks of the XML, each a function from values to lines of text."""
