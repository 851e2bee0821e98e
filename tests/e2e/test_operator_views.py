"""The operator's pages inside a running Airflow API server, signed in and not signed in."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import handmade
import pytest
from daily_papers import settings as settings_module
from daily_papers.settings import ENV_PREFIX

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

REPOSITORY = Path(__file__).parents[2]
AIRFLOW = Path(sys.executable).with_name("airflow")
SECRET = "of an Airflow that lives for one test, on loopback; any 64 characters or more"
PAGES = ("coverage", "quarantine", "snapshots", "runs")
HOSTILE = "<script>alert('من')</script> \"quoted\" 🤖"
UP_WITHIN_S = 300


class ApiServer:
    """Airflow's API server alone, with one user who may look and nothing else."""

    def __init__(self, root: Path):
        self.root = root
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AIRFLOW", ENV_PREFIX, "PYTEST", "COV_"))
        }
        home = root / "airflow"
        home.mkdir()
        passwords = home / "passwords.json"
        passwords.write_text(json.dumps({"onlooker": "of-one-test", "nobody": "of-one-test"}))
        self.env = inherited | {
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db?timeout=60",
            "AIRFLOW__CORE__DAGS_FOLDER": str(REPOSITORY / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(REPOSITORY / "plugins"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "onlooker:viewer",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(self.port),
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__API__SECRET_KEY": SECRET,
            "AIRFLOW__API_AUTH__JWT_SECRET": SECRET,
            "DAILY_PAPERS_HOME": str(root / "home"),
        }

    def start(self) -> None:
        subprocess.run(
            [AIRFLOW, "db", "migrate"], check=True, env=self.env, capture_output=True, timeout=300
        )
        with (self.root / "api-server.log").open("wb") as log:
            self.process = subprocess.Popen(
                [AIRFLOW, "api-server"],
                env=self.env,
                cwd=self.root,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + UP_WITHIN_S
        while self.get("/api/v2/version")[0] != 200:
            log_text = (self.root / "api-server.log").read_text()
            assert self.process.poll() is None, log_text[-5000:]
            assert time.monotonic() < deadline, log_text[-5000:]
            time.sleep(1)

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)

    def sign_in(self) -> str:
        request = urllib.request.Request(
            f"{self.url}/auth/token",
            json.dumps({"username": "onlooker", "password": "of-one-test"}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)["access_token"]

    def get(self, path: str, token: str = "", method: str = "GET") -> tuple[int, str, dict]:
        """Ask as a browser does that keeps Airflow's cookie."""
        headers = {"Cookie": f"_token={token}"} if token else {}
        request = urllib.request.Request(self.url + path, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status, response.read().decode(), dict(response.headers)
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(), dict(error.headers)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return 0, "", {}


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[ApiServer]:
    server = ApiServer(tmp_path_factory.mktemp("views"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def published(server) -> str:
    """Publish two snapshots, the second with hostile text in every column that takes any."""
    options = options_of(server)
    handmade.write_lake(options.home, **handmade.EXAMPLE_LAKE)
    handmade.build_warehouse(options)
    handmade.write_lake(
        options.home,
        attempts=[
            handmade.attempt(
                handmade.WEDNESDAY + timedelta(days=1), "failed", reason="not_a_list", error=HOSTILE
            )
        ],
        quarantine=[
            handmade.quarantined(
                handmade.TUESDAY, paper_id=HOSTILE, reason=HOSTILE, row_json=json.dumps(HOSTILE)
            )
        ],
    )
    return handmade.build_warehouse(options).snapshot_id


def options_of(server: ApiServer) -> settings_module.Settings:
    return settings_module.load(home=server.root / "home", source="live")


def test_without_a_warehouse_the_page_says_what_to_do(server):
    # the first test: nothing is published yet
    status, html, _ = server.get("/daily-papers/coverage", server.sign_in())
    assert status == 200
    assert "Nothing is published" in html
    assert "build_marts" in html


@pytest.mark.parametrize("token", ["", "not.a.token"])
def test_who_is_not_signed_in_sees_nothing(server, published, token):
    for page in PAGES:
        status, body, _ = server.get(f"/daily-papers/{page}", token)
        assert status in (401, 403), page
        assert published not in body


def test_who_is_signed_in_sees_every_page_of_the_snapshot(server, published):
    token = server.sign_in()
    for page in PAGES:
        status, html, headers = server.get(f"/daily-papers/{page}", token)
        assert status == 200, page
        assert published in html, page
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "no-store" in headers["cache-control"]
    _, html, _ = server.get("/daily-papers/coverage", token)
    assert "2026-01-07: failed, 0 papers, http_error" in html


def test_hostile_text_is_shown_as_text(server, published):
    token = server.sign_in()
    for page in ("coverage", "quarantine"):
        _, html, _ = server.get(f"/daily-papers/{page}", token)
        assert "<script" not in html
        assert "&lt;script&gt;alert(&#39;من&#39;)&lt;/script&gt;" in html
        assert "🤖" in html


def test_the_difference_of_two_snapshots_is_shown(server, published):
    _, html, _ = server.get("/daily-papers/snapshots", server.sign_in())
    row = html.split("ops.quarantine")[1].split("</tr>")[0]
    assert "+1" in row
    status, html, _ = server.get("/daily-papers/snapshots?older=%3Cb%3E", server.sign_in())
    assert status == 400
    assert "no snapshot &#39;&lt;b&gt;&#39;" in html


def test_the_pages_only_read(server, published):
    token = server.sign_in()
    for method in ("POST", "PUT", "DELETE"):
        assert server.get("/daily-papers/coverage", token, method)[0] == 405
    before = {path: path.stat().st_mtime_ns for path in (server.root / "home").rglob("*")}
    for page in PAGES:
        server.get(f"/daily-papers/{page}", token)
    assert {path: path.stat().st_mtime_ns for path in (server.root / "home").rglob("*")} == before


def test_the_navigation_offers_the_pages(server):
    token = server.sign_in()
    request = urllib.request.Request(
        f"{server.url}/api/v2/plugins", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        plugins = {plugin["name"]: plugin for plugin in json.load(response)["plugins"]}
    (view,) = plugins["daily_papers"]["external_views"]
    assert view["href"] == "daily-papers/coverage"
    assert server.get(f"/{view['href']}", token)[0] == 200
