"""House rules of dags/ and of the package: thin wiring here, no Airflow there."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
DAG_FILES = sorted((REPOSITORY / "dags").glob("*.py"))
PACKAGE_FILES = sorted((REPOSITORY / "include").rglob("*.py"))
HEAVY = {"daily_papers", "duckdb", "great_expectations", "pandas", "pyarrow", "sqlglot"}
LOGIC = (
    ast.For,
    ast.While,
    ast.If,
    ast.IfExp,
    ast.Try,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.ClassDef,
    ast.AugAssign,
    ast.Raise,
)
PROBE = """
import importlib, json, runpy, sys
importlib.import_module(sys.argv[1])
loaded = {}
for path in sys.argv[2:]:
    before = set(sys.modules)
    runpy.run_path(path)
    loaded[path] = sorted({name.partition(".")[0] for name in set(sys.modules) - before})
print(json.dumps(loaded))
"""


def modules_loaded_by(*paths: Path, before: str = "airflow.sdk") -> dict[str, list[str]]:
    """Top-level modules that each file adds to a fresh interpreter with `before`."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, before, *map(str, paths)],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY / "plugins")},
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_importing_a_dag_file_loads_nothing_heavy(tmp_path):
    # The last file is heavy: the probe must see it.
    heavy = tmp_path / "heavy.py"
    heavy.write_text("import pyarrow")
    loaded = modules_loaded_by(*DAG_FILES, heavy)
    assert DAG_FILES
    seen = {path: HEAVY & set(modules) for path, modules in loaded.items()}
    assert seen.pop(str(heavy)) == {"pyarrow"}
    assert set().union(*seen.values()) == set()


@pytest.mark.parametrize("path", DAG_FILES, ids=lambda path: path.name)
def test_a_dag_file_holds_wiring_and_no_logic(path):
    tree = ast.parse(path.read_text())
    assert [type(node).__name__ for node in ast.walk(tree) if isinstance(node, LOGIC)] == []
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and _is_task(function):
            for node in _statements(function):
                is_call = isinstance(getattr(node, "value", None), ast.Call | ast.Attribute)
                assert isinstance(node, ast.ImportFrom) or is_call, ast.unparse(node)
    assert len(path.read_text().splitlines()) < 100


def _statements(function: ast.FunctionDef) -> Iterator[ast.stmt]:
    """Yield what a task does, in the home it opened."""
    for node in function.body:
        if isinstance(node, ast.With):
            assert [ast.unparse(item.context_expr) for item in node.items] == ["home.opened()"]
            yield from node.body
        else:
            yield node


def _is_task(function: ast.FunctionDef) -> bool:
    return any("task" in ast.unparse(decorator) for decorator in function.decorator_list)


@pytest.mark.parametrize("path", DAG_FILES, ids=lambda path: path.name)
def test_package_imports_of_a_dag_file_sit_inside_tasks(path):
    at_module_level = [
        name for node in ast.parse(path.read_text()).body for name in _imported_packages(node)
    ]
    assert set(at_module_level) <= {"airflow", "datetime", "daily_papers_alerts"}


def test_the_package_never_imports_airflow():
    importing = [
        str(path.relative_to(REPOSITORY))
        for path in PACKAGE_FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if "airflow" in _imported_packages(node)
    ]
    assert PACKAGE_FILES
    assert importing == []


def test_the_package_runs_without_airflow_loaded():
    code = (
        "import daily_papers.ingest, daily_papers.warehouse.build, sys;"
        "print([name for name in sys.modules if name.partition('.')[0] == 'airflow'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "[]"


def _imported_packages(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return [(node.module or "").partition(".")[0]]
    return []
