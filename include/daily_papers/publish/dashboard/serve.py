"""Show a dashboard's folder to this machine alone."""

import functools
import http.server
from pathlib import Path

from daily_papers.errors import InvalidInputError

LOOPBACK = "127.0.0.1"


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files without a line for each; the browser asks again when a file has changed."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its own name)
        """Say nothing."""

    def end_headers(self) -> None:
        """Add the headers that every answer has."""
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()


def make_server(folder: Path, port: int) -> http.server.ThreadingHTTPServer:
    """Return a server of the folder on the loopback address, not yet serving.

    Args:
        folder: what to serve.
        port: 0 takes any free one.

    Raises:
        InvalidInputError: the port is taken or not permitted.
    """
    handler = functools.partial(_Handler, directory=str(folder))
    try:
        return http.server.ThreadingHTTPServer((LOOPBACK, port), handler)
    except (OSError, OverflowError) as error:
        raise InvalidInputError(
            f"port {port} of {LOOPBACK} cannot be used ({error}): give another with --port"
        ) from None
