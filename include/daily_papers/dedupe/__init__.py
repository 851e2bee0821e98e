"""Which records are the same paper."""
