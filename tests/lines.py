"""Lines and cells as people type them: read, or refused in one line."""

from __future__ import annotations

import ast

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from reapi_nb.command import parse
from reapi_nb.errors import InvalidRequest

LINK = "https://cdn.example/{}/{}.png"


def link(task_id, slot):
    """Every picture has a link."""
    return LINK.format(task_id, slot)


def read(line, body=None, **known):
    """What `%reapi line` asks for, or `%%reapi line` with a body."""
    nick, _, rest = line.partition(" ")
    return parse(nick, rest, body, **known)


def prompts(line, body=None, **known):
    """The prompts that a line sends."""
    return [request.words for request in read(line, body, **known).requests]


def run(cell, provider=""):
    """The requests of a cell's text, through IPython's own rewriting of cells."""
    call = ast.parse(TransformerManager().transform_cell(cell)).body[0].value
    magic, *texts = (argument.value for argument in call.args)
    assert "reapi" == magic
    assert ("run_cell_magic" if cell.startswith("%%") else "run_line_magic") == call.func.attr
    return read(*texts, provider=provider).requests


def refusal(line, body=None, **known):
    """Why a line is refused; nothing is sent, and nothing is lost."""
    with pytest.raises(InvalidRequest) as no:
        read(line, body, **known)
    assert "\n" not in str(no.value)
    assert no.value.charged is False
    return str(no.value)
