"""What one types after `%reapi`, in a real kernel."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.charges import charged
from tests.faults.kernel import until
from tests.kernels import WIDGET

if TYPE_CHECKING:
    from tests.kernels import Ran


@pytest.mark.parametrize(
    ("code", "prompt"),
    [
        pytest.param("%reapi mj who is there?", "who is there?", id="question"),
        pytest.param("job = %reapi mj who is here?", "who is here?", id="assigned question"),
        pytest.param('%reapi mj "what is it?"', "what is it?", id="quoted question"),
        pytest.param("%reapi mj it's a cat's life", "it's a cat's life", id="apostrophes"),
        pytest.param("%reapi mj a cat for $5 and $x", "a cat for $5 and $x", id="dollars"),
        pytest.param("%reapi mj “a quoted cat”", "a quoted cat", id="smart quotes"),
        pytest.param(
            "%reapi mj a cat\u2019s “nap”", "a cat\u2019s “nap”", id="smart quotes inside"
        ),
        pytest.param("%reapi mj a cat;", "a cat", id="semicolon"),
        pytest.param("if x:\n    %reapi mj a cat inside?", "a cat inside?", id="in a block"),
        pytest.param("%%reapi mj\na tall\ntower? $x", "a tall\ntower? $x", id="cell"),
        pytest.param("%%reapi mj\n%reapi mj no\n!ls", "%reapi mj no\n!ls", id="cell of lines"),
    ],
)
def test_a_prompt_arrives_as_it_was_typed(real, server, code, prompt):
    """Nothing of a prompt is expanded, run, or taken for a cry for help."""
    before = len(server.submits)

    real.run(f"x = 'EXPANDED'\n{code}" if code.startswith("if") else code)

    until(lambda: len(server.submits) > before)
    asked = [json.loads(heard.body) for heard in server.submits[before:]]
    assert [{"model": "mj-v7", "prompt": prompt}] == asked


def test_braces_are_midjourneys_although_a_variable_has_their_name(kernel, library):
    """Groups are expanded as words, whatever the notebook holds under their names."""
    kernel.run("x = red = blue = 'EXPANDED'\n%reapi mj a {x} of a {red, blue} fox")

    until(lambda: len(charged(library)) == 2)
    told = {body["prompt"] for body in charged(library).values()}
    assert {"a x of a red fox", "a x of a blue fox"} == told


def test_a_line_inside_a_string_is_none_of_ours(real, server):
    """Text that looks like a magic with a question stays text."""
    real.run("%reapi wait")  # or news of other cells' jobs stand among what it says
    before = len(server.submits)

    said = real.run("print('''\n%reapi mj who is there?\n''')").text

    assert "\n%reapi mj who is there?\n\n" == said
    assert before == len(server.submits)


def test_a_job_is_named_by_its_variable_or_as_the_last_one(kernel, library):
    """`job = %reapi ...` holds the job; `job#3` and `_#2` are its pictures."""
    kernel.run('job = %reapi mj "a red kite" --speed draft')
    kernel.run("%reapi wait")
    kernel.run("'IPython has something else in _ now'")
    [*_, task_id] = charged(library)

    kernel.run("%reapi upscale _#2")
    kernel.run("%reapi vary job#3 --type strong")
    kernel.run("%reapi wait")

    assert task_id == kernel.run("print(job.task_id)").text.strip()
    [*_, upscale, vary] = charged(library).values()
    assert {"task_id": task_id, "image_number": 1} == upscale["model_params"]
    assert {"task_id": task_id, "image_number": 2, "type": "strong"} == vary["model_params"]


def test_a_job_is_on_screen_once_in_a_run_of_a_cell(kernel):
    """Asking and then naming the job shows one board; naming it in a later cell shows it again."""
    asking = kernel.run('job = %reapi mj "a shown cat" --speed draft\njob')
    naming = kernel.run("job")

    [board] = _boards(asking)
    assert [board] == _boards(naming)


def _boards(ran: Ran) -> list[str]:
    """The model ids of the boards that a cell displays."""
    shown = [message["content"].get("data", {}) for message in ran.messages]
    return [data[WIDGET]["model_id"] for data in shown if WIDGET in data]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        pytest.param("", "Ask for pictures.*%reapi mj.*%reapi upscale _#2", id="overview"),
        pytest.param("help", "Ask for pictures", id="help"),
        pytest.param(
            "status", "place +sandbox.*key +none needed.*library.*spent +0 of", id="status"
        ),
        pytest.param("cap 12,000", "at most 12,000 credits a day", id="cap"),
        pytest.param("use sandbox", "using sandbox: no charge", id="use"),
        pytest.param("history 1", r"just now +sandbox +mj task_", id="history"),
    ],
)
def test_a_command_answers_in_text(kernel, line, says):
    """Commands that ask for no pictures say what they are asked for, also while jobs are moving."""
    said = kernel.run(f"%reapi {line}").text

    assert re.search(says, said, re.DOTALL), said


def test_help_is_a_page_with_every_flag(kernel):
    """`%reapi help mj` and `%reapi mj --help` show the same rendered page."""
    [asked] = _rendered(kernel.run("%reapi help mj"))
    [flagged] = _rendered(kernel.run("%reapi mj --help"))

    assert asked == flagged
    assert {"--speed", "--fresh", "--ar", "--stylize"} <= set(re.findall(r"--[a-z]+", asked))


def test_models_are_a_table_with_their_prices(kernel):
    """`%reapi models` shows a rendered table of nicks, model ids and dated estimates."""
    [table] = _rendered(kernel.run("%reapi models"))

    assert re.search(r"^\| `mj` \|.*mj-v7.*draft ~44", table, re.MULTILINE), table


def _rendered(ran: Ran) -> list[str]:
    """The Markdown that a cell displays."""
    shown = [message["content"].get("data", {}) for message in ran.messages]
    return [data["text/markdown"] for data in shown if "text/markdown" in data]


def test_a_deleted_job_is_gone_and_asked_for_anew(kernel, library):
    """After `%reapi delete` the library has no such job, and the same cell is a new request."""
    code = 'job = %reapi mj "a forgotten cat" --speed draft\n%reapi wait'
    kernel.run(code, cell="forgotten")
    task_id = kernel.run("print(job.task_id)").text.strip()

    said = kernel.run("%reapi delete job").text

    assert f"deleted {task_id} from the library" in said
    until(lambda: not (library / "tasks" / "sandbox" / task_id).exists())
    assert "the library has no job" in kernel.run(f"%reapi show {task_id}", fail=True).text
    kernel.run(code, cell="forgotten")
    assert 2 == sum(body.get("prompt") == "a forgotten cat" for body in charged(library).values())


def test_doctor_looks_and_mends_only_when_told(kernel):
    """What it found is a table; another word is refused in one line."""
    [found] = _rendered(kernel.run("%reapi doctor"))
    [mended] = _rendered(kernel.run("%reapi doctor --fix"))

    assert all(table.startswith("| level | what | what to do |") for table in (found, mended))
    assert (
        "UsageError: type %reapi doctor to look"
        in kernel.run("%reapi doctor --now", fail=True).text
    )
