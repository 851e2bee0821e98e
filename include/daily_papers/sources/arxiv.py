"""arXiv metadata, live: batches of ids from the export API, bulk changes from OAI-PMH.

API: GET https://export.arxiv.org/api/query?id_list=A,B,C&max_results=3
OAI: GET https://oaipmh.arxiv.org/oai?verb=ListRecords&metadataPrefix=arXivRaw&from=D&until=D
One connection, three seconds between requests (https://info.arxiv.org/help/api/tou.html).
Nothing is stored here; answers are read by `arxiv_format`.
"""

from collections.abc import Generator, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

import httpx

from daily_papers.errors import CorruptFileError, InvalidInputError
from daily_papers.lake import raw
from daily_papers.settings import Settings
from daily_papers.sources.arxiv_format import API, OAI, Answer, BadAnswerError, read_answer
from daily_papers.sources.http_client import Budget, FetchError, HttpClient
from daily_papers.sources.response import FailedFetch, Response

_ACCEPT: Final = "application/atom+xml, application/xml, text/xml, */*;q=0.1"  # none gets 406


class Fetched(NamedTuple):
    """A response with what it says; without an answer, why."""

    item: Response | FailedFetch
    answer: Answer | None
    error: str | None = None


class ArxivSource:
    """arXiv itself, asked politely; whoever iterates stores what comes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def fetch_ids(self, ids: Sequence[str], max_requests: int | None = None) -> Iterator[Fetched]:
        """Ask the API for papers, batch by batch; end after a batch that fails.

        A batch that holds an id which arXiv rejects is asked again without it. Ids that
        an answer lacks are asked once more at the end: the API at times leaves some out.

        Args:
            ids: in the order of asking.
            max_requests: end after so many, retries included; None: ask for all.
        """
        budget = Budget(max_requests)
        with self._open(self._settings.arxiv_api_url) as client:
            absent: list[str] = []
            for batch in _batches(ids, self._settings.arxiv_batch_size):
                if not (yield from self._fetch_batch(client, batch, absent, budget)):
                    return
            for batch in _batches(absent, self._settings.arxiv_batch_size):
                if not (yield from self._fetch_batch(client, batch, [], budget)):
                    return

    def harvest(self, first: date, last: date, set_spec: str | None = None) -> Iterator[Fetched]:
        """Read by OAI-PMH every record that changed from first to last, page by page.

        A harvest of the same range that was cut off goes on after its last stored page,
        unless arXiv no longer knows its resumption token.

        Args:
            first: first day of change, UTC; the day of submission plays no part.
            last: last day, included.
            set_spec: a set such as "cs" or "physics:hep-th"; None: all of arXiv.
        """
        params = {"verb": "ListRecords", "metadataPrefix": "arXivRaw"}
        params |= {"from": first.isoformat(), "until": last.isoformat()}
        params |= {"set": set_spec} if set_spec else {}
        attempt_at, page = datetime.now(UTC), 0
        tokens: set[str] = set()
        with self._open(self._settings.arxiv_oai_url) as client:
            whole = params
            if unfinished := self._find_unfinished(client.url_of("/oai", whole)):
                attempt_at, page, known_token = unfinished
                params = _resume(known_token)
            for _ in range(self._settings.arxiv_oai_max_pages):
                fetched = _ask(client, OAI, "/oai", params, attempt_at, page=page)
                if unfinished and fetched.error and "badResumptionToken" in fetched.error:
                    attempt_at, page, unfinished = datetime.now(UTC), 0, None
                    yield fetched._replace(error=None)  # kept as evidence
                    fetched = _ask(client, OAI, "/oai", whole, attempt_at, page=page)
                yield fetched
                token = fetched.answer.resumption_token if fetched.answer else None
                if token is None:
                    return
                if token in tokens:
                    yield Fetched(fetched.item, None, f"resumption token {token!r} came twice")
                    return
                tokens.add(token)
                params = _resume(token)
                page += 1
            limit = self._settings.arxiv_oai_max_pages
            yield Fetched(fetched.item, None, f"more than {limit} pages (arxiv_oai_max_pages)")

    def _find_unfinished(self, url: str) -> tuple[datetime, int, str] | None:
        """Return where the newest harvest that began at an address stopped, if before its end.

        Returns:
            Its start, the page that comes next, and the token that asks for it.
        """
        archive = self._settings.home / "raw"
        today = datetime.now(UTC).date()  # a token lives for a day
        days = (today - timedelta(days=1), today)
        stored = [item for day in days for item in raw.read_source(archive, OAI, day)]
        begun_at = max((item.attempt_at for item in stored if item.url == url), default=None)
        pages = [item for item in stored if item.attempt_at == begun_at and item.sha256]
        for item in sorted(pages, key=lambda item: (item.page, item.fetched_at), reverse=True):
            answer = _examine(item.to_item()).answer
            if answer is None:
                continue
            token = answer.resumption_token
            is_going_round = token == httpx.URL(item.url).params.get("resumptionToken")
            if begun_at is None or token is None or is_going_round:
                break
            return begun_at, item.page + 1, token
        return None

    def _open(self, base_url: str) -> HttpClient:
        patient = {"backoff_initial_s": self._settings.arxiv_backoff_initial_s}
        return HttpClient(
            self._settings.model_copy(update=patient),
            base_url=base_url,
            request_interval_s=self._settings.arxiv_request_interval_s,
        )

    def _fetch_batch(
        self, client: HttpClient, batch: list[str], absent: list[str], budget: Budget
    ) -> Generator[Fetched, None, bool]:
        """Yield the answers to a batch; return whether arXiv answered."""
        while batch:
            if budget.is_spent:
                return False
            params = {"id_list": ",".join(batch), "max_results": str(len(batch))}
            fetched = _ask(
                client, API, "/api/query", params, datetime.now(UTC), ids=batch, budget=budget
            )
            yield fetched
            if fetched.answer is None:
                return False
            if not fetched.answer.is_rejection:
                absent += fetched.answer.unknown_ids
                return True
            batch = [paper_id for paper_id in batch if paper_id not in fetched.answer.unknown_ids]
        return True


def _resume(token: str) -> dict[str, str]:
    return {"verb": "ListRecords", "resumptionToken": token}  # nothing else is allowed


def read_replay(folder: str) -> Iterator[Fetched]:
    """Read stored answers: a raw archive, or a tree of *.xml files.

    A plain file counts as fetched when its server says it was written (`updated` of a
    feed, `responseDate` of OAI-PMH); what it lacks says nothing, as nobody knows the ids
    that were asked for.

    Raises:
        InvalidInputError: no such folder, or a file that is no answer of arXiv.
        CorruptFileError: a stored response is damaged.
    """
    root = Path(folder)
    if not root.is_dir():
        raise InvalidInputError(f"replay folder {folder} does not exist")
    for source in (API, OAI):
        for day in raw.source_days(root, source):
            for stored in raw.read_source(root, source, day):
                yield _examine(stored.to_item())
    for path in sorted(root.rglob("*.xml")):
        yield _read_file(root, path)


def _batches(ids: Sequence[str], size: int) -> Iterator[list[str]]:
    rest = iter(ids)
    while batch := list(islice(rest, size)):
        yield batch


def _ask(
    client: HttpClient,
    source: str,
    path: str,
    params: dict[str, str],
    attempt_at: datetime,
    page: int = 0,
    ids: Sequence[str] = (),
    budget: Budget | None = None,
) -> Fetched:
    try:
        got = client.get(path, params, {"Accept": _ACCEPT}, budget)
    except FetchError as error:
        cost = error.cost
        day = attempt_at.date()
        return _examine(
            FailedFetch(
                source, day, attempt_at, str(error), cost.requests, cost.retries, cost.seconds
            )
        )
    return _examine(
        Response(
            source=source,
            listing_date=got.fetched_at.date(),
            attempt_at=attempt_at,
            page=page,
            page_size=len(ids) or None,
            url=got.url,
            status=got.status,
            fetched_at=got.fetched_at,
            body=got.body,
            headers=got.headers,
            requests=got.cost.requests,
            retries=got.cost.retries,
            seconds=got.cost.seconds,
            ids=tuple(ids),
        )
    )


def _examine(item: Response | FailedFetch) -> Fetched:
    if isinstance(item, FailedFetch):
        return Fetched(item, None, item.error)
    try:
        return Fetched(item, read_answer(item.source, item.status, item.body, item.ids))
    except BadAnswerError as error:
        return Fetched(item, None, f"{error.code}: {error.reason}")


def _read_file(root: Path, path: Path) -> Fetched:
    try:
        body = path.read_bytes()
    except OSError as error:
        raise CorruptFileError(f"{path} cannot be read: {error.strerror}") from None
    source = OAI if b"<OAI-PMH" in body[:1000] else API
    try:
        answer = read_answer(source, 200, body)
    except BadAnswerError as error:
        raise InvalidInputError(f"{path}: {error.reason}") from None
    if answer.answered_at is None:
        raise InvalidInputError(f"{path} does not say when it was written; store a raw archive")
    item = Response(
        source=source,
        listing_date=answer.answered_at.date(),
        attempt_at=answer.answered_at,
        page=0,
        page_size=None,
        url=f"replay:{path.relative_to(root).as_posix()}",
        status=200,
        fetched_at=answer.answered_at,
        body=body,
        is_time_assumed=True,
    )
    return Fetched(item, answer)
