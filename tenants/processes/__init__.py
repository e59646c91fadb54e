"""The processes of the platform on one machine: web, worker, and who looks after them."""
