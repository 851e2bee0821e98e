"""The bundled third-party code is what frontend/'s lock file makes."""

import base64
import gzip
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from daily_papers.publish import dashboard

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

FRONTEND = Path(__file__).parents[2] / "frontend"
VENDOR = Path(dashboard.__file__).parent / "static" / "vendor"


def unpack(path: Path) -> bytes:
    """Return the worker's text: the packed bytes depend on Node.js's version of zlib."""
    match = re.search(r'"([A-Za-z0-9+/=]{100,})"', path.read_text(encoding="utf-8"))
    assert match
    return gzip.decompress(base64.b64decode(match[1]))


def test_the_bundles_are_those_of_the_lock_file(tmp_path):
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip(
            "no Node.js with npm on this machine; only this test and `make frontend` need it"
        )
    for name in (".npmrc", "package.json", "package-lock.json", "bundle.mjs"):
        shutil.copy(FRONTEND / name, tmp_path)
    for path in FRONTEND.glob("*.js"):
        shutil.copy(path, tmp_path)
    for command in (
        [npm, "ci", "--ignore-scripts", "--silent"],
        [node, "node_modules/esbuild/install.js"],
        [node, "bundle.mjs", str(tmp_path / "vendor")],
    ):
        subprocess.run(command, check=True, cwd=tmp_path, timeout=300)
    for name in ("plot.js", "LICENCES.txt"):
        assert (tmp_path / "vendor" / name).read_bytes() == (VENDOR / name).read_bytes()
    assert unpack(tmp_path / "vendor" / "sqlite_worker.js") == unpack(VENDOR / "sqlite_worker.js")
