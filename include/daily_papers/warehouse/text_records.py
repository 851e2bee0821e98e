"""What a title and abstract say as a row of a table."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from daily_papers.extract.records import Evidence, PaperRecords

_SPAN = [
    ("field", pa.string()),
    ("start_offset", pa.int32()),
    ("end_offset", pa.int32()),
    ("quote", pa.string()),
]
_BENCHMARK = pa.struct(
    [
        ("name", pa.string()),
        ("canonical", pa.string()),
        ("is_known", pa.bool_()),
        ("role", pa.string()),
        ("split", pa.string()),
        *_SPAN,
    ]
)
_CLAIM = pa.struct(
    [
        ("benchmark", pa.string()),
        ("canonical", pa.string()),
        ("split", pa.string()),
        ("metric_name", pa.string()),
        ("metric_id", pa.string()),
        ("metric_kind", pa.string()),
        ("lower_is_better", pa.bool_()),
        ("value", pa.string()),
        ("unit", pa.string()),
        ("score", pa.float64()),
        ("metric_unit", pa.string()),
        ("kind", pa.string()),
        ("owner", pa.string()),
        ("model_name", pa.string()),
        ("model_start_offset", pa.int32()),
        ("model_end_offset", pa.int32()),
        ("confidence", pa.float64()),
        *_SPAN,
    ]
)
RECORDS = [
    ("benchmarks", pa.list_(_BENCHMARK)),
    ("claims", pa.list_(_CLAIM)),
    ("sota", pa.list_(pa.struct([("scope", pa.string()), *_SPAN]))),
    ("code_urls", pa.list_(pa.string())),
    ("tags", pa.list_(pa.struct([("tag", pa.string()), *_SPAN]))),
]
STORED = pa.schema([("text_sha256", pa.string()), *RECORDS])


def tabulate_records(
    texts: pa.Table, extract_paper: Callable[[str, str], "PaperRecords"]
) -> pa.Table:
    """Return STORED of texts: columns text_sha256, title and abstract; in their order."""
    columns = [texts[name].to_pylist() for name in ("text_sha256", "title", "abstract")]
    rows = [
        (key, *_flatten(title, abstract, extract_paper))
        for key, title, abstract in zip(*columns, strict=True)
    ]
    return tabulate(rows, STORED)


def tabulate(rows: list[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    """Return rows as a table; none is an empty one."""
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in schema]
    return pa.table(columns, schema=schema)


def _flatten(
    title: str, abstract: str, extract_paper: Callable[[str, str], "PaperRecords"]
) -> tuple[list[Any], ...]:
    """Turn the records of a paper into what STORED holds."""
    from daily_papers.extract import comparable, systems  # noqa: PLC0415
    from daily_papers.extract.words import read_text  # noqa: PLC0415

    records = extract_paper(title, abstract)
    names = [one.name for one in records.benchmarks]
    text = read_text(abstract) if records.claims else None
    claims = []
    for one in records.claims:
        score = float(one.value)
        metric_id, metric_kind = comparable.identify_metric(one.metric, one.benchmark)
        system = systems.find_system(title, text, one, names) if text else None
        claims.append(
            {
                "benchmark": one.benchmark,
                "canonical": one.canonical,
                "split": one.split,
                "metric_name": one.metric,
                "metric_id": metric_id,
                "metric_kind": metric_kind,
                "lower_is_better": one.lower_is_better,
                "value": one.value,
                "unit": one.unit,
                "score": score,
                "metric_unit": comparable.normalise_unit(one.unit, score, metric_id, metric_kind),
                "kind": one.kind,
                "owner": one.owner,
                "model_name": system.quote if system else None,
                "model_start_offset": system.start if system else None,
                "model_end_offset": system.end if system else None,
                "confidence": one.confidence,
                **_span(one.evidence),
            }
        )
    benchmarks = [
        {
            "name": one.name,
            "canonical": one.canonical,
            "is_known": one.is_known,
            "role": one.role,
            "split": one.split,
            **_span(one.evidence),
        }
        for one in records.benchmarks
    ]
    sota = [{"scope": one.scope, **_span(one.evidence)} for one in records.sota]
    tags = [{"tag": one.tag, **_span(one.evidence)} for one in records.tags]
    return benchmarks, claims, sota, list(records.code_urls), tags


def _span(evidence: "Evidence") -> dict[str, Any]:
    return {
        "field": evidence.field,
        "start_offset": evidence.start,
        "end_offset": evidence.end,
        "quote": evidence.quote,
    }
