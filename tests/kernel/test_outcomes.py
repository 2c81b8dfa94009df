"""What becomes of a submit, and what people do about it: in a real kernel, by line and by press."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from reapi_nb.notebook.board import BURST, PAUSE_S
from tests.faults.acts import drop, envelope, limit, refuse
from tests.faults.kernel import KEY, until
from tests.faults.server import RecordingServer
from tests.kernels import Kernel, loaded

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kernels import Ran


def _lost(real: Kernel, server: RecordingServer, words: str) -> tuple[Ran, str]:
    """A job whose answer was lost on the way, and the task that became of it."""
    before = set(server.tasks)
    server.cue("submit", drop())
    ran = real.run(f'job = %reapi mj "{words}"')
    real.run("job.wait(30)")
    [task_id] = set(server.tasks) - before
    return ran, task_id


def _job_id(kernel: Kernel, name: str = "job") -> str:
    # Boards may say something meanwhile, so this line stands between two marks.
    return re.findall(r"<<(\w+)>>", kernel.run(f"print(f'<<{{{name}.job_id}}>>')").text)[-1]


def _view(told: list[dict[str, Any]]) -> dict[str, Any]:
    """The last state of a board that was told."""
    return next(state["view"] for state in reversed(told) if "view" in state)


def _actions(strip: dict[str, Any]) -> list[str]:
    return [one["label"] for one in strip["actions"]]


def _now(kernel: Kernel, board: str) -> dict[str, Any]:
    """What a page sees that has missed everything."""
    return _view(kernel.press(board, kind="again", rev=0, pixels=[]))


def test_an_unknown_outcome_takes_the_task_that_its_user_found(real, server):
    """The board asks for a task id, says what is wrong with one, and watches the right one."""
    ran, task_id = _lost(real, server, "a lost cat")
    job, bill = _job_id(real), server.charges
    [strip] = _now(real, ran.board)["strips"]

    asking = {"action": "adopt", "job": job, "nonce": "n1"}
    refused = _view(real.press(ran.board, **asking, fields={"task_id": "no such id"}))
    real.press(ran.board, **{**asking, "nonce": "n2"}, fields={"task_id": task_id})
    until(lambda: "completed" == _now(real, ran.board)["strips"][0]["status"])

    assert ["Adopt a task id", "Send again (new charge)", "Forget"] == _actions(strip)
    assert "task_id" == strip["actions"][0]["asks"]["field"]
    assert "is no task id" in refused["refusals"]["n1"]
    assert "\n" not in refused["refusals"]["n1"]
    assert bill == server.charges
    assert task_id == _now(real, ran.board)["strips"][0]["task_id"]


def test_adopt_is_a_line_as_well(real, server):
    """A task that does not exist, is malformed or is another job's is refused in one line."""
    ran, task_id = _lost(real, server, "a lost dog")
    real.run('other = %reapi mj "another dog"\nother.wait(30)')
    other = next(one for one in server.tasks if one in real.run("print(other.task_id)").text)
    bill = server.charges

    refusals = [
        real.run(f"%reapi adopt {words}", fail=True).text
        for words in ("", "job", "job task_nowhere", "job no such", f"job {other}")
    ]
    still = _now(real, ran.board)["strips"][0]["status"]
    real.run(f"%reapi adopt job {task_id}\njob.wait(30)")

    assert [1] * 5 == [len(re.findall("^UsageError: .*$", one, re.MULTILINE)) for one in refusals]
    assert "the server does not know this task" in refusals[2]
    assert f"{other} is another job's already" in refusals[4]
    assert "unknown" == still
    assert "completed" in real.run("print(job)").text
    assert bill == server.charges


def test_forget_sets_aside_and_again_pays_anew(real, server):
    """Status counts an unknown outcome as spent, also after it is set aside; again is a charge."""
    _lost(real, server, "a lost bird")
    bill = server.charges

    before = real.run("%reapi status").text
    forgotten = real.run("%reapi forget job").text
    after = real.run("%reapi status").text
    again = real.run("new = %reapi again job\nnew.wait(30)")
    until(lambda: server.charges == bill + 1)

    assert re.search(r"^unknown +1 outcome, 88 credits counted as spent$", before, re.MULTILINE)
    assert "still counts as spent" in forgotten
    assert "counted as spent" not in after
    assert re.findall("^spent +([0-9,]+)", before, re.MULTILINE) == re.findall(
        "^spent +([0-9,]+)", after, re.MULTILINE
    )
    assert "a new request, ~88 credits" in again.text
    assert again.board
    assert server.submits[-1].body == server.submits[-2].body


def test_a_press_that_arrives_five_times_is_one_charge(real, server):
    """Double clicks and messages that are played again have the nonce of the first."""
    ran = real.run('job = %reapi mj "a clicked cat"\njob.wait(30)')
    bill, pressed = server.charges, {"action": "reroll", "job": _job_id(real), "nonce": "five"}

    told = [real.press(ran.board, **pressed) for _ in range(5)]
    until(lambda: server.charges == bill + 1)
    real.run("%reapi wait")

    assert ["five"] == _view(told[0])["acks"]
    assert bill + 1 == server.charges
    assert 2 == len(_now(real, ran.board)["strips"])


