"""
Image-prompt research in Jupyter, on paid, asynchronous image APIs.

In a notebook: `%load_ext reapi_nb`, then `%reapi`. In Python: `Session().submit(...)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reapi_nb import errors

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from reapi_nb.session import Job, Session, Settings

__all__ = [
    "Job",
    "Session",
    "Settings",
    "__version__",
    "errors",
    "load_ipython_extension",
    "unload_ipython_extension",
]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """The Python API, loaded when it is used: every notebook that loads the extension waits."""
    if name in ("Job", "Session", "Settings"):
        from reapi_nb import session  # noqa: PLC0415 - as said

        return getattr(session, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_ipython_extension(shell: InteractiveShell) -> None:
    """`%load_ext reapi_nb`."""
    from reapi_nb.notebook import extension  # noqa: PLC0415 - the library works without a shell

    extension.load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """`%unload_ext reapi_nb`."""
    from reapi_nb.notebook import extension  # noqa: PLC0415 - the library works without a shell

    extension.unload(shell)
