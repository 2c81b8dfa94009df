"""A notebook without a front end: cells that run, as the session sees them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class Notebook:
    """
    Stands where the session looks for IPython, and says which cell is running.

    Outside `running` nothing runs, as in a script.
    """

    def __init__(self) -> None:
        self.user_ns: dict[str, Any] = {}
        self.execution_count = 0
        self._message: dict[str, Any] | None = None

    def get_ipython(self) -> Notebook | None:
        return self if self._message is not None else None

    def get_parent(self) -> dict[str, Any] | None:
        return self._message

    @contextmanager
    def running(self, cell_id: str | None = "cell-1", code: str = "%reapi mj a cat") -> Iterator:
        """Run a cell; each time is another execution. Some front ends do not tell its id."""
        self.execution_count += 1
        self._message = {
            "header": {"msg_id": f"execution-{self.execution_count}"},
            "metadata": {"cellId": cell_id} if cell_id else {},
            "content": {"code": code},
        }
        try:
            yield
        finally:
            self._message = None