def test_an_edit_that_is_paid_for_opens_its_child_on_any_board(real, server):
    """The press names the job that is there; Reroll of it is the way to a new one."""
    ran = real.run('job = %reapi mj "a parent"\njob.wait(30)')
    typed = real.run("child = %reapi vary job#2\nchild.wait(30)")
    bill, child = server.charges, _job_id(real, "child")
    edit = {"action": "vary.subtle", "job": _job_id(real), "number": 2}
    action = next(
        one["action"]
        for one in _now(real, ran.board)["strips"][0]["pictures"][1]["buttons"]
        if one["name"] == "Vary subtle 2"
    )

    view = _view(real.press(ran.board, **{**edit, "action": action, "nonce": "again"}))
    real.press(ran.board, action="reroll", job=child)
    until(lambda: server.charges == bill + 1)
    real.run("%reapi wait")

    assert {"again": child} == view["opened"]
    assert [child] == [strip["job"] for strip in view["strips"][1:]]
    assert typed.board != ran.board
    assert bill + 1 == server.charges


def test_a_key_that_is_refused_stops_the_queue_once(real, server):
    """What waits is held with the reason, status says what to do, and `send all` goes on."""
    server.cue("submit", *[refuse(401, envelope(20001, "bad key"))] * 20)
    before, bill = len(server.submits), server.charges

    ran = real.run('many = %reapi mj "a cat {1,2,3,4,5,6,7} {1,2}" --yes\nmany.wait(30)')
    posts = len(server.submits) - before
    status = real.run("%reapi status").text
    held = [one for one in _now(real, ran.board)["strips"] if one["status"] == "held"]
    server._cues["submit"].clear()
    dropped = real.run(f"%reapi cancel {held[0]['short']}").text
    real.run("%reapi send all\nmany.wait(30)")

    assert posts <= 10
    assert re.search(
        r"^queue +stands still: .*bad key.*\n.*%reapi send all$", status, re.MULTILINE
    ), status
    assert {("Send", "Cancel")} == {tuple(_actions(one)) for one in held}
    assert {"20001"} == {one["error"]["code"] for one in held}
    assert "cancelled 1 job; nothing was paid for it" in dropped
    assert "stands still" not in real.run("%reapi status").text
    assert bill + len(held) - 1 == server.charges


def test_stop_ends_the_waiting_and_cancel_only_what_was_not_sent(tmp_path: Path):
    """An interrupted cell loses nothing: what is sent goes on, what waits can be dropped."""
    with (
        RecordingServer(seconds=2.0) as server,
        loaded(tmp_path, REAPI_API_KEY=KEY, REAPI_BASE_URL=server.origin) as kernel,
    ):
        kernel.run('sent = %reapi mj "a sent cat"')
        until(lambda: server.charges == 1)
        server.cue("submit", *[limit("2")] * 9)
        kernel.run('waits = %reapi mj "a cat that waits"')
        until(lambda: len(server.submits) == 2)

        waits, begun = (
            tmp_path / "begun",
            "from pathlib import Path\nPath({!r}).touch()\n%reapi wait",
        )
        waiting = kernel.start(begun.format(str(waits)))
        until(waits.exists)
        kernel.interrupt()
        stopped = kernel.end(waiting).text
        refused = kernel.run("%reapi cancel sent", fail=True).text
        cancelled = kernel.run("%reapi cancel").text
        kernel.run("sent.wait(30)")
        states = kernel.run("print(sent, waits)").text

    assert "stopped waiting; the jobs go on" in stopped
    assert "is sent and paid for: it goes on" in refused
    assert "cancelled 1 job; nothing was paid for it" in cancelled
    assert "completed, 4 pictures" in states
    assert "cancelled, never sent" in states
    assert 1 == server.charges


def test_a_flood_of_output_does_not_hide_the_end(real, server):
    """Ten megabytes of text while jobs complete: the page asks, and has the final state."""
    ran = real.run('flood = %reapi mj "a {red, blue, green} boat"')
    real.run("for _ in range(10): print('x' * 1_000_000)\nflood.wait(30)")

    told = real.press(ran.board, kind="again", rev=0, pixels=[4])
    current = _view(told)["rev"]
    nothing = real.press(ran.board, kind="again", rev=current, pixels=[4, 4, 4])

    assert ["completed"] * 3 == [strip["status"] for strip in _view(told)["strips"]]
    assert [4, 4, 4] == _view(told)["pixels"]
    assert [["pixels_1"], ["pixels_2"], ["view"]] == [list(state) for state in told]
    assert [] == nothing


@pytest.mark.parametrize("message", [{}, {"rev": "x"}, {"rev": 0, "pixels": 7}])
def test_a_question_that_makes_no_sense_is_not_answered(real, message):
    """Whatever comes from a page, the board goes on."""
    ran = real.run('job = %reapi mj "a calm cat"\n%reapi wait')

    assert [] == real.press(ran.board, kind="again", **message)
    assert 1 == len(_now(real, ran.board)["strips"])


def test_news_that_come_close_together_are_told_as_one(real):
    """Six jobs that end at once tell their board a few times at once, then five times a second."""
    began = time.monotonic()
    ran = real.run('many = %reapi mj "a {1,2} {1,2,3} tree" --yes\nmany.wait(30)')
    took = time.monotonic() - began
    told = [
        one["content"]["data"].get("state", {})
        for one in ran.messages + ran.beside
        if one["msg_type"] == "comm_msg" and one["content"]["comm_id"] == ran.board
    ]

    assert sum("view" in state for state in told) <= took / PAUSE_S + BURST
    assert {"completed"} == {strip["status"] for strip in _now(real, ran.board)["strips"]}
