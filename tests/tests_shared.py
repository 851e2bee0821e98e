"""Where the real data lies, for markers that are read before any fixture."""

from pathlib import Path

SHARED = Path(__file__).parents[2] / "shared" / "data"
