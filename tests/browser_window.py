"""A real headless Chromium that watches what a page does."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright


def find_chromium() -> str | None:
    """Return the path of a Chromium, as scripts/install_chromium.sh looks for it."""
    for name in (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name) if name else None
        if path:
            return path
    return None


@contextmanager
def open_browser(path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Window:
    """A page of the browser with everything it complained of or asked for."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda m: self.complaints.append(f"{m.type}: {m.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("requestfailed", lambda r: self.complaints.append(f"failed: {r.url}"))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def open(self, address: str) -> None:
        """Open a page of the dashboard and wait until it has what it asked for."""
        self.page.goto("about:blank")  # a mere change of the hash would not load it anew
        self.page.goto(f"{self.base}/{address}")
        self.page.wait_for_load_state("networkidle")

    def outside(self) -> list[str]:
        """Return what was asked of others than the dashboard itself."""
        return [
            url
            for url in self.requests
            if not url.startswith((self.base, "about:", "blob:", "data:"))
        ]

    def rows(self, table: str) -> list[list[str]]:
        """Return the texts of a table's cells, by the id of what holds it."""
        return self.page.eval_on_selector_all(
            f"#{table} tbody tr", "rows => rows.map(r => [...r.cells].map(c => c.innerText.trim()))"
        )


def file_base(folder: Path) -> str:
    """Return the address of a folder opened from disk."""
    return folder.as_uri()
