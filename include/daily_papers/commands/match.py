"""`daily-papers match`: which pairs of bibliographic records are the same publication."""

from pathlib import Path
from typing import Annotated

import typer

from daily_papers import terminal


def match_command(
    file: Annotated[Path, typer.Argument(help="Parquet with left_title … right_year.")],
    out_file: Annotated[
        Path, typer.Option("--out", help="Parquet to write.", callback=terminal.check_out_file)
    ],
    as_json: terminal.AsJson = False,
) -> None:
    """Score and decide pairs of records: one row a pair, in the input's order."""
    from daily_papers.dedupe import pairs_file  # noqa: PLC0415 (numpy and rapidfuzz)
    from daily_papers.lake.files import write_parquet  # noqa: PLC0415

    left, right, _ = pairs_file.read_pairs(file)
    with terminal.progress_bar() as progress:
        task = progress.add_task("matching", total=len(left))
        answers = pairs_file.match_in_parts(
            left, right, advance=lambda count: progress.update(task, advance=count)
        )
    write_parquet(out_file, answers)
    same = sum(answers["decision"].to_pylist())
    if as_json:
        terminal.print_json({"pairs": len(left), "same": same, "out": str(out_file)})
    else:
        terminal.out.print(f"{len(left)} pairs: {same} the same; {out_file}", soft_wrap=True)
