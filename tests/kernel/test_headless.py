"""Runs without a person: a notebook executed as a batch, and a kernel that dies in the middle."""

from __future__ import annotations

import base64

import nbformat
from nbclient import NotebookClient

from tests.charges import charged
from tests.faults.kernel import rows, until
from tests.kernels import loaded

LOAD = "%load_ext reapi_nb\n%reapi use sandbox"
ASK = 'job = %reapi mj "a grey heron --ar 3:2" --speed draft'
MOST_STILL = 48_000
"""Bytes of the largest still picture that a saved notebook keeps."""


def _executed() -> list[nbformat.NotebookNode]:
    """The cells of a small notebook after a run in a fresh kernel."""
    cells = [nbformat.v4.new_code_cell(code) for code in (LOAD, ASK, "%reapi wait")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, kernel_name="python3", timeout=60).execute()
    return notebook.cells


def test_a_batch_run_keeps_its_pictures_and_is_free_the_second_time(home):
    """Each run saves a small picture and the task id; only the first is charged."""
    first, second = _executed(), _executed()

    [task_id] = charged(home)
    for cells in (first, second):
        _board, still = cells[1].outputs
        assert f"mj {task_id}: completed, 4 pictures" in still.data["text/plain"]
        assert [task_id] == still.metadata.reapi.task_ids
        picture = base64.b64decode(still.data["image/jpeg"])
        assert b"\xff\xd8\xff" == picture[:3]
        assert 5_000 < len(picture) <= MOST_STILL


def test_a_job_outlives_its_kernel(tmp_path):
    """A kernel is killed while its job is at work; the next has four pictures, paid once."""
    library = tmp_path / "library"
    with loaded(tmp_path) as kernel:
        kernel.run(ASK, cell="heron")
        # Charged and heard of: a kill between the two is an unknown outcome, another test.
        until(lambda: rows(library, "SELECT 1 FROM jobs WHERE status = 'processing'"))
        kernel.kill()
    [task_id] = charged(library)

    with loaded(tmp_path) as kernel:
        kernel.run(f"%reapi wait {task_id}")
        said = kernel.run(f"%reapi show {task_id}").text
        again = kernel.run(ASK, cell="heron").text

    assert f"mj {task_id}: completed, 4 pictures" in said
    assert f"mj {task_id}: completed, 4 pictures" in again
    assert [task_id] == list(charged(library))
    files = {file.name for file in (library / "tasks" / "sandbox" / task_id).iterdir()}
    assert {"0.png", "1.png", "2.png", "3.png", "task.json"} == files
