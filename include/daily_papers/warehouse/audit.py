"""What an audit of freshly built tables found, and how it is kept with them.

The audit itself: SQL checks (build.run_checks) and the suites of quality/handovers.py.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from daily_papers.errors import CorruptFileError
from daily_papers.lake.files import write_parquet
from daily_papers.warehouse.snapshots import CheckResult

# changes what is asked, so that tables which were published under older questions are
# audited again; stands here because asking for it must not import Great Expectations
AUDIT_VERSION = "1"
KEYS_KEPT = 1_000  # of a check; a broken model may fail for millions of rows
_KEYS_SHOWN = 3

RESULTS = pa.schema(
    [
        pa.field("suite", pa.string(), nullable=False),
        pa.field("table_name", pa.string()),
        pa.field("name", pa.string(), nullable=False),
        pa.field("column_name", pa.string()),
        pa.field("severity", pa.string(), nullable=False),
        pa.field("explanation", pa.string(), nullable=False),
        pa.field("failing_rows", pa.int64(), nullable=False),
        pa.field("failing_keys", pa.list_(pa.string()), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check or expectation found. Grain: (suite, table_name, name, column_name)."""

    suite: str  # 'sql_checks', 'lake_to_marts' or 'marts_to_publish'
    table_name: str | None
    name: str
    column_name: str | None
    severity: str  # 'fail' stops the publication, 'warn' is reported
    explanation: str
    failing_rows: int
    failing_keys: tuple[str, ...] = ()  # the first of the failing rows

    @property
    def is_failure(self) -> bool:
        """Whether it stops the publication."""
        return self.severity == "fail" and self.failing_rows > 0

    @property
    def full_name(self) -> str:
        """Name with its suite and columns; SQL checks by their file name."""
        if self.table_name is None:
            return self.name
        return f"{self.suite}: {self.table_name}: {self.name} on {self.column_name}"

    def summarise(self) -> CheckResult:
        """Return what manifest.json keeps of it."""
        keys = self.failing_keys[:_KEYS_SHOWN]
        return CheckResult(self.full_name, self.severity, self.explanation, self.failing_rows, keys)

    def say(self) -> str:
        """Say in one line what failed, where and why."""
        kind = "check" if self.table_name is None else "expectation"
        return f"{kind} {self.summarise().say()}"


@dataclass(frozen=True, slots=True)
class Audit:
    """Findings of the suites, and how to write their data docs into a folder."""

    findings: tuple[Finding, ...] = ()
    write_docs: Callable[[Path], None] | None = field(default=None, compare=False)

    def store(self, folder: Path, findings: Iterable[Finding]) -> None:
        """Write audit/results.parquet and data_docs/ into the folder of the audited tables."""
        table = pa.Table.from_pylist([asdict(finding) for finding in findings], RESULTS)
        write_parquet(folder / "audit" / "results.parquet", table)
        if self.write_docs is not None:
            self.write_docs(folder / "data_docs")


def read_results(folder: Path) -> list[Finding]:
    """Return the findings that lie beside audited tables.

    Raises:
        CorruptFileError: they cannot be read; names the file.
    """
    path = folder / "audit" / "results.parquet"
    try:
        rows = pq.read_table(path, schema=RESULTS).to_pylist()
    except (OSError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0]
        raise CorruptFileError(
            f"{path} cannot be read ({reason}); it came with its build"
        ) from None
    return [Finding(**row | {"failing_keys": tuple(row["failing_keys"])}) for row in rows]
