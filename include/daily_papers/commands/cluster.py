"""`daily-papers cluster`: which authorships of a corpus are one person's."""

from pathlib import Path
from typing import Annotated

import pyarrow as pa
import pyarrow.parquet as pq
import typer

from daily_papers import settings, terminal
from daily_papers.errors import InvalidInputError
from daily_papers.lake.files import write_bytes

_SCHEMA = pa.schema(
    [
        pa.field("paper_id", pa.string(), nullable=False),
        pa.field("position", pa.int64(), nullable=False),
        pa.field("author_id", pa.string(), nullable=False),
        pa.field("confidence", pa.float64(), nullable=False),
    ]
)


def cluster_command(
    papers: Annotated[Path, typer.Option(help="Parquet: paper_id, year, title, venue.")],
    authorships: Annotated[
        Path,
        typer.Option(help="Parquet: paper_id, position, name; affiliation, orcid if present."),
    ],
    out: Annotated[
        Path,
        typer.Option(
            help="Parquet to write; one row an authorship.", callback=terminal.check_out_file
        ),
    ],
    overrides: Annotated[
        Path | None,
        typer.Option(
            help="CSV: paper_id, position, author; always wins. Rows of one author make one "
            "person of whole clusters; a cluster whose rows name several is parted."
        ),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(help="Output of an earlier run, whose author ids are kept; may be --out."),
    ] = None,
    as_json: terminal.AsJson = False,
) -> None:
    """Give each authorship of a corpus an author and a confidence."""
    # pandas and numpy take a second that no other command should pay
    from daily_papers.identity import inputs  # noqa: PLC0415
    from daily_papers.identity.cluster import cluster_authorships, keep_ids  # noqa: PLC0415

    options = settings.load()
    if out.resolve() in {papers.resolve(), authorships.resolve()}:
        raise InvalidInputError(f"--out {out} is an input; name another file")
    paper_rows = inputs.read_papers(papers)
    authorship_rows = inputs.read_authorships(authorships, paper_rows, papers)
    path = overrides or options.author_overrides
    pinned = inputs.read_overrides(path) if path else {}
    unused = sorted(
        pinned.keys() - zip(authorship_rows["paper_id"], authorship_rows["position"], strict=True)
    )
    if unused:
        terminal.err.print(
            f"warning: {path}: {len(unused)} of {len(pinned)} overrides are of no authorship of "
            f"{authorships}, first {unused[0][0]!r} position {unused[0][1]}",
            soft_wrap=True,
            markup=False,
        )
    known = inputs.read_clusters(previous) if previous else None
    with terminal.progress_bar() as progress:
        task = progress.add_task("clustering", total=len(authorship_rows))
        found = cluster_authorships(
            paper_rows,
            authorship_rows,
            pinned,
            advance=lambda count: progress.update(task, advance=count),
        )
    if known is not None:
        found = keep_ids(found, known)
    table = pa.Table.from_pandas(
        found.authorships[_SCHEMA.names], schema=_SCHEMA, preserve_index=False
    )
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    write_bytes(out, sink.getvalue().to_pybytes())
    ambiguous = int(found.authors["is_ambiguous"].sum())
    if as_json:
        terminal.print_json(
            {
                "authorships": table.num_rows,
                "authors": len(found.authors),
                "ambiguous_authors": ambiguous,
                "out": str(out),
            }
        )
        return
    terminal.out.print(
        f"{table.num_rows} authorships are {len(found.authors)} authors, "
        f"{ambiguous} of them unsure: {out}",
        soft_wrap=True,
    )
