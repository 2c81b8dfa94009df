"""
Run benchmarks by name, print a line a figure, and write them to `benchmarks.json`.

    python -m tests.benchmarks                      all of them: half an hour on two cores
    python -m tests.benchmarks pace makespan.low1k  one, and one part of another
    python -m tests.benchmarks --quick              only low1k and turbo, and fewer for peers
    python -m tests.benchmarks --list               what there is
"""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from importlib import import_module
from importlib.util import find_spec
from inspect import signature
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

NAMES = (
    *("cell_return", "load", "memory", "slots", "pictures", "stall"),
    *("pace", "makespan", "peers", "faults"),
)
FILE = Path("benchmarks.json")


def main(words: list[str]) -> int:
    parser = ArgumentParser("python -m tests.benchmarks", description=__doc__)
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.add_argument("names", nargs="*", metavar="name", help="a benchmark, or benchmark.part")
    parser.add_argument("--quick", action="store_true", help="low1k and turbo only")
    parser.add_argument("--list", action="store_true", help="say what there is")
    said = parser.parse_args(words)
    if said.list:
        print("\n".join(known for name in _benchmarks() for known in _names_in(name)))
        return 0
    if unknown := [name for name in said.names if not _is_known(name)]:
        print(f"unknown: {', '.join(unknown)}; type --list to see all")
        return 2
    _write(chain([_load()], _figures(_parts_of(said.names), quick=said.quick)))
    return 0


def _load() -> Figure:
    """What else the machine does: figures in milliseconds mean little where it is busy."""
    return Figure("machine.load", os.getloadavg()[0] / (os.cpu_count() or 1), "processes a core")


def _is_known(name: str) -> bool:
    benchmark = name.partition(".")[0]
    return benchmark in _benchmarks() and name in _names_in(benchmark)


def _names_in(benchmark: str) -> list[str]:
    """A benchmark and its parts."""
    parts = getattr(_module(benchmark), "PARTS", ())
    return [benchmark, *(f"{benchmark}.{part}" for part in parts)]


def _benchmarks() -> list[str]:
    return [name for name in NAMES if find_spec(f"tests.benchmarks.{name}")]


def _module(name: str) -> ModuleType:
    return import_module(f"tests.benchmarks.{name}")


def _parts_of(names: list[str]) -> dict[str, list[str]]:
    """Which parts of which benchmarks; no parts mean all of them."""
    wanted: dict[str, list[str]] = {}
    for name in names or _benchmarks():
        benchmark, _, part = name.partition(".")
        wanted.setdefault(benchmark, []).extend([part] if part else ())
    return wanted


def _figures(wanted: dict[str, list[str]], *, quick: bool) -> Iterable[Figure]:
    for benchmark, parts in wanted.items():
        run = _module(benchmark).run
        hurried = {"quick": quick} if "quick" in signature(run).parameters else {}
        yield from run(*parts, **hurried)


def _write(figures: Iterable[Figure]) -> None:
    """Print each figure when it is there; the file has them all after each."""
    entries = []
    for figure in figures:
        print(figure, flush=True)
        entries.append(figure.entry())
        FILE.write_text(json.dumps(entries, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
