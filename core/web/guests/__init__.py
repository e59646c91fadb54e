"""The pages by which a company lets guests in, and the door by which they come."""
