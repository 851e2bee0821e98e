"""`daily-papers evaluate match|extract|cluster`: scores on labelled data, and their report."""

import typer

from daily_papers.commands.evaluate_cluster import evaluate_cluster_command
from daily_papers.commands.evaluate_extract import evaluate_extract_command
from daily_papers.commands.evaluate_match import evaluate_match_command

app = typer.Typer(help="Score matcher, extractor and author clusters on labelled data.")
app.command("match")(evaluate_match_command)
app.command("extract")(evaluate_extract_command)
app.command("cluster")(evaluate_cluster_command)
