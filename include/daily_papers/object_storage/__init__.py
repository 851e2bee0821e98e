"""A home on object storage: working copies of it, and locks that all machines see."""
