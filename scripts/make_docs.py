"""Write docs/data-dictionary.md and docs/lineage.md from the models, or check them.

Run by `make docs`; with --check, by `make check`, nothing is written and a document that is
not what the models give ends it with 1.
"""

import argparse
import sys
from pathlib import Path

from daily_papers import settings
from daily_papers.warehouse.dictionary import render_documents

DOCS = Path(__file__).parents[1] / "docs"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, do not write")
    parser.add_argument("--docs", type=Path, default=DOCS)
    arguments = parser.parse_args()
    stale = []
    for name, text in render_documents(settings.load()).items():
        path = arguments.docs / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(str(path))
        if not arguments.check:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path}")
    if arguments.check and stale:
        print(f"{', '.join(stale)}: not what the models say; run `make docs`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
