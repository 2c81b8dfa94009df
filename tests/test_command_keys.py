"""Lines with a key in them: refused before anything is looked up or uploaded, and not repeated."""

from __future__ import annotations

import pytest

from reapi_nb import command
from reapi_nb.errors import InvalidRequest

KEY = "rk_" + "live_" + "7Gh2Kd91Qw4Xy"
_SPLIT = "rk_{live_, test_}7Gh2Kd91Qw4Xy"


def _refusal(line: str, **values: object) -> str:
    """Why a line is refused, that uploads nothing."""

    def upload(path: str) -> str:
        raise AssertionError(f"{path} was uploaded")

    with pytest.raises(InvalidRequest) as refused:
        command.parse("mj", line, values=values.__getitem__, upload=upload)
    return refused.value.message


@pytest.mark.parametrize(
    "line",
    [
        f"a {_SPLIT} cat",
        f"a cat --{_SPLIT}",
        f"a cat --ar {_SPLIT}",
        f"a cat --stylize {_SPLIT}",
        f"./cat.png a {_SPLIT} cat",
        "./cat.png a {{held}} cat",
        "./cat.png a {{several}} cat",
        "a cat --ar {{held}}",
        "a {{held}} {red, cat",
    ],
)
def test_no_refusal_repeats_a_key(line):
    """Neither one that a variable holds nor one that only the choices of a group make."""
    said = _refusal(line, held=KEY, several=["a dog", ("x", KEY)])

    assert "7Gh2Kd91Qw" not in said.replace(_SPLIT, "")


@pytest.mark.parametrize("before", range(0, 64, 3))
def test_no_refusal_shows_a_piece_of_a_key(before):
    """What is too long is cut, and a key that was cut looks like none."""
    said = _refusal("a cat --nonsense {{held}}", held="x" * before + KEY)

    assert command.KEY_SHOWN == said
    assert "%reapi login" in said
    assert "rotate" in said
