"""The floors of the house, held against every import that is written in it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

import reapi_nb

if TYPE_CHECKING:
    from collections.abc import Iterator

HOUSE = Path(reapi_nb.__file__).parent
MOST_LINES = 400

FLOORS: tuple[tuple[str, ...], ...] = (
    ("errors",),
    ("job",),
    ("catalog",),
    ("wire", "prompts", "prices", "settings", "cell"),
    ("command",),
    ("describe",),
    ("client", "library", "pictures", "uploads"),
    ("pace", "limiter"),
    ("engine", "sandbox"),
    ("bridge",),
    ("session",),
    ("research", "freeze", "doctor"),
    ("notebook", "cli"),
    ("__init__",),
)
"""Which rooms there may be, from the ground up. A room knows those below its own floor only."""

FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}

ONLY: dict[str, tuple[str, ...]] = {
    "httpx": ("client", "sandbox"),
    "sqlite3": ("library", "limiter", "sandbox.ledger"),
    "PIL": ("pictures", "sandbox.artist"),
    "os.environ": ("settings",),
    "platformdirs": ("settings",),
    "threading": ("bridge", "notebook.board"),
    "IPython": ("notebook", "__init__"),
    "ipywidgets": ("notebook",),
    "anywidget": ("notebook",),
    "nest_asyncio2": ("notebook",),
    "starlette": ("sandbox",),
    "uvicorn": ("sandbox",),
    "boto3": ("uploads",),
    "botocore": ("uploads",),
}
"""Who may import what. A room's name stands for every file in it."""

FRONT_ENDS = ("notebook", "cli")
SHOWN_TO_FRONT_ENDS = {
    *("session", "research", "freeze", "doctor", "catalog", "command", "describe"),
    *("prompts", "prices", "job", "errors"),
}
KEPT_FROM_THE_SANDBOX = {"client", "library", "engine"}


class Imported(NamedTuple):
    """One name that a file imports, or a use of `os.environ`."""

    by: str
    """The file, as a dotted name without the package: `sandbox.ledger`, `__init__`."""

    name: str
    """Dotted and whole: `reapi_nb.job.Picture`, `PIL.Image`."""

    line: int
    types_only: bool
    """Whether it stands under `if TYPE_CHECKING:`."""

    inside: bool
    """Whether it stands inside a function."""

    def __str__(self) -> str:
        return f"{self.by}:{self.line} imports {self.name}"


def _files() -> list[Path]:
    return sorted(HOUSE.rglob("*.py"))


def _dotted(file: Path) -> str:
    """`sandbox.ledger`; a package's own file goes by the package's name."""
    parts = file.relative_to(HOUSE).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


def _room(dotted: str) -> str:
    return dotted.split(".", maxsplit=1)[0]


def _is_within(dotted: str, rooms: tuple[str, ...]) -> bool:
    return any(dotted == room or dotted.startswith(f"{room}.") for room in rooms)


