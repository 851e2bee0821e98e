"""The dashboard's server: this machine alone, and a clear word when the port is taken."""

import threading
import urllib.request

import pytest
from daily_papers.errors import InvalidInputError
from daily_papers.publish.dashboard.serve import make_server


def test_files_are_served_on_the_loopback_address_only(tmp_path):
    (tmp_path / "index.html").write_text("here")
    with make_server(tmp_path, 0) as server:
        assert server.server_address[0] == "127.0.0.1"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        with urllib.request.urlopen(address, timeout=30) as answer:
            assert answer.read() == b"here"
            assert answer.headers["Cache-Control"] == "no-cache"
        server.shutdown()


def test_a_taken_port_is_named_with_the_remedy(tmp_path):
    with make_server(tmp_path, 0) as server, pytest.raises(InvalidInputError, match="--port"):
        make_server(tmp_path, server.server_port)
