"""Runs without a person: a notebook executed as a batch, and a kernel that dies in the middle."""

from __future__ import annotations

import base64
import subprocess
import sys
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbclient import NotebookClient

from tests.charges import charged
from tests.faults.kernel import rows, until
from tests.kernels import loaded

if TYPE_CHECKING:
    from pathlib import Path

LOAD = "%load_ext reapi_nb\n%reapi use sandbox"
ASK = 'job = %reapi mj "a grey heron --ar 3:2" --speed draft'
MOST_STILL = 48_000
"""Bytes of the largest still picture that a saved notebook keeps."""


WHOLE = (LOAD, ASK, "%reapi wait")
KNOWN = "import time\nwhile not job.task_id: time.sleep(0.01)"
"""Other work, in which the job is accepted."""

PROGRAMS = {
    "papermill": ("papermill", "--no-progress-bar", "--kernel", "python3"),
    "nbconvert": ("nbconvert", "--to", "notebook", "--execute", "--output"),
}


def _notebook(*codes: str) -> nbformat.NotebookNode:
    cells = [nbformat.v4.new_code_cell(code) for code in codes]
    return nbformat.v4.new_notebook(cells=cells)


def _executed(*codes: str) -> list[nbformat.NotebookNode]:
    """The cells of a small notebook after a run in a fresh kernel."""
    notebook = _notebook(*codes)
    NotebookClient(notebook, kernel_name="python3", timeout=60).execute()
    return notebook.cells


def _executed_by(program: str, folder: Path) -> list[nbformat.NotebookNode]:
    """The cells of a small notebook that a program has run and saved."""
    made, saved = folder / "made.ipynb", folder / "saved.ipynb"
    nbformat.write(_notebook(*WHOLE), made)
    files = (saved, made) if program == "nbconvert" else (made, saved)
    command = [sys.executable, "-m", *PROGRAMS[program], *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return nbformat.read(saved, as_version=4).cells


def test_a_batch_run_keeps_its_pictures_and_is_free_the_second_time(home):
    """Each run saves a small picture and the task id; only the first is charged."""
    first, second = _executed(*WHOLE), _executed(*WHOLE)

    [task_id] = charged(home)
    for cells in (first, second):
        _check_saved(cells, task_id)


def _check_saved(cells: list[nbformat.NotebookNode], task_id: str) -> None:
    """A saved notebook shows the pictures of its job, and which job that is."""
    _board, still = cells[1].outputs
    assert f"mj {task_id}: completed, 4 pictures" in still.data["text/plain"]
    assert [task_id] == still.metadata.reapi.task_ids
    picture = base64.b64decode(still.data["image/jpeg"])
    assert b"\xff\xd8\xff" == picture[:3]
    assert 5_000 < len(picture) <= MOST_STILL


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_that_runs_notebooks_ends_with_the_jobs_done(program, home, tmp_path):
    """Because the notebook waits, its jobs are completed and saved with their pictures."""
    cells = _executed_by(program, tmp_path)

    [task_id] = charged(home)
    _check_saved(cells, task_id)
    assert [("completed", task_id)] == rows(home, "SELECT status, task_id FROM jobs")


def test_a_batch_run_that_does_not_wait_is_taken_up_by_the_next_kernel(home):
    """Its jobs go on without it; the next kernel completes them, and nothing is paid."""
    _executed(LOAD, ASK, KNOWN)
    left = rows(home, "SELECT status FROM jobs")

    *_, waited = _executed(LOAD, "%reapi wait")

    assert [("processing",)] == left
    assert ["1 job completed\n"] == [one.text for one in waited.outputs]
    [task_id] = charged(home)
    assert [("completed", task_id)] == rows(home, "SELECT status, task_id FROM jobs")


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
    folder = library / "tasks" / "sandbox" / task_id
    files = {file.name for file in folder.iterdir() if file.suffix != ".tmp"}  # swept an hour later
    assert {"0.png", "1.png", "2.png", "3.png", "task.json"} == files
