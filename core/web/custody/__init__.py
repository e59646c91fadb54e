"""The page that answers where a company's data is, and hands all of it over."""
