"""A prompt may end in a question mark."""

from __future__ import annotations

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from reapi_nb.notebook.question import PromptEndsInQuestion


@pytest.fixture
def transform():
    manager = TransformerManager()
    manager.token_transformers.append(PromptEndsInQuestion)
    return manager.transform_cell


@pytest.mark.parametrize(
    ("cell", "call"),
    [
        ("%reapi mj who is it?", "get_ipython().run_line_magic('reapi', 'mj who is it?')\n"),
        ("job = %reapi mj who?", "job = get_ipython().run_line_magic('reapi', 'mj who?')\n"),
        (
            "job = %reapi mj it's a cat, isn't it?",
            "job = get_ipython().run_line_magic('reapi', \"mj it's a cat, isn't it?\")\n",
        ),
        ("%reapi mj it's?", "get_ipython().run_line_magic('reapi', \"mj it's?\")\n"),
        ("if x:\n    %reapi mj a?", "if x:\n    get_ipython().run_line_magic('reapi', 'mj a?')\n"),
        ("%reapi mj a \\\nb?", "get_ipython().run_line_magic('reapi', 'mj a  b?')\n"),
        ("y = 1\n%reapi mj a?\nz", "y = 1\nget_ipython().run_line_magic('reapi', 'mj a?')\nz\n"),
    ],
)
def test_a_prompt_that_asks_still_runs(transform, cell, call):
    """A line that ends in a question mark is submitted, not taken for a cry for help."""
    assert call == transform(cell)


@pytest.mark.parametrize("cell", ["%reapi?\n", "%reapi??\n", "len?\n", "x = %reapi?\n"])
def test_help_is_still_help(transform, cell):
    """A bare question mark asks IPython for help, as ever."""
    assert TransformerManager().transform_cell(cell) == transform(cell)


@pytest.mark.parametrize("cell", ['s = """\n%reapi mj who?\n"""\n', "print('%reapi mj x?')\n"])
def test_strings_are_left_alone(transform, cell):
    """The same line inside a string is text."""
    assert cell == transform(cell)
