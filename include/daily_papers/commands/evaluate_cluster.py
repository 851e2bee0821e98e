"""`daily-papers evaluate cluster`: the author clusters on labelled data."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from daily_papers import terminal
from daily_papers.quality_report import DEFAULT_REPORT, write_section

DEFAULT_DATA = Path("../shared/data/authors")


def evaluate_cluster_command(
    data: Annotated[
        Path, typer.Option(help="Folder with papers.parquet and labelled authorships.parquet.")
    ] = DEFAULT_DATA,
    report: Annotated[
        Path, typer.Option(help="Markdown file whose section is replaced.")
    ] = DEFAULT_REPORT,
    as_json: terminal.AsJson = False,
) -> None:
    """Score author clusters beside two baselines; write their section of the report."""
    from daily_papers.identity import evaluation  # noqa: PLC0415

    with terminal.progress_bar() as progress:
        task = progress.add_task("clustering", total=None)
        scores = evaluation.evaluate_authors(
            data, advance=lambda count: progress.update(task, advance=count)
        )
    write_section(report, evaluation.render_section(scores))
    if as_json:
        terminal.print_json(
            [{**asdict(one), "pair_f1": one.pair_f1, "cubed_f1": one.cubed_f1} for one in scores]
        )
        return
    columns = ["mentions", "method", "n", "pair P", "pair R", "pair F1", "B3 P", "B3 R", "B3 F1"]
    rows = [
        [
            one.part,
            one.method,
            one.mentions,
            *(
                f"{number:.4f}"
                for number in (
                    one.pair_precision,
                    one.pair_recall,
                    one.pair_f1,
                    one.cubed_precision,
                    one.cubed_recall,
                    one.cubed_f1,
                )
            ),
        ]
        for one in scores
    ]
    terminal.out.print(terminal.make_table("Author clusters", columns, rows, right=2))
    terminal.out.print(f"written to {report}", soft_wrap=True)
