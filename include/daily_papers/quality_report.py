"""docs/quality.md: one section an evaluation, each replaced by itself."""

from pathlib import Path

from daily_papers.lake.files import write_bytes

DEFAULT_REPORT = Path("docs/quality.md")


def write_section(report: Path, section: str) -> None:
    """Put a section into the report, in place of the one with the same heading.

    Args:
        report: Markdown file; made if needed.
        section: text that begins with its "## heading" line.

    Raises:
        StorageError: the disk refused it.
    """
    text = report.read_text(encoding="utf-8") if report.is_file() else "# Quality\n"
    write_bytes(report, replace_section(text, section).encode())


def replace_section(text: str, section: str) -> str:
    """Return the report with the section of the same heading replaced, or added at the end."""
    heading = section.splitlines()[0]
    before, found, after = text.partition(f"{heading}\n")
    if not found:
        return text.rstrip("\n") + "\n\n" + section
    at = after.find("\n## ")
    rest = "" if at < 0 else after[at:]
    return before + section + rest
