"""Text that means harm, where Python writes it for a page, a saved notebook or a terminal."""

from __future__ import annotations

import html
from pathlib import Path

import pytest
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from reapi_nb.catalog import Imagine
from reapi_nb.errors import InvalidRequest
from reapi_nb.job import Status
from reapi_nb.notebook import form_text, planned, tables, text, trial
from reapi_nb.notebook.plain import plain
from reapi_nb.prices import Estimate
from reapi_nb.session import Job, Plan, Settings
from reapi_nb.session.plan import Item
from tests.markup import ACTING, PAYLOADS, active
from tests.markup import text as seen
from tests.samples import job as sample

pytestmark = pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))


def test_a_form_shows_it_as_text(payload):
    """Facts, errors and headings have no tag and no attribute but their own."""
    written = {
        "fact": form_text.facts([payload, payload]),
        "error": form_text.error(payload),
        "heading": form_text.widget("rf-title", payload).value,
        "line": form_text.copyable(f"%reapi mj {payload}"),
    }

    assert {} == {name: active(one) for name, one in written.items() if active(one)}
    assert plain(payload) in seen(written["fact"])
    assert plain(payload) in seen(written["error"])
    assert payload.replace("\r", "\n") in html.unescape(written["line"])  # it is there to be copied


def test_a_table_shows_it_as_text(payload):
    """Whatever is in a cell of a table, the page makes neither link nor element of it."""
    made = tables.markdown(("model", "credits"), [(payload, "1")])

    assert [] == active(markdown2html_mistune(made).replace(' style="text-align:right"', ""))
    assert not ACTING.search(made)


def test_a_terminal_is_told_nothing_but_text(payload):
    """No prompt, message or plan drives a terminal or turns the direction of writing."""
    job = Job(
        sample(
            prompt=f"a cat {payload}",
            task_id="task_x",
            status=Status.REJECTED,
            error=InvalidRequest(payload, code=payload, request_id=payload),
        )
    )
    bill = Estimate(88)
    request = Imagine.parse({"prompt": f"a cat {payload}"}, unchecked=True)
    item = Item(request, bill, None, None, fresh=False, parent=None, notices=(payload,))
    plan = Plan([item], "board", bill, lambda _: job)

    said = [text.line(job), text.block(job), text.table([job])]
    said += [planned.text(plan), trial.text(plan, Settings(home=Path("library")))]

    assert not [one for one in said if ACTING.search(one)]
