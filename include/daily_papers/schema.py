"""Fixed schemas of the lake's Parquet files, a description with each column.

Parquet is the contract between stages: times are UTC without zone (microseconds), days
are DATE, arXiv ids are text. A change here is a change of contract.
"""

import pyarrow as pa


def _field(name: str, kind: pa.DataType, description: str, *, nullable: bool = True) -> pa.Field:
    return pa.field(name, kind, nullable=nullable, metadata={"description": description})


DAY = pa.date32()
TIME = pa.timestamp("us")
TEXT = pa.string()
COUNT = pa.int64()

AUTHOR = pa.struct(
    [
        pa.field("position", pa.int32(), nullable=False),
        pa.field("name", TEXT, nullable=False),
        pa.field("is_hidden", pa.bool_(), nullable=False),
        pa.field("account_id", TEXT),
        pa.field("account_name", TEXT),
        pa.field("account_status", TEXT),
    ]
)

PAPERS = pa.schema(
    [
        _field("listing_date", DAY, "day the paper was featured, UTC", nullable=False),
        _field("paper_id", TEXT, "arXiv id without version, or title:<hash>", nullable=False),
        _field("version", pa.int32(), "arXiv version, when the source's id carried one"),
        _field("title", TEXT, "title, white space normalised", nullable=False),
        _field("abstract", TEXT, "abstract, white space normalised", nullable=False),
        _field("authors", pa.list_(AUTHOR), "authors in printed order; null if seen by title only"),
        _field("published_at", TIME, "arXiv v1 time (paper.publishedAt)"),
        _field("submitted_at", TIME, "when it was submitted to the list; from 2025-03-17"),
        _field("submitted_by", TEXT, "account name of the submitter; from 2024-06-13"),
        _field("upvotes", COUNT, "as of last_observed_at; null if seen by title only"),
        _field("comments", COUNT, "as of last_observed_at; null if seen by title only"),
        _field("github_repo", TEXT, "repository link as users typed it"),
        _field("github_stars", COUNT, "as the source last counted them"),
        _field("project_page", TEXT, "project page link as users typed it"),
        _field("organization_slug", TEXT, "account name of the organization; from 2025-10"),
        _field("organization_name", TEXT, "display name of the organization"),
        _field("ai_summary", TEXT, "the source's generated sentence"),
        _field("ai_summary_model", TEXT, "model that wrote ai_summary; from 2026-06"),
        _field("ai_keywords", pa.list_(TEXT), "the source's generated keywords"),
        _field("discussion_id", TEXT, "id of the source's discussion; from 2024-08"),
        _field("media_urls", pa.list_(TEXT), "uploaded pictures and films"),
        _field("thumbnail_url", TEXT, "the source's preview picture"),
        _field("is_author_participating", pa.bool_(), "an author takes part; from 2024-12"),
        _field("observation_count", pa.int32(), "responses that showed the paper", nullable=False),
        _field("first_observed_at", TIME, "first response that showed it", nullable=False),
        _field("last_observed_at", TIME, "last response that showed its counts", nullable=False),
        _field("source", TEXT, "source of the last response", nullable=False),
        _field("raw_sha256", TEXT, "sha256 of the last response's bytes", nullable=False),
        _field("row_no", pa.int32(), "entry of that response, from 0", nullable=False),
    ]
)

OBSERVATIONS = pa.schema(
    [
        _field("paper_id", TEXT, "arXiv id without version", nullable=False),
        _field("observed_at", TIME, "when the response was fetched", nullable=False),
        _field("source", TEXT, "source of the response", nullable=False),
        _field("listing_date", DAY, "list on which it was seen", nullable=False),
        _field("upvotes", COUNT, "as seen; never final", nullable=False),
        _field("comments", COUNT, "as seen", nullable=False),
        _field("github_stars", COUNT, "as the source counted them"),
        _field("raw_sha256", TEXT, "sha256 of the response's bytes", nullable=False),
        _field("row_no", pa.int32(), "entry of that response, from 0", nullable=False),
    ]
)

RELEASE = pa.struct(
    [
        pa.field("released_at", TIME, nullable=False),
        pa.field("rule_version", TEXT, nullable=False),
        pa.field("reason_code", TEXT, nullable=False),
    ]
)

QUARANTINE = pa.schema(
    [
        _field("raw_sha256", TEXT, "sha256 of the response's bytes", nullable=False),
        _field("row_no", pa.int32(), "entry of that response, from 0", nullable=False),
        _field("listing_date", DAY, "day that was asked for", nullable=False),
        _field("source", TEXT, "source of the response", nullable=False),
        _field("observed_at", TIME, "when the response was fetched", nullable=False),
        _field("paper_id", TEXT, "id as the entry spelt it, if it had one"),
        _field("reason_code", TEXT, "stable code of the rule that held it back", nullable=False),
        _field("reason", TEXT, "what was wrong, with the value", nullable=False),
        _field("rule_version", TEXT, "version of the row rules", nullable=False),
        _field("row_json", TEXT, "the entry as JSON", nullable=False),
        _field("released_at", TIME, "when later rules let it through"),
        _field("released_by_rule_version", TEXT, "version of the row rules that did"),
        _field(
            "earlier_releases",
            pa.list_(RELEASE),
            "releases after which it was held again, oldest first; null without any",
        ),
    ]
)

