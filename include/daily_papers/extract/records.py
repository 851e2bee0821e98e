"""What the extractor returns: plain records, each pointing at the characters that say so."""

from dataclasses import dataclass
from typing import Literal

Field = Literal["title", "abstract"]
Role = Literal["introduced", "evaluated", "trained", "mentioned"]
Kind = Literal["absolute", "delta", "ratio"]
Owner = Literal["own", "other"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of the text as given: text[start:end] == quote, in code points."""

    field: Field
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class BenchmarkRecord:
    """One benchmark or dataset that the paper names, once a paper."""

    name: str  # as written, longest form
    canonical: str  # name in the vocabulary, or as written where it is not there
    is_known: bool  # the vocabulary has it
    role: Role
    split: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class ClaimRecord:
    """One number that is a measured result."""

    benchmark: str | None  # name of one of the paper's benchmark records, as written
    canonical: str | None
    split: str | None
    metric: str | None  # as written
    value: str  # as written, without unit and thousands separators
    unit: str
    kind: Kind
    owner: Owner
    lower_is_better: bool | None
    confidence: float
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class SotaRecord:
    """One statement that the paper's own work is the best."""

    scope: str  # "broad" or a benchmark
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class TagRecord:
    """One tag of the taxonomy."""

    tag: str
    source: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class PaperRecords:
    """Everything that one title and abstract say."""

    benchmarks: tuple[BenchmarkRecord, ...]
    claims: tuple[ClaimRecord, ...]
    sota: tuple[SotaRecord, ...]
    code_urls: tuple[str, ...]
    tags: tuple[TagRecord, ...]
