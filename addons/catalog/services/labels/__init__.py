"""Labels that a company designs: what they can show, the designs, and printing them."""
