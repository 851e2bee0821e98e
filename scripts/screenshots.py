"""Take the pictures of docs/screenshots/ from a dashboard, so that they stay true.

Run with `make screenshots`; the dashboard is that of DAILY_PAPERS_HOME unless --folder names
another. The pictures in the repository are of the real archive, as `make bench` reads it.

Beside them made_from.json says what they show: a hash of the dashboard's style, scripts and
templates, and the snapshot. With --check, run by `make check`, nothing is taken and a hash that
is no longer that of the sources ends it with 1.
"""

import argparse
import hashlib
import json
import sys
import threading
from pathlib import Path

from daily_papers import settings
from daily_papers.publish import dashboard
from daily_papers.publish.dashboard.serve import LOOPBACK, make_server
from playwright.sync_api import sync_playwright

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))
from browser_window import find_chromium  # noqa: E402 (a helper that the tests have too)

OUT = REPOSITORY / "docs" / "screenshots"
MADE_FROM = "made_from.json"
LOOKS = Path(dashboard.__file__).parent
DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
PICTURES = [
    ("overview", "index.html", DESKTOP, "light"),
    ("overview-dark", "index.html", DESKTOP, "dark"),
    ("papers-week", "papers.html#view=week", DESKTOP, "light"),
    ("tags", "tags.html", DESKTOP, "light"),
    ("benchmarks", "benchmarks.html", DESKTOP, "light"),
    ("sql", "sql.html", DESKTOP, "dark"),
    ("phone", "papers.html", PHONE, "light"),
]


def hash_looks() -> str:
    """Return the sha256 of everything that decides how the pages look, but for the data."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in sorted([*LOOKS.glob("static/**/*"), *LOOKS.glob("templates/*.jinja")]):
        if path.is_file():
            digest.update(f"{path.relative_to(LOOKS).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def check(folder: Path) -> int:
    """Compare what the pictures were made from with what is there."""
    made_from = json.loads((folder / MADE_FROM).read_text(encoding="utf-8"))
    missing = [name for name, *_ in PICTURES if not (folder / f"{name}.png").is_file()]
    if made_from["looks_sha256"] == hash_looks() and not missing:
        return 0
    print(
        f"{folder}: taken before the dashboard changed; run `make screenshots` with "
        "DAILY_PAPERS_HOME at a home of the real archive, and look at them",
        file=sys.stderr,
    )
    return 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="a dashboard; default: build the home's")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--check", action="store_true", help="compare, take none")
    arguments = parser.parse_args()
    if arguments.check:
        return check(arguments.out)
    chromium = find_chromium()
    if chromium is None:
        print("no Chromium: run scripts/install_chromium.sh", file=sys.stderr)
        return 1
    folder = arguments.folder or dashboard.build_dashboard(settings.load())
    arguments.out.mkdir(parents=True, exist_ok=True)
    with make_server(folder, 0) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=chromium)
        for name, address, size, scheme in PICTURES:
            page = browser.new_context(viewport=size, color_scheme=scheme).new_page()
            page.goto(f"http://{LOOPBACK}:{server.server_port}/{address}")
            page.wait_for_load_state("networkidle")
            if name == "sql":
                page.click("#run")
                page.wait_for_function(
                    "() => document.querySelector('#state').innerText.includes(' ms')"
                )
            path = arguments.out / f"{name}.png"
            page.screenshot(path=path)
            print(f"{path}: {path.stat().st_size // 1000} kB")
            page.context.close()
        browser.close()
        server.shutdown()
    mark = json.loads((folder / dashboard.MARK).read_text(encoding="utf-8"))
    made_from = {"looks_sha256": hash_looks(), "snapshot_id": mark["snapshot_id"]}
    (arguments.out / MADE_FROM).write_text(json.dumps(made_from, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
