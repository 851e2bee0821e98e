"""`daily-papers evaluate match`: the matcher on labelled pairs of records."""

from pathlib import Path
from typing import Annotated

import typer

from daily_papers import terminal
from daily_papers.quality_report import DEFAULT_REPORT, write_section

DEFAULT_DATA = Path("../shared/data/dedupe")


def evaluate_match_command(
    data: Annotated[
        Path, typer.Option(help="Folder of *.parquet with record pairs and labels.")
    ] = DEFAULT_DATA,
    report: Annotated[
        Path, typer.Option(help="Markdown file whose section is replaced.")
    ] = DEFAULT_REPORT,
    as_json: terminal.AsJson = False,
) -> None:
    """Score decisions on labelled pairs (*_train.parquet left out); write their section."""
    from daily_papers.dedupe import pairs_file  # noqa: PLC0415 (numpy and rapidfuzz)

    files = pairs_file.find_labelled(data)
    scores = []
    with terminal.progress_bar() as progress:
        task = progress.add_task("matching", total=len(files))
        for file in files:
            scores.append(pairs_file.score_file(file))
            progress.update(task, advance=1)
    section = pairs_file.render_section(scores, f"daily-papers evaluate match --data {data}")
    write_section(report, section)
    if as_json:
        terminal.print_json([pairs_file.as_json(one) for one in scores])
        return
    columns = ["file", "pairs", "same", "precision %", "recall %", "F1 %"]
    rows = [[one.file, one.pairs, one.matches, *one.percentages] for one in scores]
    terminal.out.print(terminal.make_table("Record pairs", columns, rows))
    terminal.out.print(f"written to {report}", soft_wrap=True)
