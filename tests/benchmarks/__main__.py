"""Run benchmarks by name, print a line a figure, and write them to `benchmarks.json`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.benchmarks import cell_return, load_ext

BENCHMARKS = {"cell_return": cell_return.run, "load_ext": load_ext.run}


def main(names: list[str]) -> int:
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(BENCHMARKS)}")
        return 2
    figures = [figure for name in names or BENCHMARKS for figure in BENCHMARKS[name]()]
    for figure in figures:
        print(figure)
    Path("benchmarks.json").write_text(json.dumps([vars(f) for f in figures], indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
