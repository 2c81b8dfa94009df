"""
The Python API, and all that front ends know of the house.

    session = Session()
    job = session.submit(Imagine(prompt="a cat --ar 16:9"))
    job.wait()[2].save("cat.png")

Front ends come here for everything: they know no client, library, engine or thread. What is behind
a name is loaded when the name is first used, because every notebook waits for `%load_ext`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from reapi_nb.settings import REAL, Secret, Settings, key_source, save_key

if TYPE_CHECKING:
    from reapi_nb.library.books import Spent
    from reapi_nb.session.early import Early
    from reapi_nb.session.handles import Job, KeptPicture
    from reapi_nb.session.house import Session
    from reapi_nb.session.parents import Parent
    from reapi_nb.session.plan import Plan

__all__ = [
    "REAL",
    "Early",
    "Job",
    "KeptPicture",
    "Parent",
    "Plan",
    "Secret",
    "Session",
    "Settings",
    "Spent",
    "key_source",
    "save_key",
]

_BEHIND = {
    "Early": "reapi_nb.session.early",
    "Job": "reapi_nb.session.handles",
    "KeptPicture": "reapi_nb.session.handles",
    "Parent": "reapi_nb.session.parents",
    "Plan": "reapi_nb.session.plan",
    "Session": "reapi_nb.session.house",
    "Spent": "reapi_nb.library.books",
}


def __getattr__(name: str) -> Any:
    if name in _BEHIND:
        return getattr(import_module(_BEHIND[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
