"""`daily-papers evaluate extract`: the extractor on labelled papers."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from daily_papers import terminal
from daily_papers.errors import InvalidInputError
from daily_papers.quality_report import DEFAULT_REPORT, write_section

DEFAULT_DATA = Path("../shared/data/extraction")
ARCHIVE = Path("../shared/data/hf_api")


def evaluate_extract_command(
    data: Annotated[
        Path, typer.Option(help="Folder of *.jsonl with labelled papers and their texts.")
    ] = DEFAULT_DATA,
    labels: Annotated[
        list[Path] | None, typer.Option(help="Labels as ids and spans; texts from --archive.")
    ] = None,
    judged: Annotated[
        list[Path] | None, typer.Option("--tags", help="Judged tags as ids; texts from --archive.")
    ] = None,
    archive: Annotated[Path, typer.Option(help="Folder of the source's responses.")] = ARCHIVE,
    report: Annotated[
        Path, typer.Option(help="Markdown file whose section is replaced.")
    ] = DEFAULT_REPORT,
    confusions: Annotated[int, typer.Option(help="Disagreements to print.", min=0)] = 40,
    as_json: terminal.AsJson = False,
) -> None:
    """Score mentions, claims, SOTA, URLs and tags; write their section of the report."""
    from daily_papers.extract import evaluation  # noqa: PLC0415

    files = sorted(data.glob("*.jsonl"))
    if not files:
        raise InvalidInputError(f"--data {data} holds no *.jsonl of labelled papers")
    scored = [evaluation.evaluate_file(file) for file in files]
    scored += [evaluation.evaluate_spans(file, archive) for file in labels or []]
    by_tag = [evaluation.evaluate_tags(file, archive) for file in judged or []]
    given = "".join(f" --labels {file}" for file in labels or [])
    given += "".join(f" --tags {file}" for file in judged or [])
    command = f"daily-papers evaluate extract --data {data}{given}"
    section = evaluation.render_section(scored, command, by_tag)
    write_section(report, section)
    if as_json:
        terminal.print_json([*map(asdict, scored), *map(asdict, by_tag)])
        return
    columns = ["data", "part", "precision", "recall", "F1", "right", "wrong", "missed"]
    rows = [
        [
            one.name,
            part,
            *(f"{number:.3f}" for number in (score.precision, score.recall, score.f1)),
            score.right,
            score.wrong,
            score.missed,
        ]
        for one in scored
        for part, score in one.scores.items()
    ]
    terminal.out.print(terminal.make_table("Extraction", columns, rows, right=2))
    for one in by_tag:
        terminal.out.print(
            f"tags of {one.name}: precision {one.precision:.3f}, {one.right} right, "
            f"{len(one.wrong)} wrong, {one.gone} no longer given"
        )
    listed = [line for one in scored for line in one.confusions][:confusions]
    if listed:
        columns = ["paper", "part", "what"]
        table = terminal.make_table("Disagreements", columns, [list(line) for line in listed], 9)
        terminal.out.print(table)
    terminal.out.print(f"written to {report}", soft_wrap=True)
