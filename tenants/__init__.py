"""The control plane and composition root: organizations, their databases, and the processes."""
