"""`daily-papers why`: lead a row back to the responses it was made from."""

import textwrap
from typing import Annotated, Any

import typer
from rich.tree import Tree

from daily_papers import settings, terminal
from daily_papers.warehouse import provenance
from daily_papers.warehouse.provenance import Origin, Provenance

_SHOWN_VALUE = 80  # characters


def why_command(
    table: Annotated[str, typer.Argument(help="Published table, such as core.papers.")],
    key: Annotated[
        list[str] | None,
        typer.Argument(help="Values of its key in order, or column=value; `null` for none."),
    ] = None,
    snapshot: Annotated[
        str, typer.Option(help="Snapshot: its id, how it begins, or `previous`.")
    ] = "current",
    limit: Annotated[int, typer.Option(min=1, help="Responses to show at most.")] = 10,
    as_json: terminal.AsJson = False,
) -> None:
    """Show which raw responses a row comes from: file, URL, fetch time."""
    found = provenance.trace(settings.load(), table, key or [], snapshot, limit)
    if as_json:
        terminal.print_json(found.as_dict())
    else:
        _print(found)
    if any(origin.problem for origin in found.origins):
        raise typer.Exit(1)


def _print(found: Provenance) -> None:
    terminal.out.print(f"{found.table} in snapshot {found.snapshot_id}", soft_wrap=True)
    if found.row_count > 1:
        terminal.out.print(f"{found.row_count} rows have this key; the first:")
    for name, value in found.row.items():
        terminal.out.print(f"  {name}: {_shorten(value)}", markup=False, soft_wrap=True)
    terminal.out.print()
    terminal.out.print(_draw_sources(found), soft_wrap=True)
    for name, path in found.files.items():
        terminal.out.print(f"{name} is shaped by {path}", markup=False, soft_wrap=True)
    terminal.out.print()
    if not found.origins:
        terminal.out.print("no response: " + _say_nothing(found), soft_wrap=True)
    for origin in found.origins:
        for line in _describe(origin):
            terminal.out.print(line, markup=False, highlight=False, soft_wrap=True)
    if found.origin_count > len(found.origins):
        rest = found.origin_count - len(found.origins)
        terminal.out.print(f"… and {rest} more; --limit shows more")


def _draw_sources(found: Provenance) -> Tree:
    """Draw what the table reads; what was drawn once is only named the next time."""
    drawn = set()

    def add(branch: Tree, name: str) -> None:
        twig = branch.add(name)
        if name in found.sources and name not in drawn:
            drawn.add(name)
            for source in found.sources[name]:
                add(twig, source)

    root = Tree(found.table)
    for source in found.sources.get(found.table, ()):
        add(root, source)
    return root


def _describe(origin: Origin) -> list[str]:
    key = ", ".join(f"{name}={value}" for name, value in origin.key.items())
    values = origin.as_dict()
    entry = "" if origin.row_no is None else f", entry {origin.row_no}"
    lines = [f"{origin.table} ({key})"]
    lines.append(f"  lake:    {values['lake_file'] or 'holds a newer state by now'}")
    if origin.response is not None:
        lines.append(f"  raw:     {values['raw_file']}{entry}")
        lines.append(f"  sha256:  {origin.raw_sha256 or 'none: nothing came'}")
        lines.append(f"  URL:     {values['url'] or 'none: nothing came'}")
        lines.append(f"  fetched: {values['fetched_at']} by {values['source']}")
    if origin.problem:
        lines.append(f"  PROBLEM: {origin.problem}")
    return lines


def _say_nothing(found: Provenance) -> str:
    if found.files:
        return f"no paper has it; the row comes from {', '.join(map(str, found.files.values()))}"
    return "nobody ever asked for what the row is about"


def _shorten(value: Any) -> str:
    return textwrap.shorten(str(value), _SHOWN_VALUE, placeholder="…")
