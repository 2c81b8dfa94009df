"""Several requests of one line, in a real kernel: counted, priced, asked about, and paid once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.faults.kernel import until

if TYPE_CHECKING:
    from tests.faults.server import RecordingServer

FIVE = "a {red, blue, green, black, white} kite"
WORDS = ("red", "blue", "green", "black", "white")


def _prompts(server: RecordingServer, since: int) -> list[str]:
    return sorted(json.loads(heard.body)["prompt"] for heard in server.submits[since:])


def test_a_few_requests_are_sent_at_once_after_saying_what_they_cost(real, server):
    """Up to four run without asking, and the line says how many and how much."""
    before = len(server.submits)

    ran = real.run('few = %reapi mj "a {red, blue} sled --ar {3:2, 1:1}" --speed draft')

    assert ran.text.startswith("4 requests, ~176 credits (rates of ")
    until(lambda: len(server.submits) == before + 4)
    expected = sorted(f"a {c} sled --ar {r}" for c in ("red", "blue") for r in ("3:2", "1:1"))
    assert expected == _prompts(server, before)
    # The board may redraw itself meanwhile, before or after this line.
    assert "4 jobs" in real.run("print(len(few.wait().jobs), 'jobs')").text.splitlines()


def test_many_requests_wait_for_run_and_are_sent_once(real, server):
    """More than four are sent when Run is pressed, and once however often that is."""
    before = len(server.submits)
    line = f'%reapi mj "{FIVE}"'
    ran = real.run(line, cell="five")
    assert "5 requests, ~440 credits" in ran.text
    assert "to send them, press Run or add --yes" in ran.text

    real.run("import time; time.sleep(0.5)")
    assert before == len(server.submits)
    told = real.press(ran.board, action="run", job="")
    real.press(ran.board, action="run", job="")

    until(lambda: len(server.submits) == before + 5)
    assert sorted(f"a {word} kite" for word in WORDS) == _prompts(server, before)
    assert "sent" == told[-1]["view"]["plan"]["state"]
    real.run("%reapi wait")
    assert "5 requests, 5 from the library, 0 credits" in real.run(line, cell="five").text
    assert before + 5 == len(server.submits)


def test_a_dropped_plan_is_never_sent(real, server):
    """Drop is final: Run after it does nothing but say so."""
    before = len(server.submits)
    ran = real.run(f'dropped = %reapi mj "{FIVE} at night"')

    real.press(ran.board, action="drop", job="")
    real.press(ran.board, action="run", job="")

    assert "this plan was dropped" in real.run("dropped.run()", fail=True).text
    assert before == len(server.submits)


def test_yes_sends_without_asking(real, server):
    """`--yes` stands for the press."""
    before = len(server.submits)

    real.run(f'%reapi mj "{FIVE} in spring" --yes')

    until(lambda: len(server.submits) == before + 5)


def test_a_repeat_is_as_many_requests(real, server):
    """`--repeat 3` pays three times, and running the cell again not at all."""
    before = len(server.submits)
    line = '%reapi mj "a cat that comes thrice" --repeat 3'

    real.run(line, cell="thrice")
    until(lambda: len(server.submits) == before + 3)
    real.run("%reapi wait")
    again = real.run(line, cell="thrice").text

    assert "3 requests, 3 from the library, 0 credits" in again
    assert before + 3 == len(server.submits)


def test_a_dry_run_sends_nothing_at_all(real, server):
    """Body, notices and price are shown, for edits and for several; no byte leaves."""
    before = len(server.requests)

    text = real.run('%reapi mj "a {red, blue} owl --v 6 --oref https://e.com/a.png" --dry-run').text
    edit = real.run("%reapi enhance task_elsewhere#2 --dry-run").text

    assert '"prompt": "a blue owl --v 6 --oref https://e.com/a.png"' in text
    assert "note: --v is ignored" in text
    assert "2 requests, ~350 credits" in text
    assert "nothing was sent" in text
    assert '"image_number": 1' in edit
    assert "the parent's speed is not known here" in edit
    assert before == len(server.requests)


def test_a_variables_value_is_nothing_but_words(real, server):
    """Braces and options in a value do nothing, and a list is a group."""
    before = len(server.submits)
    owl = "an owl {x, y}, 100% $5 -- 'quiet'"
    real.run(f'what = {owl!r}\nwhere = ["a barn", "a tree"]')

    real.run('%reapi mj "{{what}} in {{where}}"')

    until(lambda: len(server.submits) == before + 2)
    assert [f"{owl} in a barn", f"{owl} in a tree"] == _prompts(server, before)


def test_one_bad_request_of_several_stops_them_all(real, server):
    """Everything is checked before anything is sent, and the line says what is wrong with which."""
    before = len(server.requests)

    said = real.run('%reapi mj "a cat --s {100, 2000}"', fail=True).text

    assert "--s takes a whole number from 0 to 1000" in said
    assert before == len(server.requests)
