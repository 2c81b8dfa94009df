"""Every request that any class accepts: on a line, in a cell, over the wire, and back."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from reapi_nb import catalog
from reapi_nb.catalog import REQUESTS
from reapi_nb.command import has_flags, parse, render, render_cell
from reapi_nb.errors import InvalidRequest
from tests.lines import run
from tests.requests import requests_of

MANY = settings(
    max_examples=200,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
EVERY_KIND = pytest.mark.parametrize("kind", REQUESTS, ids=lambda kind: kind.__name__)


def ipython_keeps(prompt):
    """IPython empties lines of mere space and strips pasted Python prompts, in any cell."""
    lines = prompt.split("\n")
    return not any(re.match(r"[ \t]+\Z|\s*>>>|\s*In ?\[|\s*\.\.\.", line) for line in lines)


def others(request):
    """The words of a request that are no prompt: no cell can hold all of them."""
    return getattr(request, "negative_prompt", None) or ""


@EVERY_KIND
@given(data=st.data())
@MANY
def test_a_line_is_read_back_as_the_request_it_was_made_from(kind, data):
    """Only words that look like an option, or like both ends of their quotes, are on no line."""
    request = data.draw(requests_of(kind))
    words = f"{request.words} {others(request)}"
    try:
        line = render(request)
    except InvalidRequest:
        event("no line")
        assert not has_flags(kind)
        assert re.search(r"--|[\"']", words)
        return
    event("a line")
    nick, _, rest = line.partition(" ")
    assert (request,) == parse(nick, rest, provider=kind.provider).requests


@EVERY_KIND
@given(data=st.data())
@MANY
def test_a_rendered_cell_runs_as_the_request_it_was_made_from(kind, data):
    """IPython hands the magic the same request, whatever the prompt holds."""
    request = data.draw(requests_of(kind))
    assume(ipython_keeps(request.words))
    try:
        cell = render_cell(request)
    except InvalidRequest:
        event("no cell")
        assert re.search(r"[^ -~]|--|[\"']|\s", others(request))
        return
    event(cell.split(" ")[0])
    assert (request,) == run(cell, kind.provider)


@EVERY_KIND
@given(data=st.data())
@MANY
def test_a_wire_body_is_read_back_as_the_request_it_was_made_from(kind, data):
    """Also when it went through JSON."""
    request = data.draw(requests_of(kind))
    how = {"unchecked": True, "strangers": True}

    assert request == catalog.read(request.body(), request.provider, **how)
    assert request == catalog.read(json.loads(json.dumps(request.body())), request.provider, **how)
