"""
Image-prompt research in Jupyter, on paid, asynchronous image APIs.

In a notebook: `%load_ext reapi_nb`, then `%reapi`. In Python: `Session().submit(...)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reapi_nb import errors
from reapi_nb.session import Job, Session, Settings

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

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


def load_ipython_extension(shell: InteractiveShell) -> None:
    """`%load_ext reapi_nb`."""
    from reapi_nb.notebook import extension  # noqa: PLC0415 - the library works without a shell

    extension.load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """`%unload_ext reapi_nb`."""
    from reapi_nb.notebook import extension  # noqa: PLC0415 - the library works without a shell

    extension.unload(shell)
