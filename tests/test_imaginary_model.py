"""A model is one file: dropped into the catalog, it is everywhere."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import reapi_nb

HOUSE = Path(reapi_nb.__file__).parent
MODEL = Path(__file__).parent / "data" / "dream_1.py"

SCRIPT = """
import json
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "reapi_nb")

def said(line):
    with capture_output() as out:
        shell.run_line_magic("reapi", line)
    return out.stdout

from reapi_nb import catalog, command, describe

said("use sandbox")
told = {"dry": said('dream "a {red, blue} cat" --mood wild --dry-run')}
job = shell.run_line_magic("reapi", 'dream "a cat" --mood wild').wait()
edit = shell.run_line_magic("reapi", f'dream "the same cat" --image {job[1].address}').wait()
told |= {
    "status": job.status.value,
    "pictures": [picture.number for picture in job.pictures],
    "parent": edit.snapshot.parent[0] == job.job_id,
    "help": said("help dream"),
    "models": said("models"),
    "markdown": describe.documented_models(),
    "overview": said(""),
    "price": job.snapshot.estimate,
    "buttons": [one.button.label for one in catalog.follow_ups(job[1])],
    "magic": describe.as_magic(job.request),
    "python": describe.as_python(job.request),
    "curl": describe.as_curl(job.request, "https://reapi.ai/api/v1"),
    "wire": job.request.body(),
}
print(json.dumps(told))
shell.run_line_magic("unload_ext", "reapi_nb")
"""


@pytest.fixture(name="told", scope="module")
def _told(tmp_path_factory: pytest.TempPathFactory):
    """What a house with one more file says and does."""
    folder = tmp_path_factory.mktemp("house")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(HOUSE, folder / "reapi_nb", ignore=ignored)
    shutil.copy(MODEL, folder / "reapi_nb" / "catalog")
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "REAPI_NB_HOME": str(folder / "home"), "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert 0 == ran.returncode, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


def test_it_is_asked_for_and_edited_like_any_other(told):
    """The magic, the sandbox and the follow-ups of its pictures know it."""
    assert "completed" == told["status"]
    assert [1, 2] == told["pictures"]
    assert told["parent"]
    assert "Dream on" in told["buttons"]
    assert {"model": "dream-1", "prompt": "a cat", "mood": "wild"} == told["wire"]


def test_it_has_a_price(told):
    """By its own rates: two pictures in the dry run and the job, one in the table."""
    assert 20 == told["price"]
    assert "2 requests, ~40 credits" in told["dry"]
    assert "dream-1" in told["models"]
    assert "~10" in next(line for line in told["models"].splitlines() if "dream-1" in line)


def test_it_has_help(told):
    """Its options, what they take and what they mean."""
    assert "--mood" in told["help"]
    assert "how it feels" in told["help"]
    assert "dream" in told["overview"]


def test_it_can_be_written_in_every_form(told):
    """As a line, in Python and for curl."""
    assert '%reapi dream "a cat" --mood wild' == told["magic"]
    assert "Dream(prompt='a cat', mood='wild')" in told["python"]
    assert '"mood": "wild"' in told["curl"]


def test_the_readme_leaves_out_what_no_page_describes(told):
    """The table of the README is the documented models'."""
    assert "dream-1" not in told["markdown"]
    assert "mj-v7" in told["markdown"]