LEDGER = pa.schema(
    [
        _field("source", TEXT, "source asked", nullable=False),
        _field("listing_date", DAY, "day asked for", nullable=False),
        _field("attempt_at", TIME, "start of the attempt", nullable=False),
        _field("state", TEXT, "complete, empty, partial or failed", nullable=False),
        _field("reason", TEXT, "why it is not complete: code of the evidence"),
        _field("error", TEXT, "what went wrong, in words"),
        _field("responses", pa.int32(), "responses kept in raw/", nullable=False),
        _field("rows_in", COUNT, "entries in those responses", nullable=False),
        _field("rows_landed", COUNT, "entries that passed every row rule", nullable=False),
        _field("rows_quarantined", COUNT, "entries held back", nullable=False),
        _field("rows_duplicate", COUNT, "repeats of a paper within the attempt", nullable=False),
        _field("requests", pa.int32(), "HTTP requests sent; 0 for a replay", nullable=False),
        _field("retries", pa.int32(), "requests that were repeats", nullable=False),
        _field("size_bytes", COUNT, "uncompressed bytes of the responses", nullable=False),
        _field("seconds", pa.float64(), "time of the requests; null for a replay"),
        _field("new_fields", pa.list_(TEXT), "keys never seen before, as dotted paths"),
        _field("drift", pa.list_(TEXT), "where the entries differ from the known format, in words"),
        _field("is_time_assumed", pa.bool_(), "the fetch time was not recorded", nullable=False),
    ]
)

SHAPES = pa.schema(
    [
        _field("source", TEXT, "source asked", nullable=False),
        _field("listing_date", DAY, "day asked for", nullable=False),
        _field("attempt_at", TIME, "start of the attempt", nullable=False),
        _field("path", TEXT, "field, as 'paper.authors[].name'; '[]' the entry", nullable=False),
        _field("parent", TEXT, "path of what holds it; empty for the entry", nullable=False),
        _field("type", TEXT, "type as JSON Schema calls it", nullable=False),
        _field("entry_count", COUNT, "entries (or list elements) that have it so", nullable=False),
        _field("possible_count", COUNT, "entries whose parent is there to have it", nullable=False),
        _field("example", TEXT, "a value as JSON, shortened; never prose", nullable=False),
    ]
)

QUALITY_RESULTS = pa.schema(
    [
        _field("listing_date", DAY, "day judged", nullable=False),
        _field("suite", TEXT, "expectation suite", nullable=False),
        _field("expectation", TEXT, "name of the expectation", nullable=False),
        _field("column_name", TEXT, "column judged; null for the whole day"),
        _field("severity", TEXT, "error holds the day back, warn informs", nullable=False),
        _field("is_success", pa.bool_(), "the day meets it; null: not judged (yet)"),
        _field("failing_count", COUNT, "rows of the day that do not", nullable=False),
        _field("failing_keys", pa.list_(TEXT), "paper ids of them"),
        _field("observed_value", TEXT, "what was seen and what is usual, for a whole day"),
        _field("suite_version", TEXT, "version of the suite", nullable=False),
        _field("partition_sha256", TEXT, "sha256 of the judged papers.parquet", nullable=False),
        _field(
            "history_sha256", TEXT, "sha256 of the day's numbers and what they were held against"
        ),
    ]
)

ARXIV_REQUESTS = pa.schema(
    [
        _field("source", TEXT, "arxiv_api or arxiv_oai", nullable=False),
        _field("fetched_on", DAY, "day of fetching, UTC", nullable=False),
        _field("attempt_at", TIME, "start of the batch or harvest", nullable=False),
        _field("page", pa.int32(), "page of a harvest, from 0", nullable=False),
        _field("status", pa.int32(), "HTTP status; null if no response came"),
        _field("requests", pa.int32(), "HTTP requests sent; 0 for a replay", nullable=False),
        _field("retries", pa.int32(), "requests that were repeats", nullable=False),
        _field("size_bytes", COUNT, "uncompressed bytes of the response", nullable=False),
        _field("seconds", pa.float64(), "time of the requests; null for a replay"),
        _field("error", TEXT, "why no response came"),
    ]
)

ARXIV = pa.schema(
    [
        _field("paper_id", TEXT, "arXiv id without version", nullable=False),
        _field("version", pa.int32(), "version; null for an id that arXiv does not know"),
        _field("is_known", pa.bool_(), "arXiv knows the id", nullable=False),
        _field("is_latest", pa.bool_(), "newest version when it was fetched; null if not known"),
        _field("title", TEXT, "title, white space normalised; like the next six only if latest"),
        _field("categories", pa.list_(TEXT), "arXiv categories, the primary one first"),
        _field("primary_category", TEXT, "primary category"),
        _field("comments", TEXT, "the authors' comment: pages, venue, withdrawal"),
        _field("doi", TEXT, "DOI of the published version, as the authors gave it"),
        _field("journal_ref", TEXT, "journal reference, as the authors gave it"),
        _field("license", TEXT, "address of the licence; OAI-PMH only"),
        _field("is_withdrawn", pa.bool_(), "this version withdraws the paper; OAI-PMH only"),
        _field("published_at", TIME, "time of version 1"),
        _field("updated_at", TIME, "time of this version"),
        _field("fetched_at", TIME, "when the response was fetched", nullable=False),
        _field("source", TEXT, "arxiv_api or arxiv_oai", nullable=False),
        _field("raw_sha256", TEXT, "sha256 of the response's bytes", nullable=False),
        _field("row_no", pa.int32(), "row of that response, from 0", nullable=False),
    ]
)
