"""What titles and abstracts say, one row a paper: each text is extracted once.

A text's records depend on the text and on the extractor alone, so they are kept under the
sha256 of both: a build extracts only new and changed texts, another extractor all of them.
"""

import hashlib
import logging
import sys
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from daily_papers.lake.files import write_bytes
from daily_papers.warehouse import text_records
from daily_papers.warehouse.extract_texts import extract_in_processes
from daily_papers.warehouse.text_records import RECORDS, STORED, tabulate, tabulate_records

if TYPE_CHECKING:
    from daily_papers.extract.records import PaperRecords

_log = logging.getLogger(__name__)

EXTRACTIONS = pa.schema(
    [
        ("paper_id", pa.string()),
        ("title_sha256", pa.string()),
        ("abstract_sha256", pa.string()),
        *RECORDS,
    ]
)
TAXONOMY = pa.schema(
    [("tag", pa.string()), ("parent", pa.string()), ("taxonomy_version", pa.string())]
)

# the two hashes name the text: nothing between title and abstract can be mistaken
_TEXTS = """
    select
        paper_id,
        title,
        abstract,
        sha256(title) as title_sha256,
        sha256(abstract) as abstract_sha256,
        sha256(sha256(title) || sha256(abstract)) as text_sha256
    from intermediate.papers
"""


def fingerprint_rules() -> str:
    """Return the sha256 of everything that decides what a text's records are."""
    from daily_papers import extract  # noqa: PLC0415

    folder = Path(str(extract.__file__)).parent
    # regular expressions follow the Unicode tables of the interpreter
    digest = hashlib.sha256(f"{sys.version_info[:2]} {unicodedata.unidata_version}".encode())
    rules = sorted((*folder.glob("*.py"), *folder.glob("data/*.*")))
    for path in (*rules, Path(__file__), Path(text_records.__file__)):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def tabulate_extractions(
    con: duckdb.DuckDBPyConnection,
    extract_paper: Callable[[str, str], "PaperRecords"],
    fingerprint: str,
    cache_dir: Path | None = None,
    processes: int = 0,
    note: Callable[[int], object] = lambda _: None,
) -> pa.Table:
    """Return the records of every paper, sorted by paper_id.

    Args:
        con: has intermediate.papers.
        extract_paper: the function of title and abstract.
        fingerprint: changes with that function.
        cache_dir: folder for records that need not be extracted again; it changes no result.
        processes: how many may extract beside this one; they use the project's own function.
        note: is told how many texts were extracted.
    """
    papers = con.sql(
        f"select paper_id, title_sha256, abstract_sha256, text_sha256 from ({_TEXTS}) "
        "order by paper_id"
    ).to_arrow_table()
    cache = _Cache(cache_dir, fingerprint)
    stored = cache.read()
    texts = papers["text_sha256"].combine_chunks().unique()
    known = pc.is_in(texts, value_set=stored["text_sha256"].combine_chunks())
    missing = texts.filter(pc.invert(known))
    note(len(missing))
    if len(missing):
        stored = pa.concat_tables([stored, _extract(con, extract_paper, missing, processes)])
        # a build that looks at some papers only forgets nothing of the others
        cache.write(stored.sort_by("text_sha256"))
    held = stored["text_sha256"].combine_chunks()
    own = stored.take(pc.index_in(papers["text_sha256"].combine_chunks(), value_set=held))
    columns = [*papers.select(EXTRACTIONS.names[:3]).columns, *own.select(STORED.names[1:]).columns]
    return pa.table(columns, schema=EXTRACTIONS)


def tabulate_taxonomy(tags: Iterable[tuple[str, str]], version: str) -> pa.Table:
    """Return the taxonomy; a tag at the top has no parent."""
    rows = [(tag, parent or None, version) for tag, parent in tags]
    return tabulate(rows, TAXONOMY)


def _extract(
    con: duckdb.DuckDBPyConnection,
    extract_paper: Callable[[str, str], "PaperRecords"],
    wanted: pa.Array,
    processes: int,
) -> pa.Table:
    con.register("wanted_texts", pa.table({"text_sha256": wanted}))
    texts = con.sql(
        "select text_sha256, any_value(title) as title, any_value(abstract) as abstract "
        f"from ({_TEXTS}) semi join wanted_texts using (text_sha256) "
        "group by text_sha256 order by text_sha256"
    ).to_arrow_table()
    con.unregister("wanted_texts")
    return extract_in_processes(texts, processes) or tabulate_records(texts, extract_paper)


class _Cache:
    """The records of every text so far, in one file named by extractor and content.

    A file that is not what its name says is removed and its texts are extracted again, as
    are files of other extractors.
    """

    def __init__(self, folder: Path | None, fingerprint: str) -> None:
        self._folder = folder
        self._prefix = fingerprint[:16] + "-"

    def read(self) -> pa.Table:
        """Return what is stored for this extractor."""
        if self._folder is None or not self._folder.is_dir():
            return STORED.empty_table()
        stored = STORED.empty_table()
        for path in sorted(self._folder.iterdir()):
            if path.name.startswith(self._prefix):
                data = path.read_bytes()
                if path.name == self._name(data):
                    stored = pq.read_table(pa.BufferReader(data)).cast(STORED)
                    continue
                _log.warning("%s is damaged; its texts are extracted again", path)
            path.unlink(missing_ok=True)
        return stored

    def write(self, table: pa.Table) -> None:
        """Put a table in the place of what was stored."""
        if self._folder is None:
            return
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink, compression="zstd")
        data = sink.getvalue().to_pybytes()
        path = self._folder / self._name(data)
        write_bytes(path, data)
        for other in self._folder.iterdir():
            if other != path:
                other.unlink(missing_ok=True)

    def _name(self, data: bytes) -> str:
        return f"{self._prefix}{hashlib.sha256(data).hexdigest()}.parquet"
