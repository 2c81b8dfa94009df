"""What Tab offers on a `%reapi` line."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from reapi_nb.catalog import REQUESTS
from reapi_nb.catalog.any_model import OTHERS
from reapi_nb.command import find_option, options
from reapi_nb.notebook.completion import reapi_matcher


def offered(text):
    """What may stand where the cursor is."""
    found = reapi_matcher(SimpleNamespace(text_until_cursor=text))
    return [completion.text for completion in found["completions"]]


@pytest.mark.parametrize("start", ["%reapi ", "%%reapi ", "job = %reapi ", "%reapi help "])
def test_every_nick_is_offered_once(start):
    """Also those that two providers share."""
    words = offered(start)

    assert {kind.nick for kind in REQUESTS} <= set(words)
    assert len(words) == len(set(words))


@pytest.mark.parametrize("kind", REQUESTS, ids=lambda kind: kind.__name__)
def test_a_nick_is_followed_by_the_options_of_its_class(kind):
    """Those of every provider that has the nick, each once."""
    words = offered(f"%reapi {kind.nick} task_x#1 --")

    assert {f"--{name}" for name in options(kind)} <= set(words)
    assert len(words) == len(set(words))


@pytest.mark.parametrize("kind", REQUESTS, ids=lambda kind: kind.__name__)
def test_an_option_is_followed_by_its_values(kind):
    """By any of its names, where they can be listed."""
    for option in options(kind).values():
        for name in option.names if option.choices else ():
            assert set(option.choices) <= set(offered(f"%reapi {kind.nick} x --{name} "))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("%reapi wan --no-t", ["--no-thinking-mode"]),
        ("%reapi wan --model wan2.7-image-", ["wan2.7-image-pro"]),
        ("%reapi apixo --v n", ["niji 6", "niji 7"]),
        ("%reapi raw flux", ["flux-2", "flux-2-flex"]),
        ("%reapi raw --fresh z", ["z-image"]),
        ("%%reapi raw z", ["z-image"]),
        ("%reapi raw flux-2 --f", ["--fresh"]),
        ("%reapi raw z-image flux", []),
        ("%reapi form ra", ["raw"]),
        ("%reapi wait ", []),
        ("reapi wan --", []),
    ],
)
def test_what_is_offered_begins_with_what_was_typed(text, words):
    """Nothing else."""
    assert words == offered(text)


def test_raw_is_followed_by_the_models_that_are_known():
    """All of them."""
    assert set(OTHERS) <= set(offered("%reapi raw "))


def test_an_option_is_found_by_any_of_its_names():
    """Without regard to capitals."""
    [wan] = [kind for kind in REQUESTS if kind.nick == "wan"]

    assert "size" == find_option(wan, "AR").name
    assert "watermark" == find_option(wan, "no-watermark").name
    assert find_option(wan, "sref") is None
