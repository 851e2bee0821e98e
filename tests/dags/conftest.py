"""An Airflow home of the tests' own, named before any test module imports Airflow."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

# At import, because Airflow reads its configuration when it is first imported.
_HOME = tempfile.mkdtemp(prefix="daily-papers-airflow-")
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
os.environ |= {
    "AIRFLOW_HOME": _HOME,
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{_HOME}/airflow.db",
}


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).parents[2]
