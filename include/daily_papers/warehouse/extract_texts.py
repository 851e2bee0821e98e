"""Extract many texts in processes of their own: `python -m daily_papers.warehouse.extract_texts`.

One reads Arrow IPC of text_sha256, title and abstract from its standard input, and writes the
same of text_records.STORED to its standard output. Python extracts on one core at a time, and the
archive's nine thousand texts take it ten seconds. Not `multiprocessing`: its children import the
main module again, which may be Airflow, and it may not be used in a daemon's child.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa

from daily_papers.warehouse.text_records import tabulate_records

_MODULE = "daily_papers.warehouse.extract_texts"
# importing the rules takes as long as a thousand texts
_LEAST_TEXTS = 1_000
# who started them groups authors meanwhile, which takes longer, and all else waits for that
_NICENESS = 5


def extract_in_processes(
    texts: pa.Table, processes: int, least_texts: int = _LEAST_TEXTS
) -> pa.Table | None:
    """Return text_records.STORED of each text, in order; None where they are too few for it.

    Args:
        texts: columns text_sha256, title and abstract.
        processes: how many at most.
        least_texts: that each of them must have.

    Raises:
        RuntimeError: one of them failed; says what it said.
    """
    count = min(processes, len(texts) // least_texts)
    if count < 1:
        return None
    size = -(-len(texts) // count)
    parts = [texts.slice(start, size) for start in range(0, len(texts), size)]
    with ThreadPoolExecutor(count, thread_name_prefix="extract") as pool:
        return pa.concat_tables(pool.map(_extract_part, parts))


def _extract_part(texts: pa.Table) -> pa.Table:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, texts.schema) as writer:
        writer.write_table(texts)
    # -P: what lies in the working folder is not imported
    done = subprocess.run(  # noqa: S603 (this interpreter, a module of ours)
        [sys.executable, "-P", "-m", _MODULE],
        input=sink.getvalue(),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise RuntimeError(f"extracting {len(texts)} texts ended with {done.returncode}: {said}")
    return pa.ipc.open_stream(done.stdout).read_all()


def main() -> None:
    """Extract what comes in."""
    from daily_papers.extract.extractor import extract_paper  # noqa: PLC0415

    os.nice(_NICENESS)
    texts = pa.ipc.open_stream(sys.stdin.buffer).read_all()
    stored = tabulate_records(texts, extract_paper)
    with pa.ipc.new_stream(sys.stdout.buffer, stored.schema) as writer:
        writer.write_table(stored)


if __name__ == "__main__":
    main()
