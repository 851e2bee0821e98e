"""Dashboards in a real Chromium: one of handmade hostile rows, one of the bundled sample."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser_window import Window, find_chromium, open_browser
from daily_papers import ingest
from daily_papers import settings as settings_module
from daily_papers.publish import dashboard
from daily_papers.publish.dashboard.serve import make_server
from daily_papers.settings import SAMPLE_DIR, Settings
from daily_papers.sources import open_source
from daily_papers.warehouse import build
from handmade_snapshot import publish_handmade
from playwright.sync_api import Browser
from tests_shared import SHARED

OpenWindow = Callable[..., Window]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium: run scripts/install_chromium.sh, or set CHROMIUM to its path")
    with open_browser(path) as opened:
        yield opened


@pytest.fixture(scope="session")
def handmade(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a dashboard of every table, with hostile texts."""
    options = settings_module.load(home=tmp_path_factory.mktemp("handmade"))
    publish_handmade(options)
    return dashboard.build_dashboard(options)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a home with the bundled sample, built, and its dashboard in it."""
    options = settings_module.load(
        home=tmp_path_factory.mktemp("sample"), source=f"replay:{SAMPLE_DIR}", request_interval_s=0
    )
    source = open_source(options.source, options)
    days = source.days(ingest.FIRST_LISTING_DATE, ingest.FIRST_LISTING_DATE.replace(year=2027))
    for _ in ingest.ingest_days(days, options, source):
        pass
    ingest.judge_days(days, options)
    build.build(options)
    dashboard.build_dashboard(options)
    return options


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a dashboard of the real archive."""
    if not SHARED.is_dir():
        pytest.skip("the real archive is not on this machine (expected at ../shared/data)")
    options = settings_module.load(home=tmp_path_factory.mktemp("real_archive"))
    source = open_source(f"replay:{SHARED / 'hf_api'}", options)
    days = source.days(ingest.FIRST_LISTING_DATE, ingest.FIRST_LISTING_DATE.replace(year=2027))
    list(ingest.ingest_days(days, options, source))
    build.build(options)
    return dashboard.build_dashboard(options)


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """Serve folders on the loopback address until the session ends."""
    servers = []

    def start(folder: Path) -> str:
        server = make_server(folder, 0)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def handmade_base(handmade: Path, serve: Callable[[Path], str]) -> str:
    return serve(handmade)


@pytest.fixture(scope="session")
def sample_base(sample: Settings, serve: Callable[[Path], str]) -> str:
    return serve(dashboard.build_dashboard(sample))


@pytest.fixture
def open_window(browser: Browser) -> Iterator[OpenWindow]:
    """Open windows; at the end of the test none may have complained or asked others."""
    windows: list[Window] = []

    def make(base: str, address: str = "index.html", **context: object) -> Window:
        page = browser.new_context(**context).new_page()  # type: ignore[arg-type]
        window = Window(page, base)
        windows.append(window)
        window.open(address)
        return window

    yield make
    for window in windows:
        window.page.context.close()
        assert window.complaints == []
        assert window.outside() == []
        assert "hacked" not in window.page.url
