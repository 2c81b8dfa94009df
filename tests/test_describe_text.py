"""A request, as text that asks for it again: a magic, a script, a curl command."""

from __future__ import annotations

import json
import shlex
import subprocess

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

import reapi_nb
from reapi_nb.catalog import (
    REQUESTS,
    AnyModel,
    ApixoImagine,
    Edit,
    GptImage,
    Imagine,
    Inpaint,
    Outpaint,
    Pan,
    RemoveBackground,
    UploadPaint,
    Variation,
    Wan,
)
from reapi_nb.describe import as_curl, as_magic, as_python
from reapi_nb.errors import InvalidRequest
from tests.samples import example

BASE_URL = "https://reapi.ai/api/v1"
URL = "https://example.com/cat.png"
PALETTE = [{"hex": "#112233", "ratio": ratio} for ratio in ("50%", "25%", "25.00%")]

NASTY = [
    'it\'s a "cat"',
    "$(rm -rf /) `id` $HOME !! %d ; & | > x",
    "back\\slash \\n \\",
    "two\nlines\r\n\ttab",
    "\U0001f600 caf\u00e9 \u732b \u2028 \x00 \x7f",
    "@file --ar 16:9",
    "'''\"\"\"",
]


def test_a_request_as_a_magic_is_a_cell():
    """One line where it fits, else the prompt below it."""
    assert '%reapi mj "a cat"' == as_magic(Imagine(prompt="a cat"))
    assert "%%reapi mj\na\nb" == as_magic(Imagine(prompt="a\nb"))


def test_a_magic_names_the_picture_whose_address_it_sends():
    """What people read is the picture; a magic without one has the address."""
    request = RemoveBackground(image_urls=["https://example.com/cat.png"])

    url = request.image_urls[0]
    assert "%reapi remove-bg task_x#2" == as_magic(request, {url: "task_x#2"})
    assert "%reapi remove-bg https://example.com/cat.png" == as_magic(request)


def test_a_request_as_python_is_a_script():
    """It can be pasted into a file; only what was set is in it."""
    request = Imagine(prompt="a cat", speed="turbo")

    assert (
        "from reapi_nb import Session\n"
        "from reapi_nb.catalog import Imagine\n"
        "\n"
        "session = Session()\n"
        "job = session.submit(Imagine(prompt='a cat', speed='turbo'))"
    ) == as_python(request)


class Recorder:
    """A session that sends nothing."""

    def submit(self, request):
        return request


def made_by(script, monkeypatch):
    """The request that a script submits, when Python runs it as it is."""
    monkeypatch.setattr(reapi_nb, "Session", Recorder)
    names: dict[str, object] = {}
    exec(script, names)
    return names["job"]


MASK = {"areas": [{"points": [50, 50, 50, 250, 250, 250, 250, 50]}, {"points": [1, 1, 1, 9, 9, 9]}]}
PLACED = {
    "canvas": {"width": 1536, "height": 1024},
    "img_pos": {"width": 1024, "height": 1024, "x": -256, "y": 0},
}


@pytest.mark.parametrize(
    "request_",
    [
        *map(example, REQUESTS),
        *(Imagine(prompt=prompt) for prompt in NASTY),
        Variation(task_id="task_x"),
        Variation(task_id="task_x", image_number=3, prompt=NASTY[0], speed="turbo"),
        Pan(task_id="task_x", scale=1.25, direction="up"),
        Outpaint(task_id="task_x", scale=2.0),
        Inpaint(task_id="task_x", mask=MASK),
        Inpaint(task_id="task_x", mask={"url": "https://example.com/m.png?a='b'&c={d}"}),
        Edit(task_id="task_x", prompt=NASTY[1], mask=MASK, **PLACED),
        UploadPaint(image_urls=["http://example.com/a.png"], prompt="a", mask=MASK, **PLACED),
        Wan(prompt="a", model="wan2.7-image-pro", seed=1, image_urls=[URL], bbox_list=[[]]),
        Wan(prompt="a", negative_prompt="b\nc", color_palette=PALETTE),
        GptImage(prompt="a", image_urls=[URL], mask_url=URL),
        ApixoImagine(prompt="a", image_urls=[URL], channel="value", enable_translation=True),
        AnyModel(model="flux-2", prompt="a cat", n=2),
        AnyModel.parse({"model": "flux-2", "self": 1, "two words": None, "class": [1.5, True]}),
        AnyModel.parse({"model": "flux-2", "self": {"a": None}}),
        Imagine.parse({"prompt": "a cat --foobar 5"}, unchecked=True),
        Edit.parse(
            {"task_id": "task_x", "prompt": "a cat --foobar 5", "mask": MASK, **PLACED},
            unchecked=True,
        ),
    ],
    ids=repr,
)
def test_a_script_makes_an_equal_request(monkeypatch, request_):
    """What a click copies is what the click sent."""
    assert request_ == made_by(as_python(request_), monkeypatch)


