"""extract.extractor: stored results of a version are used again, so its rules may not change."""

import ast
import hashlib
from importlib import resources

from daily_papers.extract.extractor import EXTRACTOR_VERSION

# No part of what is stored: the other extractor, scores, printed lines, the source's keywords.
NO_RULES = {"endpoint.py", "evaluation.py", "keywords.py", "output.py"}
# To change a rule, raise EXTRACTOR_VERSION, then write what the failing test says.
PINNED = {"extract-7": "a024cf6297dd931a"}


def fingerprint_rules() -> str:
    """Digest the code of the rules, without comments and docstrings, and their data files."""
    package = resources.files("daily_papers.extract")
    digest = hashlib.sha256()
    files = [one for one in package.iterdir() if one.name.endswith(".py")]
    files += [one for one in package.joinpath("data").iterdir() if not one.name.endswith(".md")]
    for file in sorted(files, key=lambda one: one.name):
        if file.name in NO_RULES:
            continue
        text = file.read_text(encoding="utf-8")
        if file.name.endswith(".py"):
            text = ast.unparse(strip_docstrings(ast.parse(text)))
        digest.update(f"{file.name}\n{text}\n".encode())
    return digest.hexdigest()[:16]


def strip_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            del node.body[0]
    return tree


def test_rules_do_not_change_without_a_new_version():
    assert {EXTRACTOR_VERSION: fingerprint_rules()} == PINNED
