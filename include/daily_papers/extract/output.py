"""The lines that `daily-papers extract` prints: one JSON object a paper."""

from dataclasses import asdict
from typing import Any

from daily_papers.extract.extractor import EXTRACTOR_VERSION
from daily_papers.extract.records import PaperRecords


def to_line(
    paper_id: str, records: PaperRecords, extractor_version: str = EXTRACTOR_VERSION
) -> dict[str, Any]:
    """Return the output record of one paper; keys as the contract has them."""
    return {
        "id": paper_id,
        "benchmarks": [
            {
                "name": one.name,
                "canonical": one.canonical,
                "role": one.role,
                "split": one.split,
                "evidence": asdict(one.evidence),
            }
            for one in records.benchmarks
        ],
        "claims": [
            {
                "benchmark": one.benchmark,
                "canonical": one.canonical,
                "split": one.split,
                "metric": one.metric,
                "value": one.value,
                "unit": one.unit,
                "kind": one.kind,
                "owner": one.owner,
                "lower_is_better": one.lower_is_better,
                "confidence": one.confidence,
                "evidence": asdict(one.evidence),
            }
            for one in records.claims
        ],
        "sota": [{"scope": one.scope, "evidence": asdict(one.evidence)} for one in records.sota],
        "code_urls": list(records.code_urls),
        "tags": [
            {"tag": one.tag, "source": one.source, "evidence": asdict(one.evidence)}
            for one in records.tags
        ],
        "extractor_version": extractor_version,
    }
