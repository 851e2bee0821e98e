"""Data docs: what suites said, as pages that need nothing but themselves.

The pages that Great Expectations writes load styles, scripts and a counting picture from
seven hosts, and its index is empty without them. Here everything remote and every script
is taken out, the index is a plain table, and 4 MB of films and fonts are left away.
"""

import html
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

# what an HTML page fetches when it is opened; a link that is only followed on a click stays
_REMOTE: Final = re.compile(
    r"<script\b.*?</script>"
    r"|<link\b[^>]*\bhref=\"https?://[^>]*>"
    r"|<img\b[^>]*\bsrc=\"https?://[^>]*>"
    r"|<(iframe|form)\b.*?</\1>",
    re.DOTALL | re.IGNORECASE,
)
_IMPORT: Final = re.compile(r"@import\s+url\([^)]*\);?|@font-face\s*\{[^}]*\}")
_REMOTE_PICTURE: Final = re.compile(r"url\(\s*['\"]?https?://[^)]*\)")
_STYLE: Final = """<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em; }
table { border-collapse: collapse; margin: 1em 0; }
td, th { border: 1px solid #bbb; padding: .3em .6em; text-align: left; vertical-align: top; }
.fail, .text-danger { color: #b00020; font-weight: bold; }
.fa-check-circle::before { content: "met"; font-style: normal; }
.fa-times::before { content: "not met"; font-style: normal; }
</style>
"""


@dataclass(frozen=True, slots=True)
class Page:
    """One suite that ran, as the index shows it."""

    suite: str
    table: str
    rows: int  # shown to the suite
    rows_of_table: int
    expectations: int
    failed: tuple[str, ...]  # expectations with their columns


def write(context: Any, folder: Path, pages: Iterable[Page]) -> None:
    """Write the site of a context's validation results and suites into a folder."""
    context.add_data_docs_site(
        site_name="local",
        site_config={
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": str(folder.absolute()),
            },
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        },
    )
    try:
        context.build_data_docs()
    finally:
        context.delete_data_docs_site("local")
    for name in ("images", "fonts"):
        shutil.rmtree(folder / "static" / name, ignore_errors=True)
    for path in sorted(folder.rglob("*.css")):
        text = _IMPORT.sub("", path.read_text(encoding="utf-8"))
        path.write_text(_REMOTE_PICTURE.sub("none", text), encoding="utf-8")
    for path in sorted(folder.rglob("*.html")):
        text = _REMOTE.sub("", path.read_text(encoding="utf-8"))
        text = _REMOTE_PICTURE.sub("none", text)
        path.write_text(text.replace("</head>", _STYLE + "</head>", 1), encoding="utf-8")
    (folder / "index.html").write_text(_make_index(folder, pages), encoding="utf-8")


def _make_index(folder: Path, pages: Iterable[Page]) -> str:
    lines = []
    for page in pages:
        results = sorted((folder / "validations" / page.suite).rglob("*.html"))
        link = results[-1].relative_to(folder).as_posix() if results else ""
        suite = f'<a href="{html.escape(link)}">{html.escape(page.suite)}</a>'
        failed = "<br>".join(f'<span class="fail">{html.escape(t)}</span>' for t in page.failed)
        rows = f"{page.rows:,} of {page.rows_of_table:,}"
        cells = (suite, html.escape(page.table), rows, page.expectations, failed or "none")
        lines.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>\n")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="UTF-8">'
        f"<title>daily-papers: data docs</title>\n{_STYLE}</head><body>\n<h1>Data docs</h1>\n"
        "<p>What the suites said of each hand-over; a suite's page names the failing rows. "
        "Every row of a table is held against its suite; shown are those that may fail, and the "
        "first ones.</p>\n"
        "<table><tr><th>suite</th><th>table</th><th>rows shown</th><th>expectations</th>"
        f"<th>not met</th></tr>\n{''.join(lines)}</table>\n</body></html>\n"
    )
