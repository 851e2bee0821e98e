"""Files as people save them, made by hand."""

import html
import json
from typing import Any

LONG = "It is measured on many tasks and holds up well against what was known before. " * 5


def make_page(entries: list[Any], **props: Any) -> bytes:
    """A page of the site with its list embedded."""
    text = html.escape(json.dumps({**props, "dailyPapers": entries}), quote=True)
    return (
        "<!DOCTYPE html><html><body><div>menu</div>"
        f'<div class="SVELTE_HYDRATER contents" data-target="DailyPapers" data-props="{text}">'
        "</div></body></html>"
    ).encode()


def make_entry(entry: dict[str, Any], paper_id: str, day: str | None = None, **fields: Any) -> Any:
    """An API entry like another, of another paper and day (None: it names no day)."""
    authors = [{"_id": "0" * 24, "name": "Ada Lovelace", "hidden": False}]
    paper = entry["paper"] | {"id": paper_id, "authors": authors} | fields
    paper.pop("submittedOnDailyAt", None)
    if day is not None:
        paper["submittedOnDailyAt"] = f"{day}T08:00:00.000Z"
        paper["publishedAt"] = f"{day}T00:00:00.000Z"
    return entry | {"paper": paper}


def make_capture(pairs: list[tuple[str, str]], date_line: str = "Jan 6") -> str:
    """The page's text: a header, the date, then titles and abstracts."""
    lines = ["new", "A line that invites", "Subscribe", "Daily Papers", "by someone", date_line]
    lines += [text for pair in pairs for text in pair]
    return "\n\n".join(lines) + "\n"
