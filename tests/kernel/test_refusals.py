"""Lines that cannot work: one line on screen that says what to type, and nothing leaves."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.faults.kernel import KEY
from tests.kernels import loaded

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("line", "says"),
    [
        pytest.param("mj", "say what the picture should show", id="no prompt"),
        pytest.param('mj ""', "say what the picture should show", id="empty quotes"),
        pytest.param(f"mj {'x' * 8193}", "at most 8192", id="8193 characters"),
        pytest.param("mj a cat --speed warp", "'draft', 'fast' or 'turbo'", id="unknown speed"),
        pytest.param("mj a lighthouse --stilize 5", "did you mean --stylize", id="unknown flag"),
        pytest.param("mj https://example.com/cat.png", "add a short description", id="one image"),
        pytest.param("mj data:image/png;base64,AAAA a cat", "public http", id="data URL"),
        pytest.param("upscale task_x#5", "#1 to #4", id="fifth picture"),
        pytest.param("upscale task_x", "say which picture", id="no picture"),
        pytest.param("vary task_x#1 --type standard", "'subtle' or 'strong'", id="unknown type"),
        pytest.param("upscle task_x#1", "did you mean %reapi upscale", id="unknown nick"),
        pytest.param("upscale _#1", "_ holds no job yet", id="no last job"),
        pytest.param("mj a {red, blue fox", "close the group", id="open group"),
        pytest.param("mj a {{nobody}} fox", "no variable 'nobody'", id="unknown variable"),
        pytest.param("mj a fox --repeat 99", "a whole number from 1 to 40", id="too often"),
        pytest.param("mj a --draft fox", "use the option --speed draft", id="speed in the prompt"),
        pytest.param("retexture bronze", "say which picture", id="no source"),
        pytest.param("inpaint task_x#1 a lamp", "mask is required", id="no mask"),
        pytest.param("pan task_x#1 --scale 4", "less than or equal to 3", id="too wide"),
        pytest.param("edit task_x#1 a --canvas big", "like 1024x1024", id="no canvas"),
        pytest.param("show task_nowhere", "%reapi history", id="unknown job"),
        pytest.param("delete", "%reapi delete task_x", id="delete what"),
        pytest.param("wait task_nowhere", "%reapi history", id="wait for what"),
        pytest.param("cap lots", "%reapi cap 20000", id="no number"),
        pytest.param("history all", "%reapi history 20", id="how many"),
        pytest.param("use elsewhere", "%reapi use sandbox", id="unknown place"),
        pytest.param("help foxes", "no help on 'foxes'", id="unknown topic"),
        pytest.param(f"login {KEY}", "never type a key into a cell", id="key as argument"),
        pytest.param("login", "REAPI_API_KEY", id="login where nobody can type"),
    ],
)
def test_a_bad_line_is_one_line_of_advice(real, server, line, says):
    """It is refused in one line with what to type instead, and nothing is asked of the API."""
    ran = real.run(f"%reapi {line}", fail=True)

    assert re.fullmatch(f"UsageError: .*{re.escape(says)}.*\n", ran.text), ran.text
    assert [] == server.requests


def test_a_sandbox_picture_is_no_parent_on_a_real_place(real, server):
    """What the sandbox painted is refused where credits are money, by id and by variable."""
    real.run('%reapi use sandbox\njob = %reapi mj "a cat" --speed draft\n%reapi wait')
    real.run("%reapi use reapi")

    by_name = real.run("%reapi upscale job#1", fail=True).text
    by_id = real.run("get_ipython().run_line_magic('reapi', f'vary {job.task_id}#1')", fail=True)

    refusal = "UsageError: task_.* was made on sandbox.*type %reapi use sandbox\n"
    assert re.fullmatch(refusal, by_name), by_name
    assert re.fullmatch(refusal, by_id.text), by_id.text
    assert [] == server.requests


def test_no_output_ever_shows_the_key(real):
    """Status says that there is a key; neither it nor any other command says which."""
    commands = ("", "status", "history", "models", "help mj", "use reapi")

    said = {command: real.run(f"%reapi {command}").text for command in commands}

    assert re.search("^key +from REAPI_API_KEY$", said["status"], re.MULTILINE), said["status"]
    assert {} == {command: text for command, text in said.items() if KEY in text}


def test_login_keeps_the_key_where_only_its_owner_reads_it(tmp_path, server):
    """The key is typed unseen into a question, kept in a 0600 file, and shown by nothing."""
    with loaded(tmp_path, REAPI_BASE_URL=server.origin) as kernel:
        said = kernel.run("%reapi login", typed=KEY).text
        said += kernel.run("%reapi status").text

    [file] = (tmp_path / "config").rglob("keys.json")
    assert {server.origin: KEY} == json.loads(file.read_text())
    assert 0o600 == file.stat().st_mode & 0o777
    assert "using reapi" in said
    assert KEY not in said


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        pytest.param({"REAPI_BASE_URL": "htp:/nowhere"}, "htp:/nowhere", id="no such scheme"),
        pytest.param({"REAPI_BASE_URL": "http://example.com"}, "not encrypted", id="plain http"),
        pytest.param({"REAPI_NB_HOME": "{file}/library"}, "library", id="home below a file"),
    ],
)
def test_what_cannot_work_is_said_when_it_is_loaded(tmp_path: Path, variables, says):
    """A bad setting is one line on loading and with each request; the overview still helps."""
    file = tmp_path / "file"
    file.touch()
    settings = {name: value.format(file=file) for name, value in variables.items()}

    with loaded(tmp_path, **{"REAPI_API_KEY": KEY, **settings}) as kernel:
        loading = kernel.run("%reload_ext reapi_nb").text
        asking = kernel.run("%reapi mj a cat", fail=True).text
        overview = kernel.run("%reapi").text

    assert re.fullmatch(f"reapi_nb: .*{says}.*\n", loading), loading
    assert re.fullmatch(f"UsageError: .*{says}.*\n", asking), asking
    assert "%reapi mj" in overview
