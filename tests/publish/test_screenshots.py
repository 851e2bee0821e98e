"""docs/screenshots/ are of the dashboard as it is, or `make check` says that they are not."""

import importlib.util
import json
import shutil
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "screenshots.py"


@pytest.fixture
def screenshots():
    spec = importlib.util.spec_from_file_location("screenshots", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pictures_are_those_of_these_pages(screenshots):
    assert screenshots.check(screenshots.OUT) == 0


def test_a_change_of_a_page_makes_them_stale(screenshots, monkeypatch, tmp_path, capsys):
    looks = shutil.copytree(screenshots.LOOKS, tmp_path / "dashboard")
    monkeypatch.setattr(screenshots, "LOOKS", looks)
    before = screenshots.hash_looks()
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / screenshots.MADE_FROM).write_text(json.dumps({"looks_sha256": before}))
    for name, *_ in screenshots.PICTURES:
        (folder / f"{name}.png").touch()
    assert screenshots.check(folder) == 0
    (looks / "static" / "app.css").write_text("body { color: red }")
    assert screenshots.check(folder) == 1
    assert "make screenshots" in capsys.readouterr().err
