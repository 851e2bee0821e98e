"""The SQL tests make their lakes with the helper of the warehouse tests."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "warehouse"))