def _is_types_only(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


class _Reader(ast.NodeVisitor):
    """Collects what one file imports, wherever in it that stands."""

    def __init__(self, by: str, package: str) -> None:
        self.by = by
        self.package = package
        self.found: list[Imported] = []
        self._types_only = False
        self._inside = False

    def visit_If(self, node: ast.If) -> None:
        before = self._types_only
        self._types_only = before or _is_types_only(node.test)
        for child in node.body:
            self.visit(child)
        self._types_only = before
        for child in (node.test, *node.orelse):
            self.visit(child)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._visit_inside(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._visit_inside(node)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._add(alias.name, node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        if node.level:
            above = self.package.split(".")
            module = ".".join((*above[: len(above) - node.level + 1], *filter(None, [module])))
        for alias in node.names:
            self._add(f"{module}.{alias.name}", node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.value, ast.Name) and node.value.id == "os" and _is_environ(node.attr):
            self._add(f"os.{node.attr}", node)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        first = node.args[0] if node.args else None
        if name in ("import_module", "__import__") and isinstance(first, ast.Constant):
            self._add(str(first.value), node)
        self.generic_visit(node)

    def _visit_inside(self, node: ast.AST) -> None:
        before, self._inside = self._inside, True
        self.generic_visit(node)
        self._inside = before

    def _add(self, name: str, node: ast.stmt | ast.expr) -> None:
        self.found.append(Imported(self.by, name, node.lineno, self._types_only, self._inside))


def _is_environ(name: str) -> bool:
    return name.startswith(("environ", "getenv", "putenv", "unsetenv"))


def _imports_of(source: str, by: str, *, is_package: bool = False) -> list[Imported]:
    module = f"reapi_nb.{by}".removesuffix(".__init__")
    reader = _Reader(by, module if is_package else module.rpartition(".")[0])
    reader.visit(ast.parse(source))
    return reader.found


def _imports() -> Iterator[Imported]:
    for file in _files():
        source = file.read_text(encoding="utf-8")
        yield from _imports_of(source, _dotted(file), is_package=file.stem == "__init__")


def _room_imported(name: str) -> str | None:
    """The room of ours that a dotted name leads into; `__init__` for the package's own names."""
    package, *rest = name.split(".")
    if package != "reapi_nb":
        return None
    return rest[0] if rest and rest[0] in FLOOR else "__init__"


def _climbs(imported: Imported) -> bool:
    """Whether it leads up, or sideways out of its room."""
    here, there = _room(imported.by), _room_imported(imported.name)
    return there is not None and there != here and FLOOR[there] >= FLOOR[here]


def _trespasses(imported: Imported) -> bool:
    """Whether it names what only other rooms may import."""
    if imported.types_only:
        return False  # an annotation loads nothing
    name = imported.name
    if name.startswith("os.") and _is_environ(name.removeprefix("os.")):
        name = "os.environ"
    if _room(name) == "IPython" and imported.by == "__init__" and not imported.inside:
        return True  # the package itself is imported by scripts that have no IPython
    return any(
        _is_within(name, (owned,)) and not _is_within(imported.by, rooms)
        for owned, rooms in ONLY.items()
    )


def _peeks(imported: Imported) -> bool:
    """Whether a front end looks behind the session, or the sandbox at its own witness."""
    here, there = _room(imported.by), _room_imported(imported.name)
    if there is None or there == here:
        return False
    if here == "sandbox":
        return there in KEPT_FROM_THE_SANDBOX
    if here == "cli" and imported.name.startswith("reapi_nb.sandbox.serve"):
        return False  # `reapi-nb sandbox` starts it
    return here in FRONT_ENDS and there not in SHOWN_TO_FRONT_ENDS


def test_every_file_is_on_a_floor():
    """A file that belongs to no room of the plan has no place in the house."""
    homeless = [_dotted(file) for file in _files() if _room(_dotted(file)) not in FLOOR]

    assert [] == homeless


def test_rooms_know_only_what_is_below_them():
    """No import leads up or sideways: not inside a function, and not for types either."""
    climbing = [str(imported) for imported in _imports() if _climbs(imported)]

    assert [] == climbing


def test_some_things_belong_to_one_room():
    """HTTP, SQL, pixels, threads, the environment and widgets are each one room's business."""
    trespassing = [str(imported) for imported in _imports() if _trespasses(imported)]

    assert [] == trespassing


def test_front_ends_know_the_session_and_the_sandbox_knows_nobody():
    """A front end never sees client, library, engine, bridge or sandbox; the sandbox never us."""
    peeking = [str(imported) for imported in _imports() if _peeks(imported)]

    assert [] == peeking


def test_long_files_say_why():
    """A file of more than 400 lines says in its module docstring what it is "long because" of."""
    silent = []
    for file in _files():
        source = file.read_text(encoding="utf-8")
        docstring = ast.get_docstring(ast.parse(source)) or ""
        if source.count("\n") > MOST_LINES and "long because" not in docstring.lower():
            silent.append(f"{_dotted(file)}: {source.count(chr(10))} lines")

    assert [] == silent


@pytest.mark.parametrize(
    ("by", "source", "broken"),
    [
        ("job", "from reapi_nb import errors", None),
        ("job", "from reapi_nb.catalog import Refusal", _climbs),
        ("job", "from reapi_nb import catalog", _climbs),
        ("job", "from reapi_nb import Session", _climbs),
        ("job", "import reapi_nb.engine", _climbs),
        ("prices", "from reapi_nb.settings import Settings", _climbs),
        ("engine", "def act():\n    from reapi_nb.bridge import Bridge", _climbs),
        ("engine", "if TYPE_CHECKING:\n    from reapi_nb.session import Session", _climbs),
        ("engine", "from .session import Job", _climbs),
        ("library.rows", "from . import schema", None),
        ("library.rows", "from ..engine import Engine", _climbs),
        ("sandbox.ledger", "import sqlite3", None),
        ("sandbox.app", "import sqlite3", _trespasses),
        ("session", "if TYPE_CHECKING:\n    from PIL import Image", None),
        ("session", "def show():\n    from PIL import Image", _trespasses),
        ("session", "if TYPE_CHECKING:\n    x = 1\nelse:\n    from PIL import Image", _trespasses),
        ("cell", "import os\nos.environ['HOME']", _trespasses),
        ("cell", "from os import getenv", _trespasses),
        ("notebook.form", "import threading", _trespasses),
        ("notebook.board", "from threading import Lock", None),
        ("__init__", "def load():\n    import IPython", None),
        ("__init__", "import IPython", _trespasses),
        ("__init__", "from reapi_nb.notebook import magics", None),
        ("cli", "def sandbox():\n    from reapi_nb.sandbox import serve", None),
        ("cli", "from reapi_nb.sandbox import app", _peeks),
        ("notebook.board", "from reapi_nb.library import Library", _peeks),
        ("notebook.board", "importlib.import_module('reapi_nb.engine')", _peeks),
        ("sandbox.app", "from reapi_nb.library import Library", _peeks),
    ],
)
def test_the_rules_catch_what_they_are_for(by, source, broken):
    """Each rule refuses an import that breaks it and lets a good one pass."""
    imports = _imports_of(source, by)

    caught = {rule for rule in (_climbs, _trespasses, _peeks) for one in imports if rule(one)}

    assert ({broken} if broken else set()) == caught
