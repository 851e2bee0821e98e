"""House rules of plugins/: they register, at no cost to the processes that only load them."""

import ast
import sys
from pathlib import Path

import pytest
from test_dag_files import HEAVY, modules_loaded_by

PLUGIN_FILES = sorted((Path(__file__).parents[2] / "plugins").glob("*.py"))


@pytest.mark.parametrize("path", PLUGIN_FILES, ids=lambda path: path.name)
def test_a_plugin_is_small_and_hides_no_module_of_pythons(path):
    # Airflow imports a plugin by its bare file name
    assert path.stem not in sys.stdlib_module_names
    assert len(path.read_text().splitlines()) < 100
    imported = {
        name.partition(".")[0] for node in ast.parse(path.read_text()).body for name in _names(node)
    }
    # Airflow's settings, which load them, have imported sqlalchemy already
    assert imported <= {"airflow", "sqlalchemy"} | sys.stdlib_module_names


def test_loading_a_plugin_loads_nothing_heavy():
    loaded = modules_loaded_by(*PLUGIN_FILES, before="airflow.plugins_manager")
    assert PLUGIN_FILES
    # fastapi is what the API server alone needs
    seen = {
        path: (HEAVY | {"fastapi", "starlette", "jinja2"}) & set(loaded[path]) for path in loaded
    }
    assert set().union(*seen.values()) == set()


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []
