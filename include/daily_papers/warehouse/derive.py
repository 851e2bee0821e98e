"""Tables that SQL cannot make: normalised keywords, author clusters, what texts say.

Each is one Python function applied to the distinct values of a model; the functions live
with their own rules and tests in extract/ and identity/, and are given here as Extractors
so that a test can bring its own.
"""

import hashlib
import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from daily_papers.dedupe import titles
from daily_papers.warehouse import author_tables, duplicates, extraction

if TYPE_CHECKING:
    from daily_papers.dedupe.overrides import Override
    from daily_papers.extract.benchmarks import Benchmark
    from daily_papers.extract.records import PaperRecords


@dataclass(frozen=True)
class Extractors:
    """The functions behind the derived tables, and what identifies their rules."""

    normalise_keyword: Callable[[str], str]
    load_vocabulary: Callable[[], Sequence["Benchmark"]]
    extract_paper: Callable[[str, str], "PaperRecords"]
    load_taxonomy: Callable[[], Sequence[tuple[str, str]]]  # tag, parent or ""
    keyword_rule_version: str
    extractor: tuple[str, str]  # name, version
    taxonomy_version: str
    vocabulary_version: str
    fingerprint: str  # changes with any rule or vocabulary
    extraction_fingerprint: str  # changes with what extract_paper returns
    extraction_cache: Path | None = None
    extraction_processes: int = 0  # beside this one; they know the project's own rules only
    normalise_title: Callable[[str], str] = titles.normalise_title
    # (paper_id, position) -> author, from the file of overrides
    author_overrides: Mapping[tuple[str, int], str] = field(default_factory=dict)
    author_cache_dir: Path | None = None
    # of the current snapshot; changes no fingerprint: without news there is no new snapshot
    read_published_authors: Callable[[], author_tables.Published] = author_tables.Published
    find_duplicates: Callable[[pa.Table], pa.Table] = duplicates.find_none
    duplicate_overrides: Sequence["Override"] = ()


REFERENCE_BENCHMARKS = pa.schema(
    [
        ("name", pa.string()),
        ("aliases", pa.list_(pa.string())),
        ("tasks", pa.list_(pa.string())),
        ("sources", pa.list_(pa.string())),
        ("is_ambiguous", pa.bool_()),
        ("tier", pa.string()),
        ("vocabulary_version", pa.string()),
    ]
)
KEYWORDS = pa.schema(
    [("keyword", pa.string()), ("tag", pa.string()), ("rule_version", pa.string())]
)
TITLE_KEYS = pa.schema([("title", pa.string()), ("title_key", pa.string())])

# what making the tables imports; rapidfuzz, scipy and pandas import themselves in circles
_MODULES = (
    "daily_papers.dedupe.candidates",
    "daily_papers.dedupe.groups",
    "daily_papers.dedupe.overrides",
    "daily_papers.extract.comparable",
    "daily_papers.extract.extractor",
    "daily_papers.extract.systems",
    "daily_papers.identity.cache",
    "daily_papers.identity.cluster",
    "daily_papers.identity.organizations",
    "pandas",
    "pyarrow.dataset",
    "pyarrow.pandas_compat",
)

# table -> tables it reads
SOURCES: Mapping[str, tuple[str, ...]] = {
    "reference.benchmarks": (),
    "derived.title_keys": ("staging.papers",),
    "derived.keywords": ("intermediate.papers",),
    "derived.author_clusters": ("intermediate.papers",),
    "derived.organization_matches": ("intermediate.papers",),
    "derived.extractions": ("intermediate.papers",),
    "reference.extractor": (),
    "reference.taxonomy": (),
    "reference.author_overrides": (),
    "reference.published_authorships": (),
    "reference.published_identity_events": (),
    "reference.duplicate_overrides": (),
    "derived.duplicate_pairs": ("intermediate.papers", "intermediate.arxiv"),
    "derived.duplicate_groups": ("derived.duplicate_pairs",),
}

# tables of what was published before: nothing in the lake says when they change
HISTORY = ("reference.published_authorships", "reference.published_identity_events")
# a row is a function of one value and the rules; the value's column. Such a table may keep
# values that no paper has any more
LOOKUPS: Mapping[str, str] = {"derived.title_keys": "title", "derived.keywords": "keyword"}
# rows depend on the sources' rows of their own key alone; the key's column
KEYS: Mapping[str, str] = {"derived.extractions": "paper_id"}


def load_extractors(
    author_overrides: Path | None = None,
    duplicate_overrides: Path | None = None,
    cache_dir: Path | None = None,
    read_published_authors: Callable[[], author_tables.Published] = author_tables.Published,
    extraction_processes: int = 0,
) -> Extractors:
    """Import the project's own rules; their source text and vocabulary are the fingerprint.

    Args:
        author_overrides: CSV of paper_id, position, author.
        duplicate_overrides: CSV or TOML of decisions on pairs of papers.
        cache_dir: folder of folders for what need not be computed again; it changes no result.
        read_published_authors: gives what readers were last told, see author_tables.
        extraction_processes: how many may extract texts beside this one.

    Raises:
        InvalidInputError: the file of overrides is not usable; names line and column.
    """
    from daily_papers.extract import benchmarks, extractor, keywords, tags  # noqa: PLC0415
    from daily_papers.identity import inputs  # noqa: PLC0415

    digest = hashlib.sha256(repr(benchmarks.load_vocabulary()).encode())
    for file in (
        benchmarks.__file__,
        keywords.__file__,
        titles.__file__,
        __file__,
    ):
        digest.update(Path(file).read_bytes())
    digest.update(Path(author_tables.__file__).read_bytes())
    digest.update(author_tables.hash_rules().encode())
    decisions, find_duplicates = duplicates.load_rules(
        duplicate_overrides, cache_dir / "dedupe" if cache_dir else None, digest
    )
    extraction_fingerprint = extraction.fingerprint_rules()
    digest.update(extraction_fingerprint.encode())
    overrides = inputs.read_overrides(author_overrides) if author_overrides else {}
    digest.update(repr(sorted(overrides.items())).encode())
    return Extractors(
        normalise_keyword=keywords.normalise_keyword,
        load_vocabulary=benchmarks.load_vocabulary,
        extract_paper=extractor.extract_paper,
        load_taxonomy=lambda: [(tag.name, tag.parent) for tag in tags.load_taxonomy()],
        keyword_rule_version=keywords.KEYWORDS_VERSION,
        extractor=(extractor.EXTRACTOR, extractor.EXTRACTOR_VERSION),
        taxonomy_version=tags.TAXONOMY_VERSION,
        vocabulary_version=benchmarks.VOCABULARY_VERSION,
        fingerprint=digest.hexdigest(),
        extraction_fingerprint=extraction_fingerprint,
        extraction_cache=cache_dir / "extract" if cache_dir else None,
        extraction_processes=extraction_processes,
        author_overrides=overrides,
        author_cache_dir=cache_dir / "authors" if cache_dir else None,
        read_published_authors=read_published_authors,
        find_duplicates=find_duplicates,
        duplicate_overrides=decisions,
    )


def import_rules() -> None:
    """Import all that making the tables needs; do so before threads do.

    Two threads that enter a circle of imports from two sides get half a module each.
    """
    for name in _MODULES:
        importlib.import_module(name)


def create_table(con: duckdb.DuckDBPyConnection, name: str, extractors: Extractors) -> None:
    """Create one of the tables in SOURCES."""
    table = _MAKERS[name](con, extractors)
    con.register("derived_input", table)
    con.execute(f"create table {name} as from derived_input")
    con.unregister("derived_input")


def _benchmarks(con: duckdb.DuckDBPyConnection, extractors: Extractors) -> pa.Table:
    vocabulary = extractors.load_vocabulary()
    return pa.table(
        [
            [entry.name for entry in vocabulary],
            [list(entry.aliases) for entry in vocabulary],
            [list(entry.tasks) for entry in vocabulary],
            [list(entry.sources) for entry in vocabulary],
            [entry.is_ambiguous for entry in vocabulary],
            [entry.tier for entry in vocabulary],
            [extractors.vocabulary_version] * len(vocabulary),
        ],
        schema=REFERENCE_BENCHMARKS,
    )


def _keywords(con: duckdb.DuckDBPyConnection, extractors: Extractors) -> pa.Table:
    found = con.execute(
        "select distinct keyword from (select unnest(ai_keywords) as keyword "
        "from intermediate.papers) where keyword is not null order by keyword"
    ).fetchall()
    keywords = [str(keyword) for (keyword,) in found]
    return pa.table(
        [
            keywords,
            [extractors.normalise_keyword(keyword) for keyword in keywords],
            [extractors.keyword_rule_version] * len(keywords),
        ],
        schema=KEYWORDS,
    )


def _title_keys(con: duckdb.DuckDBPyConnection, extractors: Extractors) -> pa.Table:
    found = con.execute("select distinct title from staging.papers order by title").fetchall()
    texts = [str(title) for (title,) in found]
    keys = [extractors.normalise_title(text) for text in texts]
    return pa.table([texts, keys], schema=TITLE_KEYS)


_MAKERS: Mapping[str, Callable[[duckdb.DuckDBPyConnection, Extractors], pa.Table]] = {
    "reference.benchmarks": _benchmarks,
    "derived.title_keys": _title_keys,
    "derived.keywords": _keywords,
    "derived.extractions": lambda con, extractors: extraction.tabulate_extractions(
        con,
        extractors.extract_paper,
        extractors.extraction_fingerprint,
        extractors.extraction_cache,
        extractors.extraction_processes,
    ),
    "reference.extractor": lambda _, extractors: pa.table(
        {"extractor": [extractors.extractor[0]], "extractor_version": [extractors.extractor[1]]}
    ),
    "reference.taxonomy": lambda _, extractors: extraction.tabulate_taxonomy(
        extractors.load_taxonomy(), extractors.taxonomy_version
    ),
    "derived.author_clusters": lambda con, extractors: author_tables.tabulate_clusters(
        con, extractors.author_overrides, extractors.author_cache_dir
    ),
    "derived.organization_matches": lambda con, _: author_tables.tabulate_organizations(con),
    "reference.author_overrides": lambda _, extractors: author_tables.tabulate_overrides(
        extractors.author_overrides
    ),
    "reference.published_authorships": lambda _, extractors: (
        extractors.read_published_authors().authorships
    ),
    "reference.published_identity_events": lambda _, extractors: (
        extractors.read_published_authors().events
    ),
    "reference.duplicate_overrides": lambda _, extractors: duplicates.tabulate_overrides(
        extractors.duplicate_overrides
    ),
    "derived.duplicate_pairs": lambda con, extractors: duplicates.tabulate_pairs(
        con, extractors.find_duplicates, extractors.duplicate_overrides
    ),
    "derived.duplicate_groups": lambda con, _: duplicates.tabulate_groups(con),
}
