"""Other ways to look at a list: a board of cards, a calendar, a table of sums with its charts."""
