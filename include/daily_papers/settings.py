"""Every option of the pipeline, with its unit and default.

An option is set by an environment variable with the prefix DAILY_PAPERS_
(DAILY_PAPERS_TIMEOUT_S=30); a misspelt one is refused, never ignored.
"""

import os
import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from daily_papers import __version__
from daily_papers.errors import InvalidInputError

ENV_PREFIX = "DAILY_PAPERS_"
_HOST = re.compile(r"[^\s/?#@\\%]+")
_PACKAGE = Path(__file__).resolve().parent
_SQL_IN_REPOSITORY = _PACKAGE.parents[1] / "sql"
SAMPLE_DIR = _PACKAGE / "sample"

# Address of a home on object storage -> the folder it is worked on in; daily_papers.home fills it.
working_copies: dict[str, Path] = {}


class Settings(BaseSettings):
    """Every option with unit and default; immutable, unknown keywords refused."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, frozen=True, extra="forbid")

    home: Path = Field(
        Path("data"),
        description="root of raw/, lake/ and warehouse/; a folder, or s3://BUCKET/PREFIX",
    )
    working_copies: Path = Field(
        Path("data-copies"),
        description="folder in which the files of a home on object storage are worked on",
    )
    store_timeout_s: float = Field(30.0, gt=0, description="longest time of one storage request")
    store_attempts: int = Field(
        8, ge=1, description="tries of one storage request, the first included"
    )
    store_lease_s: float = Field(
        30.0, gt=0, description="a lock on object storage not renewed for so long is taken over"
    )
    store_allow_http: bool = Field(False, description="object storage may be asked without TLS")
    log_format: Literal["text", "json"] = Field(
        "text", description="log on standard error: warnings as text, or every step as JSON lines"
    )
    source: str = Field("live", description="where DAGs fetch from: 'live' or 'replay:DIR'")
    sql_dir: Path = Field(
        _SQL_IN_REPOSITORY if _SQL_IN_REPOSITORY.is_dir() else _PACKAGE / "sql",
        description="folder of the SQL models",
    )

    base_url: str = Field("https://huggingface.co", description="the only host ever asked")
    user_agent: str = Field(
        f"daily-papers/{__version__} (research archive; one reader, polite)",
        description="User-Agent header; add how to reach you",
    )
    page_size: int = Field(100, ge=1, le=100, description="entries asked for in one request")
    max_pages: int = Field(20, ge=1, description="pages after which a day counts as capped")
    list_reads: int = Field(
        3, ge=1, description="times that a list is read whose papers change pages meanwhile"
    )
    timeout_s: float = Field(20.0, gt=0, description="longest silence of a connection")
    deadline_s: float = Field(120.0, gt=0, description="longest time for one whole response")
    max_response_bytes: int = Field(32 * 2**20, gt=0, description="larger responses are refused")
    request_interval_s: float = Field(1.0, ge=0, description="least time between two requests")
    fetch_concurrency: int = Field(
        4, ge=1, le=16, description="days of a range fetched at once, all at one pace"
    )
    breaker_failures: int = Field(
        5, ge=1, description="requests failed in a row after which a host is left alone"
    )
    breaker_open_s: float = Field(900.0, ge=0, description="how long it is left alone")
    attempts: int = Field(4, ge=1, description="tries of one request, the first included")
    backoff_initial_s: float = Field(1.0, ge=0, description="wait before the second try")
    backoff_max_s: float = Field(60.0, ge=0, description="longest wait between two tries")
    retry_after_max_s: float = Field(
        600.0, ge=0, description="a longer Retry-After is not waited for: the host is left alone"
    )

    day_closes_after_h: float = Field(
        24.0, ge=24, description="hours after 00:00 UTC of a listing date when its list is final"
    )
    empty_confirmed_after_h: float = Field(
        6.0,
        gt=0,
        description="an empty or shorter list counts once seen again this many hours later",
    )

    arxiv_api_url: str = Field("https://export.arxiv.org", description="host of arXiv's API")
    arxiv_oai_url: str = Field("https://oaipmh.arxiv.org", description="host of arXiv's OAI-PMH")
    arxiv_batch_size: int = Field(200, ge=1, le=200, description="paper ids in one request")
    arxiv_request_interval_s: float = Field(
        3.0, ge=0, description="least time between two requests to arXiv; its terms say 3"
    )
    arxiv_backoff_initial_s: float = Field(
        15.0, ge=0, description="wait before the second try of a request to arXiv"
    )
    arxiv_max_requests: int = Field(
        1, ge=1, description="requests that one run of enrich_papers may take; the rest stays due"
    )
    arxiv_oai_max_pages: int = Field(200, ge=1, description="pages after which a harvest ends")
    arxiv_young_for_d: int = Field(
        180, ge=0, description="age in days until which a paper counts as young"
    )
    arxiv_refresh_after_d: int = Field(
        30, ge=1, description="days after which a young paper's arXiv metadata is read again"
    )
    arxiv_refresh_old_after_d: int = Field(
        365, ge=1, description="the same for an older paper: DOI and journal come late"
    )
    arxiv_unknown_retry_after_d: int = Field(
        30,
        ge=1,
        description="days after which an id that arXiv does not know is tried again; "
        "doubled each time",
    )

    refresh_days: int = Field(14, ge=1, description="listing days that are looked at again")
    refresh_max_requests: int = Field(
        6, ge=1, description="requests that one look at the recent days may take"
    )

    volume_held_below_pct: float = Field(
        10.0,
        ge=0,
        lt=100,
        description="a complete day with fewer papers than this share of what is usual for its "
        "weekday is held back; 0: never",
    )

    author_overrides: Path | None = Field(
        None, description="CSV of paper_id, position, author that wins over the author clusters"
    )

    duplicate_overrides: Path | None = Field(
        None,
        description="CSV or TOML of paper_a, paper_b, decision (same or different), who, why that "
        "wins over the matcher",
    )

    feeds: str = Field(
        "",
        description="feeds written beside that of new papers, ';' between them: "
        "tag:NAME, author:ID, benchmark:NAME",
    )
    feed_entry_limit: int = Field(100, ge=1, description="papers in one feed, the newest first")
    feed_base_url: str | None = Field(
        None, description="address under which the folder of feeds is served, for their self links"
    )

    digest_to: str = Field(
        "", description="addresses that get the digest, ',' between them; empty: nothing is sent"
    )
    digest_from: str = Field("", description="sender's address of digest and alerts")
    digest_max_age_d: int = Field(
        3,
        ge=1,
        description="days after the end of a day or week until which the DAG sends its digest",
    )
    digest_paper_limit: int = Field(10, ge=1, description="papers in one digest")
    smtp_conn_id: str = Field(
        "smtp_default", description="Airflow connection by which the DAG sends the digest"
    )
    smtp_host: str = Field("", description="mail server of `daily-papers digest --send`")
    smtp_port: int = Field(587, ge=1, le=65535, description="its port")
    smtp_user: str = Field("", description="login there; empty: without one")
    smtp_password: SecretStr = Field(SecretStr(""), description="password of that login")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="how the connection is secured"
    )
    smtp_timeout_s: float = Field(30.0, gt=0, description="longest silence of the mail server")

    extract_endpoint_url: str = Field(
        "", description="base URL of an OpenAI-compatible API, such as http://localhost:8000/v1"
    )
    extract_endpoint_model: str = Field("", description="model that it is asked for")
    extract_endpoint_api_key: SecretStr = Field(
        SecretStr(""), description="sent as a bearer token; empty: none is sent"
    )
    extract_endpoint_timeout_s: float = Field(
        120.0, gt=0, description="longest time for one answer of the model"
    )
    extract_endpoint_attempts: int = Field(
        3, ge=1, le=10, description="tries of one paper, the first included"
    )
    extract_endpoint_concurrency: int = Field(4, ge=1, le=64, description="papers asked at once")
    extract_endpoint_max_tokens: int = Field(
        4096, ge=64, description="longest answer; a longer one is refused, never cut"
    )

    lock_timeout_s: float = Field(60.0, ge=0, description="wait for another writer this long")
    snapshots_keep_last: int = Field(
        30, ge=2, description="newest snapshots that are kept, whatever their age"
    )
    snapshots_keep_younger_than_d: float = Field(
        30.0, ge=0, description="age in days until which every snapshot is kept"
    )
    sql_timeout_s: float = Field(60.0, gt=0, description="longest time of one `daily-papers sql`")

    slo_fresh_within_d: int = Field(
        3, ge=1, description="days without a whole listing day before status complains"
    )
    slo_no_failure_within_d: int = Field(
        14, ge=1, description="days back in which status complains of a failed one"
    )

    slo_window_d: int = Field(
        30, ge=1, description="days back over which shares of whole days and held rows are taken"
    )
    slo_whole_pct: float = Field(
        95.0, ge=0, le=100, description="least share of those days that is to be whole"
    )
    slo_quarantined_pct: float = Field(
        5.0, ge=0, le=100, description="largest share of their rows that may be held back"
    )
    slo_build_within_s: float = Field(
        600.0, gt=0, description="longest time that a build of a new snapshot may take"
    )

    alert_to: str = Field(
        "", description="addresses that get alerts, ',' between them; empty: none is mailed"
    )
    alert_webhook_url: SecretStr = Field(
        SecretStr(""), description="address that alerts are posted to as JSON; empty: none is"
    )
    alert_timeout_s: float = Field(10.0, gt=0, description="longest silence of that address")
    runbook_url: str = Field(
        "docs/runbook.md", description="where an alert says that its runbook is"
    )

    duckdb_memory_limit_mb: int = Field(4096, ge=256, description="DuckDB's memory limit, MiB")
    duckdb_threads: int = Field(2, ge=1, description="DuckDB's threads")

    @field_validator("base_url", "arxiv_api_url", "arxiv_oai_url")
    @classmethod
    def _check_address(cls, value: str) -> str:
        """Refuse what no request can go to: it would look like a network that is down."""
        try:
            parts = urlsplit(value)
            host = parts.hostname or ""
            host.encode("idna")
            is_address = parts.scheme in ("http", "https") and parts.port != 0 and not parts.query
        except ValueError:  # a port that is none, half a bracket, a label that is too long
            is_address = False
        if not is_address or not _HOST.fullmatch(host) or not value.isprintable():
            raise ValueError("no address: expected http(s)://HOST[:PORT]")
        return value

    @field_validator("home", "working_copies", "sql_dir", mode="before")
    @classmethod
    def _check_folder(cls, value: object) -> object:
        """Refuse an empty name, which would mean the current folder."""
        if isinstance(value, str) and not value.strip():
            raise ValueError("is empty: name a folder, or leave the option out for its default")
        return value

    @field_validator("home", mode="before")
    @classmethod
    def _find_working_copy(cls, value: object) -> object:
        """Put the working copy in place of an address; `daily_papers.home` opens one."""
        if not isinstance(value, str) or "://" not in value:
            return value
        if value not in working_copies:
            raise ValueError("object storage is worked on inside daily_papers.home.opened()")
        return working_copies[value]


def load(**overrides: object) -> Settings:
    """Read the settings from the environment; keywords win over it.

    Raises:
        InvalidInputError: an unknown DAILY_PAPERS_ variable or a bad value; the
            message names the variable.
    """
    known = {ENV_PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(
        name for name in os.environ if name.upper().startswith(ENV_PREFIX) and name not in known
    )
    if unknown:
        raise InvalidInputError(
            f"{unknown[0]} is not a setting of daily-papers; known: {', '.join(sorted(known))}"
        )
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = ENV_PREFIX + str(first["loc"][0]).upper() if first["loc"] else "settings"
        raise InvalidInputError(f"{name}: {first['msg']} (got {first['input']!r})") from None
