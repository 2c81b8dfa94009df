"""Several places in one kernel: what was made in one stays there, and each line finds its own."""

from __future__ import annotations

import json
import re
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reapi_nb.catalog import ApixoImagine
from reapi_nb.job import Account, Status
from reapi_nb.library import Library
from reapi_nb.settings import Secret
from tests.faults.kernel import until
from tests.faults.server import APIXO_SUBMIT, SUBMIT, RecordingServer
from tests.kernels import Kernel, Ran, loaded
from tests.samples import job as sample
from tests.samples import kept, urls

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEYS = {"reapi": "test-key", "apixo": "apixo-test-key"}


@pytest.fixture(name="server")
def _server() -> Iterator[RecordingServer]:
    with RecordingServer() as server:
        yield server


@pytest.fixture(name="kernel")
def _kernel(tmp_path: Path, server: RecordingServer) -> Iterator[Kernel]:
    with loaded(tmp_path, REAPI_BASE_URL=server.origin, REAPI_API_KEY="test-key") as kernel:
        yield kernel


@pytest.fixture(name="both")
def _both(tmp_path: Path, server: RecordingServer) -> Iterator[Kernel]:
    """A kernel with a key for each provider, which one server plays."""
    with loaded(
        tmp_path,
        REAPI_BASE_URL=server.origin,
        REAPI_API_KEY=KEYS["reapi"],
        APIXO_BASE_URL=server.origin,
        APIXO_API_KEY=KEYS["apixo"],
    ) as kernel:
        yield kernel


def _made_at_apixo(folder: Path, server: RecordingServer) -> None:
    """Leave a finished job of APIXO's in the library, with one picture, as an earlier kernel."""
    account = Account("apixo", server.origin, Secret(KEYS["apixo"]).tag(server.origin))
    asked = ApixoImagine(prompt="a cat")
    done = sample(account=account, request=asked, status=Status.COMPLETED, task_id="1a2b3c4d5e")
    with closing(Library(folder / "library")) as library:
        path = library.files.picture("apixo", "1a2b3c4d5e", 1, "png")
        library.files.write(path, b"a picture")
        [url] = urls("1.png")
        one = kept(done, 1, url=url, expires_at=time.time() + 9e5, path=path, width=64, height=48)
        library.keep(done.but(pictures=(one,)))


def _places(ran: Ran) -> list[str]:
    """Where the boards that a cell opens say that their jobs are."""
    return [
        one["content"]["data"]["state"]["view"]["place"]
        for one in ran.messages
        if one["msg_type"] == "comm_open" and "view" in one["content"]["data"]["state"]
    ]


def test_a_paid_job_goes_on_after_leaving_its_place(kernel, server):
    """The sandbox is entered while a real job is under way; its pictures arrive all the same."""
    kernel.run('job = %reapi mj "a paid cat"')

    kernel.run("%reapi use sandbox")
    kernel.run("job.wait(30)")

    assert "completed" in kernel.run("print(job)").text
    assert 1 == len(server.submits)


def test_a_board_of_another_place_says_so(kernel, server, tmp_path):
    """A job of the real place that is shown from the sandbox is not badged as the sandbox's."""
    kernel.run('job = %reapi mj "a paid cat"')
    kernel.run("job.wait(30)")
    [task_id] = server.tasks

    with loaded(tmp_path, REAPI_NB_SANDBOX="1") as later:
        shown = later.run(f"%reapi show {task_id}")
        history = later.run("%reapi history 1").text

    assert ["reapi"] == _places(shown)
    assert "  reapi  " in history


def test_a_line_for_another_provider_finds_its_place(both, server):
    """It is sent there with that key, and the next line is where one was before."""
    apixos = both.run('job = %reapi apixo "a cat" --speed turbo')
    reapis = both.run('other = %reapi mj "a cat"')
    until(lambda: len(server.submits) == 2)

    assert "using apixo for this line\n" in apixos.text
    assert "using" not in reapis.text
    assert [["apixo"], ["reapi"]] == [_places(apixos), _places(reapis)]
    assert {
        (APIXO_SUBMIT, f"Bearer {KEYS['apixo']}"),
        (SUBMIT, f"Bearer {KEYS['reapi']}"),
    } == {(heard.path, heard.headers["authorization"]) for heard in server.submits}
    assert re.search("^place +reapi", both.run("%reapi status").text, re.MULTILINE)


