"""From the lake to a checked, published snapshot that answers SQL."""
