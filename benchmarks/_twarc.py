"""twarc-csv's own converter on pages of X; run by a Python that has it (pandas before 3)."""

from __future__ import annotations

import csv
import json
import sys
import tempfile
from pathlib import Path

from twarc_csv import CSVConverter  # type: ignore[import-not-found]

csv.field_size_limit(2**24)


def main() -> None:
    """Convert the pages of a case, and print how many posts the table holds."""
    n = 0
    for page in sorted((Path(sys.argv[1]) / "posts").glob("*.jsonl")):
        with tempfile.TemporaryDirectory() as made:
            out = Path(made) / "posts.csv"
            with page.open(encoding="utf-8") as lines, out.open("w", encoding="utf-8") as table:
                CSVConverter(infile=lines, outfile=table).process()
            with out.open(encoding="utf-8", newline="") as table:
                n += sum(1 for _ in csv.reader(table)) - 1
    print(json.dumps({"posts": n}))


if __name__ == "__main__":
    main()