def test_a_line_of_several_for_another_provider_is_one_board_there(both, server):
    """Its plan, its limit of what runs at once, and its clicks belong to that place."""
    planned = both.run("plan = %reapi apixo a {red, blue} cat --yes")
    until(lambda: len(server.submits) == 2)

    assert "using apixo for this line\n" in planned.text
    assert "apixo\n" == both.run("print(*{job.snapshot.account.place for job in plan.jobs})").text
    assert [APIXO_SUBMIT] * 2 == [heard.path for heard in server.submits]


def test_a_follow_up_goes_to_where_its_picture_was_made(both, server, tmp_path):
    """A nick that both providers have is read as the picture's own."""
    _made_at_apixo(tmp_path, server)

    ran = both.run("job = %reapi upscale 1a2b3c4d5e#2 --type 2")
    until(lambda: server.submits)

    [sent] = server.submits
    assert "using apixo for this line\n" in ran.text
    assert (APIXO_SUBMIT, f"Bearer {KEYS['apixo']}") == (sent.path, sent.headers["authorization"])
    assert {"mode": "upscale", "taskId": "1a2b3c4d5e", "imageIndex": 1, "type": 2} == json.loads(
        sent.body
    )["input"]


@pytest.mark.parametrize(
    "line", ["retexture 1a2b3c4d5e#2 felt", "pan 1a2b3c4d5e#2", "gpt a cat --image 1a2b3c4d5e#2"]
)
def test_a_picture_of_one_provider_is_no_parent_at_the_other(both, server, tmp_path, line):
    """It is refused in one line, by its task and by its link, and nothing is sent."""
    _made_at_apixo(tmp_path, server)

    said = both.run(f"%reapi {line}", fail=True).text

    assert re.fullmatch("UsageError: 1a2b3c4d5e was made on apixo, and this is reapi.*\n", said), (
        said
    )
    assert [] == server.requests


def test_without_a_key_for_apixo_a_line_says_so(kernel, server):
    """One line on screen, and nothing is asked of anybody."""
    said = kernel.run('%reapi apixo "a cat"', fail=True).text

    assert "UsageError: no key for APIXO: type %reapi login apixo, or set APIXO_API_KEY\n" == said
    assert [] == server.requests


def test_the_sandbox_serves_both_although_there_are_keys(both, server):
    """After %reapi use sandbox, no line of any provider is paid for."""
    both.run("%reapi use sandbox")

    asked = both.run('job = %reapi apixo "a cat"')
    both.run("import time\nwhile not job.task_id and job.status.facts.moving: time.sleep(0.1)")

    assert ["sandbox"] == _places(asked)
    assert "using" not in asked.text
    assert [] == server.requests


def test_a_key_for_apixo_is_asked_for_and_kept(tmp_path, server):
    """`%reapi login apixo` keeps it for APIXO's own address and enters the place."""
    with loaded(tmp_path, APIXO_BASE_URL=server.origin) as kernel:
        before = kernel.run("%reapi status").text
        said = kernel.run("%reapi login apixo", typed=KEYS["apixo"]).text
        after = kernel.run("%reapi status").text
        typed = kernel.run(f"%reapi login apixo {KEYS['apixo']}", fail=True).text

    [file] = (tmp_path / "config").rglob("keys.json")
    assert {server.origin: KEYS["apixo"]} == json.loads(file.read_text())
    assert f"kept in {file}, which only you can read\nusing apixo\n" == said
    assert "keys     reAPI none (%reapi login); APIXO none (%reapi login apixo)\n" in before
    assert f"keys     reAPI none (%reapi login); APIXO from {file}\n" in after
    assert "limits   10,000 requests a minute, shared by every kernel" in after
    assert "never type a key into a cell" in typed
    assert KEYS["apixo"] not in said + after
