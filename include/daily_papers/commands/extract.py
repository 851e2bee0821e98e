"""`daily-papers extract`: what titles and abstracts say, each with its evidence."""

import io
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daily_papers import settings, terminal
from daily_papers.errors import InvalidInputError, SourceError
from daily_papers.lake.files import write_bytes

if TYPE_CHECKING:
    from daily_papers.extract.verify import Verified

Paper = tuple[str, str, str]  # id, title, abstract


class Extractor(StrEnum):
    """Who reads the papers."""

    RULES = "rules"
    ENDPOINT = "endpoint"


def extract_command(
    file: Annotated[Path, typer.Argument(help='JSON lines: {"id", "title", "abstract"}.')],
    out_file: Annotated[
        Path | None,
        typer.Option("--out", help="Write to a file.", callback=terminal.check_out_file),
    ] = None,
    extractor: Annotated[
        Extractor,
        typer.Option(help="rules, or a model behind DAILY_PAPERS_EXTRACT_ENDPOINT_URL."),
    ] = Extractor.RULES,
) -> None:
    """Extract benchmarks, claims, SOTA statements, URLs and tags; one JSON line a paper."""
    papers = list(read_papers(file))  # a bad line stops before anything is printed
    sink = io.StringIO() if out_file is not None else sys.stdout
    is_whole = False
    lines = _by_rules(papers) if extractor is Extractor.RULES else _by_endpoint(papers)
    try:
        with terminal.progress_bar() as progress:
            task = progress.add_task("extracting", total=len(papers))
            for line in lines:
                if line is not None:
                    sink.write(json.dumps(line, ensure_ascii=False) + "\n")
                progress.update(task, advance=1)
        is_whole = True
    finally:
        # answers already had are kept; an old file never gives way to nothing
        if isinstance(sink, io.StringIO) and out_file and (is_whole or sink.getvalue()):
            write_bytes(out_file, sink.getvalue().encode())


def _by_rules(papers: Sequence[Paper]) -> Iterator[dict[str, Any]]:
    from daily_papers.extract import output  # noqa: PLC0415
    from daily_papers.extract.extractor import extract_paper  # noqa: PLC0415

    for paper_id, title, abstract in papers:
        yield output.to_line(paper_id, extract_paper(title, abstract))


def _by_endpoint(papers: Sequence[Paper]) -> Iterator[dict[str, Any] | None]:
    """Yield a line a paper, None where no answer could be read; report what was dropped.

    Raises:
        SourceError: at once where the endpoint itself fails; at the end where it answered
            some papers with nothing that can be read.
    """
    from daily_papers.extract import endpoint, output  # noqa: PLC0415

    options = settings.load()
    dropped: Counter[str] = Counter()
    unread: list[str] = []
    last_error = ""

    with endpoint.EndpointExtractor(options) as extractor:

        def ask(paper: Paper) -> "Verified | endpoint.AnswerError":
            try:
                return extractor.extract(paper[1], paper[2])
            except endpoint.AnswerError as error:
                return error

        pool = ThreadPoolExecutor(options.extract_endpoint_concurrency)
        try:
            for paper, answer in zip(papers, pool.map(ask, papers), strict=True):
                if isinstance(answer, endpoint.AnswerError):
                    unread.append(paper[0])
                    last_error = str(answer)
                    yield None
                else:
                    dropped += answer.dropped
                    yield output.to_line(paper[0], answer.records, extractor.version)
        finally:
            pool.shutdown(cancel_futures=True)
            counts = ", ".join(
                f"{dropped[part]} {part}" for part in ("benchmarks", "claims", "sota")
            )
            terminal.err.print(f"not in the text, dropped: {counts}")
    if unread:
        raise SourceError(
            f"{len(unread)} of {len(papers)} papers have no readable answer and are left out "
            f"({', '.join(unread[:5])}): {last_error}"
        )


def read_papers(file: Path) -> Iterator[Paper]:
    """Yield id, title and abstract of each line; empty lines are skipped.

    Raises:
        InvalidInputError: names the file, the line and what is wrong with it.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"{file} cannot be read: {error}") from None
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{file} line {number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InvalidInputError(f"{place} is no JSON: {error}") from None
        if not isinstance(row, dict):
            raise InvalidInputError(f"{place} is no JSON object")
        values = []
        for key in ("id", "title", "abstract"):
            if not isinstance(row.get(key), str):
                raise InvalidInputError(f"{place}: {key!r} is missing or no string")
            try:
                row[key].encode()
            except UnicodeEncodeError:
                raise InvalidInputError(f"{place}: {key!r} holds half a surrogate pair") from None
            values.append(row[key])
        yield values[0], values[1], values[2]