def test_a_script_says_what_a_person_would():
    """What follows from the rest is left out; a model only where there is a choice."""
    assert as_python(ApixoImagine(prompt="a")).endswith("(ApixoImagine(prompt='a'))")
    assert as_python(Wan(prompt="a", model="wan2.7-image")).endswith(
        "(Wan(model='wan2.7-image', prompt='a'))"
    )
    assert as_python(AnyModel(model="flux-2", prompt="a cat")).endswith(
        "(AnyModel(model='flux-2', prompt='a cat'))"
    )


def test_a_request_that_no_cell_can_hold_is_a_script(monkeypatch):
    """So that there is always something to copy."""
    request = Wan(prompt="a", negative_prompt="b\nc")

    assert as_python(request) == as_magic(request)
    assert request == made_by(as_magic(request), monkeypatch)


def test_a_script_says_shapes_in_plain_python():
    """Nothing has to be imported but the class."""
    script = as_python(Edit(task_id="task_x", prompt="a", **PLACED))

    assert script.endswith(
        "Edit(task_id='task_x', prompt='a', canvas={'width': 1536, 'height': 1024}, "
        "img_pos={'width': 1024, 'height': 1024, 'x': -256, 'y': 0}))"
    )


def shell(script):
    """What a real shell hands to curl."""
    done = subprocess.run(
        ["bash", "-c", f'curl() {{ printf "%s\\0" "$@"; }}\n{script}'],
        env={"REAPI_API_KEY": "test-key", "APIXO_API_KEY": "apixo-key"},
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().split("\0")[:-1]


@pytest.mark.parametrize(
    "request_",
    [
        *map(example, REQUESTS),
        Edit(task_id="task_x", prompt="it's a cat", mask=MASK, **PLACED),
        Outpaint(task_id="task_x", scale=2.0),
    ],
    ids=repr,
)
def test_a_request_as_curl_posts_its_body(request_):
    """Address, key, content type, body: as on the page of its provider."""
    base, path, key = {
        "reapi": (BASE_URL, "/images/generations", "test-key"),
        "apixo": ("https://api.apixo.ai/api/v1", "/generateTask/midjourney", "apixo-key"),
    }[request_.provider]

    got = shell(as_curl(request_, base))

    assert [
        f"{base}{path}",
        *("-H", f"Authorization: Bearer {key}"),
        *("-H", "Content-Type: application/json"),
        "-d",
    ] == got[:-1]
    assert request_.body() == json.loads(got[-1])


@pytest.mark.parametrize("prompt", NASTY)
def test_a_shell_runs_nothing_in_a_prompt(prompt):
    """Whatever the words hold, bash reads the command and passes them on unchanged."""
    script = as_curl(Imagine(prompt=prompt), BASE_URL)

    assert 0 == subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode
    assert prompt == json.loads(shell(script)[-1])["prompt"]


def test_a_curl_command_holds_no_key():
    """The shell fills the key in when it runs."""
    assert 'Authorization: Bearer $REAPI_API_KEY"' in as_curl(Imagine(prompt="a cat"), BASE_URL)


@given(st.text(min_size=1))
@settings(max_examples=150, deadline=None, database=None)
def test_a_curl_command_quotes_any_prompt(prompt):
    """Its last word is the wire body, for every prompt that its class accepts."""
    try:
        request = Imagine(prompt=prompt)
    except InvalidRequest:
        reject()

    words = shlex.split(as_curl(request, BASE_URL))

    assert request.body() == json.loads(words[-1])


def test_a_strange_address_is_quoted_too():
    """A base URL comes from a setting, so it may hold anything."""
    script = as_curl(Imagine(prompt="a cat"), "http://127.0.0.1:8/a b;$(id)")

    assert "http://127.0.0.1:8/a b;$(id)/images/generations" == shell(script)[0]
