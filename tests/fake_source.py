"""A stand-in for the source: lists of invented papers over HTTP, with faults on request."""

import json
import random
import zlib
from collections import Counter
from datetime import date, timedelta
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response


def make_entry(day: date, number: int, upvotes: int) -> dict[str, Any]:
    """Return an entry in the source's format; nothing in it is anybody's text."""
    paper_id = f"{day:%y%m}.{day.day:02}{number:03}"
    return {
        "paper": {
            "id": paper_id,
            "authors": [{"_id": f"{number:024}", "name": f"Author {number}", "hidden": False}],
            "publishedAt": f"{day - timedelta(days=1)}T00:00:00.000Z",
            "submittedOnDailyAt": f"{day}T09:00:00.000Z",
            "title": f"Paper {number} of {day}",
            "summary": f"An abstract invented for a test; it is number {number} of {day}. " * 2,
            "upvotes": upvotes,
        },
        "title": f"Paper {number} of {day}",
        "numComments": 1,
    }


class FakeSource:
    """Answers /api/daily_papers by date or week, with limit and p, sorted by upvotes."""

    def __init__(self, server: HTTPServer, *, seed: int = 0, papers: int = 7) -> None:
        self.base_url = server.url_for("").rstrip("/")
        self.requests: list[dict[str, str]] = []
        self.upvotes_added = 0  # what every paper gained since
        self.fault_share = 0.0  # of requests that go wrong and would go right the next time
        self.broken_days: dict[date, bytes] = {}  # always answered with these bytes
        self.has_week = True
        self._papers = papers
        self._random = random.Random(seed)
        self.faults: Counter[str] = Counter()
        server.expect_request("/api/daily_papers").respond_with_handler(self._answer)
        server.expect_request("/").respond_with_data("no such page", 404)

    def count(self, day: date) -> int:
        """Return how many papers a day has: none at weekends, else about `papers`."""
        if day.weekday() >= 5:
            return 0
        return self._papers + zlib.crc32(day.isoformat().encode()) % 5

    def entries(self, day: date) -> list[dict[str, Any]]:
        """Return a day's whole list."""
        return [make_entry(day, n, n * 3 % 17 + self.upvotes_added) for n in range(self.count(day))]

    def _answer(self, request: Request) -> Response:
        self.requests.append(dict(request.args))
        if "week" in request.args:
            if not self.has_week:
                return Response("no such parameter", 400)
            monday = date.fromisocalendar(
                int(request.args["week"][:4]), int(request.args["week"][6:]), 1
            )
            days = [monday + timedelta(days=n) for n in range(7)]
        else:
            days = [date.fromisoformat(request.args["date"])]
        for day in days:
            if day in self.broken_days:
                return Response(self.broken_days[day])
        entries = [entry for day in days for entry in self.entries(day)]
        entries.sort(key=lambda entry: (-entry["paper"]["upvotes"], entry["paper"]["id"]))
        size = min(int(request.args.get("limit", 50)), 100)
        start = int(request.args.get("p", 0)) * size
        body = json.dumps(entries[start : start + size]).encode()
        if self._random.random() < self.fault_share:
            return self._fault(body)
        return Response(body, content_type="application/json")

    def _fault(self, body: bytes) -> Response:
        kind = self._random.choice(["429", "429 later", "500", "truncated", "html", "one"])
        self.faults[kind] += 1
        return {
            "429": Response("slow down", 429),
            "429 later": Response("slow down", 429, {"Retry-After": "0"}),
            "500": Response("oops", 500),
            "truncated": Response(body[: len(body) // 2] or b"["),
            "html": Response("<html>We are busy</html>", content_type="text/html"),
            "one": Response(b"1"),
        }[kind]
