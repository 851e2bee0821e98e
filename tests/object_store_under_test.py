"""A real S3 API on loopback (moto), whose answers can be spoilt, and machines that use it."""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug import Request
from werkzeug import Response as Reply
from werkzeug.serving import WSGIRequestHandler, make_server

BUCKET = "lake"
URL = f"s3://{BUCKET}/home"
Spoil = Callable[[Request], Reply | None]


class _Silent(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        """Say nothing: the tests look at the requests themselves."""


class ObjectStoreUnderTest:
    """The store of one test.

    Attributes:
        spoil: sees each request first; what it returns is the answer.
        requests: method and key of each request so far.
    """

    def __init__(self) -> None:
        self.spoil: Spoil = lambda _: None
        self.requests: list[tuple[str, str]] = []
        application = DomainDispatcherApplication(create_backend_app)

        def serve(environ: Any, start: Any) -> Any:
            request = Request(environ)
            self.requests.append((request.method, request.path.removeprefix(f"/{BUCKET}/home/")))
            answer = self.spoil(request)
            return (answer or application)(environ, start)

        self._server = make_server("127.0.0.1", 0, serve, threaded=True, request_handler=_Silent)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.client = boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id="key",
            aws_secret_access_key="secret",
        )
        self.client.create_bucket(Bucket=BUCKET)

    @property
    def env(self) -> dict[str, str]:
        """Variables by which a process finds it."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_REGION": "us-east-1",
            "DAILY_PAPERS_HOME": URL,
            "DAILY_PAPERS_STORE_ALLOW_HTTP": "true",
            "DAILY_PAPERS_STORE_TIMEOUT_S": "5",
        }

    def files(self, prefix: str = "") -> dict[str, bytes]:
        """Return what lies below a prefix of the home."""
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=BUCKET, Prefix=f"home/{prefix}"
        )
        keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
        return {key.removeprefix("home/"): self.read(key.removeprefix("home/")) for key in keys}

    def parquet_files(self, prefix: str) -> dict[str, bytes]:
        """Return the tables below a prefix of the home."""
        return {
            name: data for name, data in self.files(prefix).items() if name.endswith(".parquet")
        }

    def read(self, name: str) -> bytes:
        body: bytes = self.client.get_object(Bucket=BUCKET, Key=f"home/{name}")["Body"].read()
        return body

    def close(self) -> None:
        self.client.delete_bucket  # noqa: B018 (the state of moto goes with the process)
        self._server.shutdown()


@contextlib.contextmanager
def running_object_store() -> Iterator[ObjectStoreUnderTest]:
    """Start a store with an empty bucket, and forget it afterwards."""
    from moto.backends import get_backend  # noqa: PLC0415 (costs a second)

    store = ObjectStoreUnderTest()
    try:
        yield store
    finally:
        store.close()
        get_backend("s3").reset()


def command(store: ObjectStoreUnderTest, machine: Path, *arguments: str, **env: str) -> str:
    """Run `daily-papers` on a machine with its own disk; return what it printed."""
    done = subprocess.run(
        [Path(sys.executable).with_name("daily-papers"), *arguments],
        check=False,
        env=os.environ | store.env | {"DAILY_PAPERS_WORKING_COPIES": str(machine)} | env,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
    return done.stdout
