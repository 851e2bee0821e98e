"""What is shown of a paper beside its own row: printed authors and tags."""

from collections import defaultdict
from collections.abc import Sequence

from daily_papers.publish.snapshot_reader import SnapshotReader


def read_authors(reader: SnapshotReader, paper_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the printed names of each paper's authors, those that the source hides left out.

    A paper without any, or a snapshot without authors, gives an empty list.
    """
    names: dict[str, list[str]] = defaultdict(list)
    if reader.has("authors.authorships"):
        for row in reader.rows(
            """select paper_id, name_as_printed
            from authors.authorships
            where not is_hidden and list_contains(?, paper_id)
            order by paper_id, position""",
            list(paper_ids),
        ):
            names[row["paper_id"]].append(row["name_as_printed"])
    return names


def read_tags(reader: SnapshotReader, paper_ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Return the tags of each paper as (tag, as written), each tag once, keywords first."""
    tags: dict[str, dict[str, str]] = defaultdict(dict)
    if reader.has("tags.paper_tags"):
        # snapshots of older versions name the evidence by its only kind
        written = "quote" if reader.has("tags.paper_tags", "quote") else "keyword"
        for row in reader.rows(
            f"""select paper_id, tag, {written} as written
            from tags.paper_tags
            where list_contains(?, paper_id)
            order by paper_id, source, position nulls last, tag""",
            list(paper_ids),
        ):
            tags[row["paper_id"]].setdefault(row["tag"], row["written"] or row["tag"])
    return defaultdict(list, {paper_id: list(own.items()) for paper_id, own in tags.items()})
