"""
A cell that is stopped between reading its line and showing its board, at one point after another.

Wherever Stop strikes, running the cell again shows its job, and the job is paid for once.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from tests.faults.kernel import KEY, rows, until
from tests.faults.server import RecordingServer
from tests.kernels import WIDGET, Kernel, loaded

if TYPE_CHECKING:
    from pathlib import Path

_DECISIVE = ("asking.py", "driving.py", "bridge.py", "handles.py", "tasks.py")
"""Files of which every line is tried, because a job is on its way before or after it."""

_STRIDE = 300
"""Of all the others, one line in so many."""

_STOPS = """
import json, sys
from contextlib import contextmanager

lines, again = [], []

@contextmanager
def stopped(at):
    lines.clear()

    def trace(frame, event, _):
        file = frame.f_code.co_filename
        if "/reapi_nb/" not in file and "/asyncio/" not in file:
            return None
        if event == "line":
            lines.append(file.rsplit("/", 1)[-1])
            if len(lines) == at:
                raise KeyboardInterrupt
        return trace

    sys.settrace(trace)
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(None)
"""
_CELL = 'with stopped({}):\n    job = %reapi apixo "cat {}."\nprint(json.dumps(lines))'

_WHOLE = ("that warms up", "that is whole")


def test_a_cell_that_is_stopped_anywhere_is_one_charge_when_it_is_run_again(tmp_path: Path):
    """The journal knows its job, or nothing was sent: the same cell never loses or doubles it."""
    library = tmp_path / "library"
    with (
        RecordingServer(seconds=1e9) as server,
        # Its limit is far above reAPI's, so the jobs need not wait for each other.
        loaded(tmp_path, APIXO_API_KEY=KEY, APIXO_BASE_URL=server.origin) as kernel,
    ):
        kernel.run("%reapi use apixo\n" + _STOPS)
        kernel.run(_CELL.format(0, _WHOLE[0]))
        points = _points(kernel)
        missing = [at for at in points if not _shown_again(kernel, at)]
        until(lambda: _processing(library) >= len(points) + 2, 60)
        said = kernel.run("%reapi status").text
        known = kernel.run("print([one.name for one in again if not one.task_id])").text

    prompts = Counter(task.prompt for task in server.tasks.values())
    assert [] == missing
    assert dict.fromkeys([f"cat {name}." for name in (*_WHOLE, *points)], 1) == prompts
    assert len(prompts) == _processing(library)
    assert f"jobs     {len(prompts)} under way" in said
    assert "[]\n" == known


def _processing(library: Path) -> int:
    """How many jobs are known to be at work; there are no others."""
    kept = dict(rows(library, "SELECT status, count(*) FROM jobs GROUP BY status"))
    assert kept.keys() <= {"queued", "sending", "processing"}
    return int(kept.get("processing", 0))


def _points(kernel: Kernel) -> list[int]:
    """Where a cell will be stopped: numbers of lines that a whole run has."""
    ran = kernel.run(_CELL.format(0, _WHOLE[1]))
    files = json.loads(ran.text.splitlines()[-1])
    return [at for at, file in enumerate(files, 1) if file in _DECISIVE or at % _STRIDE == 0]


def _shown_again(kernel: Kernel, at: int) -> bool:
    """Whether a cell that was stopped shows its board when it is run again."""
    kernel.run(_CELL.format(at, at), cell=f"cell-{at}")
    again = kernel.run(f'job = %reapi apixo "cat {at}."\nagain.append(job)', cell=f"cell-{at}")
    return any(WIDGET in one["content"].get("data", {}) for one in again.messages)
