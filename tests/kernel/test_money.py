"""Money in view, in a real kernel: what is asked about first, what was spent, and the caps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbclient import NotebookClient

from tests.charges import charged
from tests.configs import write_config
from tests.faults.kernel import KEY, until
from tests.kernels import loaded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.faults.server import RecordingServer
    from tests.kernels import Kernel, Ran

DEAR = 100
"""Credits above which a line of these kernels asks: one request at turbo speed is dearer."""


@pytest.fixture(scope="module", name="careful")
def _careful(server: RecordingServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """A kernel whose user wants to be asked early."""
    folder: Path = tmp_path_factory.mktemp("careful")
    config = folder / "config" / "reapi-nb" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f"confirm_credits = {DEAR}\n")
    with loaded(folder, REAPI_API_KEY=KEY, REAPI_BASE_URL=server.origin) as kernel:
        yield kernel


def _tables(ran: Ran) -> str:
    shown = [message["content"].get("data", {}) for message in ran.messages]
    return "\n".join(data["text/markdown"] for data in shown if "text/markdown" in data)


def test_one_dear_request_waits_and_a_rerun_of_it_never_asks(careful, server):
    """It is a plan of one until Run is pressed; what is paid for is shown at once."""
    before, line = len(server.submits), 'dear = %reapi mj "a dear cat" --speed turbo'

    waits = careful.run(line, cell="dear")
    edit = careful.run("%reapi upscale dear#1", fail=True).text
    assert before == len(server.submits)
    careful.press(waits.board, action="run", job="")
    careful.run("dear.wait(30)")
    again = careful.run(line, cell="dear").text

    assert "1 request, ~175 credits" in waits.text
    assert "waits for a yes: more than 100 credits (confirm_credits)" in waits.text
    assert "to send it, press Run or add --yes to the line" in waits.text
    assert "UsageError: dear has not run: press Run on its board, or dear.run()\n" == edit
    assert "waits" not in again
    assert "completed, 4 pictures" in again
    assert "Job mj" in careful.run("print(dear)").text
    assert before + 1 == len(server.submits)


def test_what_is_cheap_or_has_its_yes_is_sent_at_once(careful, server):
    """Below the limit nobody is asked, and `--yes` stands for the press."""
    before = len(server.submits)

    cheap = careful.run('%reapi mj "a cheap cat"').text
    dear = careful.run('%reapi mj "a dear dog" --speed turbo --yes').text

    until(lambda: len(server.submits) == before + 2)
    assert "waits" not in cheap + dear


def test_an_unknown_price_is_said_and_asked_about_from_the_second_on(careful, server):
    """One try of an unpriced model is a try; several may cost anything."""
    before, body = len(server.submits), '{"prompt": "a cat"}'

    one = careful.run(f"%reapi raw flux-2 {body}").text
    until(lambda: len(server.submits) == before + 1)
    two = careful.run(f"%reapi raw flux-2 {body} --repeat 2").text

    assert "waits" not in one
    assert "2 requests, price unknown" in two
    assert "waits for a yes: 2 requests of unknown price" in two
    assert before + 1 == len(server.submits)
    status = careful.run("%reapi status").text
    assert "1 request today: price unknown, so not in these figures" in status


def test_several_that_are_dear_together_wait(careful, server):
    """Two at 88 are more than 100, although each alone is sent at once."""
    before = len(server.submits)

    said = careful.run('%reapi mj "a {red, blue} kite"').text

    assert "waits for a yes: more than 100 credits" in said
    assert before == len(server.submits)


def test_a_run_without_a_person_goes_on_and_says_what_to_type(home):
    """A dear cell of a batch is no error; the saved notebook says how to send it."""
    write_config("confirm_credits = 10")
    cells = ("%load_ext reapi_nb", 'job = %reapi mj "a heron"', "%reapi wait", "done = 1")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one) for one in cells])

    NotebookClient(notebook, kernel_name="python3", timeout=60).execute()

    said = str(notebook.cells[1].outputs)
    assert "to send it, press Run or add --yes to the line" in said
    assert "nothing is under way" in str(notebook.cells[2].outputs)
    assert {} == charged(home)


def test_spend_is_a_table_and_never_counts_what_was_not_charged(careful):
    """All in one row, or by model, day or notebook; in a notebook it is Markdown."""
    careful.run('%reapi mj "a counted cat"')
    careful.run("%reapi wait")

    every = _tables(careful.run("%reapi spend"))
    models = _tables(careful.run("%reapi spend --by model"))
    days = _tables(careful.run("%reapi spend --by day"))
    refused = careful.run("%reapi spend --by colour", fail=True).text

    headings = "requests | charged | refunded | unknown | being sent | unpriced |"
    assert all(headings in table for table in (every, models, days))
    [total] = re.findall(r"^\| all \| ([\d,]+) \| ([\d,]+) \|", every, re.MULTILINE)
    rows = re.findall(r"^\| (mj-v7|flux-2) \| ([\d,]+) \| ([\d,]+) \|", models, re.MULTILINE)
    assert [sum(int(row[n]) for row in rows) for n in (1, 2)] == [int(one) for one in total]
    assert re.search(r"^\| 20\d\d-\d\d-\d\d \|", days, re.MULTILINE), days
    assert "--by model, --by day, --by notebook" in refused


def test_a_kernel_can_have_a_cap_of_its_own(careful, server):
    """A request that would pass it is refused unsent; `off` lifts it."""
    said = careful.run("%reapi cap 1 --kernel").text
    before = len(server.submits)
    careful.run('capped = %reapi mj "a capped cat"\ncapped.wait(30)')
    state, status = careful.run("print(capped)").text, careful.run("%reapi status").text
    lifted = careful.run("%reapi cap off --kernel").text
    careful.run('capped = %reapi mj "a free cat"\ncapped.wait(30)')

    assert "at most 1 credits in this kernel" in said
    assert "refused, not charged" in state
    assert re.search(r"^spent .* of 1 in this kernel$", status, re.MULTILINE), status
    assert "the daily cap alone holds" in lifted
    assert before + 1 == len(server.submits)
    assert "cannot" not in careful.run("%reapi cap 20,000").text
    assert "can be raised, not lifted" in careful.run("%reapi cap off", fail=True).text


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("%reapi spend ", ["--by"]),
        ("%reapi spend --by ", ["model", "day", "notebook"]),
        ("%reapi cap 500 ", ["--kernel"]),
        ("%reapi doctor ", ["--fix"]),
        ("%reapi send a", ["all"]),
        ("%reapi resume ", ["all"]),
        ("%reapi ado", ["adopt"]),
        ("%reapi wait ", []),
    ],
)
def test_tab_offers_what_these_commands_take(careful, typed, offered):
    """Options where there are some, and nothing where an id is meant."""
    found = careful.complete(typed)

    assert offered == [one for one in found if not one.startswith("%")] or not offered
    assert offered or not {"all", "--by", "--fix"} & set(found)
