"""
Which cell of which notebook is running, if any.

IPython is looked for, never imported: a script that does without it stays without it.
"""

from __future__ import annotations

import hashlib
import sys
from typing import Any

from reapi_nb.job import Cell


def current(notebook: str) -> Cell | None:
    """
    The cell that is running, or None outside IPython.

    Args:
        notebook: The notebook's path, or "".
    """
    shell = _shell()
    if shell is None:
        return None
    parent = _message(shell)
    source = parent.get("content", {}).get("code")
    if source is None:  # a terminal: the last input is the cell
        source = (shell.user_ns.get("In") or [""])[-1]
    cell_id = parent.get("metadata", {}).get("cellId")
    execution = parent.get("header", {}).get("msg_id") or str(shell.execution_count)
    named = cell_id or hashlib.sha256(source.encode()).hexdigest()[:32]
    return Cell(notebook, named, execution)


def source() -> str:
    """What the cell says that is running; "" outside one."""
    shell = _shell()
    if shell is None:
        return ""
    content = _message(shell).get("content")
    if content is None:  # a terminal: the last input is the cell
        return str((shell.user_ns.get("In") or [""])[-1])
    return str(content.get("code", ""))  # a click has none


def _shell() -> Any:
    module = sys.modules.get("IPython")
    return module.get_ipython() if module is not None else None


def _message(shell: Any) -> dict[str, Any]:
    """The front end's request to run the cell; empty in a terminal."""
    get_parent = getattr(shell, "get_parent", None)
    return (get_parent() if get_parent is not None else None) or {}
