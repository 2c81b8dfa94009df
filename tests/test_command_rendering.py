"""A request as the line or cell that asks for it, and back again."""

from __future__ import annotations

import json

import pytest

from reapi_nb import catalog
from reapi_nb.catalog import (
    REQUESTS,
    AnyModel,
    ApixoImagine,
    ApixoUploadPaint,
    ApixoVary,
    Edit,
    GptImage,
    GptImageBasic,
    Imagine,
    Inpaint,
    Outpaint,
    Pan,
    RemoveBackground,
    Retexture,
    UploadPaint,
    Upscale,
    Variation,
    Wan,
)
from reapi_nb.command import has_flags, options, render, render_cell
from reapi_nb.errors import InvalidRequest
from tests.lines import link, read, run

PALETTE = [
    {"hex": "#C2D1E6", "ratio": "50%"},
    {"hex": "#636574", "ratio": "30%"},
    {"hex": "#000000", "ratio": "20%"},
]
EM = "\u2014"
URL = "https://example.com/a.png"
AREAS = {"areas": [{"width": 200, "height": 200, "points": [50, 50, 50, 250, 250, 250, 250, 50]}]}


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        (
            Imagine(prompt="a cat --ar 16:9", speed="turbo"),
            'mj "a cat --ar 16:9" --speed turbo',
        ),
        (Imagine(prompt="a cat"), 'mj "a cat"'),
        (Imagine(prompt="a cat", speed="fast"), 'mj "a cat" --speed fast'),
        (Imagine(prompt='a sign "OPEN"'), 'mj "a sign "OPEN""'),
        (Imagine(prompt='a" --no "b'), "mj 'a\" --no \"b'"),
        (Upscale(task_id="task_x", type="creative"), "upscale task_x#1 --type creative"),
        (Variation(task_id="task_x", image_number=3), "vary task_x#4"),
        (
            Variation(task_id="task_x", image_number=1, prompt="rain", type="strong"),
            'vary task_x#2 "rain" --type strong',
        ),
        (
            Imagine.parse({"prompt": "a cat --foobar"}, unchecked=True),
            'mj "a cat --foobar" --unchecked',
        ),
        (Imagine(prompt="a {red, blue} cat"), 'mj "a \\{red, blue\\} cat"'),
        (Imagine(prompt="a \\{red\\, blue\\\\}"), 'mj "a \\\\{red\\, blue\\\\\\}"'),
        (Imagine(prompt="a \\, cat\\\\"), 'mj "a \\, cat\\\\"'),
        (Pan(task_id="task_x", scale=2.0), "pan task_x#1 --scale 2"),
        (
            Outpaint(task_id="task_x", scale=1.5, speed="fast"),
            "outpaint task_x#1 --scale 1.5 --speed fast",
        ),
        (
            Inpaint(task_id="task_x", mask={"url": URL}),
            f"inpaint task_x#1 --mask {URL}",
        ),
        (
            Edit(
                task_id="task_x",
                prompt="a hall",
                canvas={"width": 9, "height": 8},
                img_pos={"width": 4, "height": 3, "x": -1, "y": 0},
            ),
            'edit task_x#1 "a hall" --canvas 9x8 --img-pos -1,0,4x3',
        ),
        (RemoveBackground(image_urls=(URL,)), f"remove-bg {URL}"),
        (RemoveBackground(image_urls=(f"{URL}?",)), f"remove-bg {URL}?;"),
        (RemoveBackground(image_urls=(f"{URL};",)), f"remove-bg {URL};;"),
        (Wan(prompt="a cat", model="wan2.7-image"), 'wan "a cat"'),
        (
            Wan(prompt="a cat", model="wan2.7-image-pro", watermark=True, thinking_mode=False),
            'wan "a cat" --model wan2.7-image-pro --watermark --no-thinking-mode',
        ),
        (
            Wan(image_urls=[URL, URL], bbox_list=[[], [[1, 2, 3, 4]]], n=2),
            f"wan --image {URL} --image {URL} --n 2 --bbox-list [[],[[1,2,3,4]]]",
        ),
        (
            Wan(prompt="a", color_palette=PALETTE, negative_prompt="blur, --noise"),
            (
                'wan "a" --negative-prompt "blur, --noise" '
                '--color-palette "#C2D1E6 50%, #636574 30%, #000000 20%"'
            ),
        ),
        (
            GptImage(prompt="a", image_urls=[URL], mask_url=URL),
            f'gpt "a" --image {URL} --mask-url {URL}',
        ),
        (
            ApixoImagine(prompt="a", aspect_ratio="1:2", channel="value", enable_translation=True),
            'apixo "a" --provider value --aspect 1:2 --enable-translation',
        ),
        (ApixoVary(task_id="x", image_number=2, type=1), "vary x#3 --type 1"),
        (
            ApixoUploadPaint(
                image_urls=[URL],
                prompt="a",
                mask={"url": "data:image/png;base64,{AA}"},
                canvas={"width": 9, "height": 8},
                img_pos={"width": 4, "height": 3, "x": -1, "y": 0},
            ),
            (
                f'upload-paint {URL} "a" --mask {{"url": "data:image/png;base64,{{AA}}"}} '
                "--canvas 9x8 --img-pos -1,0,4x3"
            ),
        ),
        (
            AnyModel(model="flux-2", prompt="a {cat}\u2028", n=2),
            'raw flux-2 {"prompt": "a {cat}\\u2028", "n": 2}',
        ),
        (
            Retexture(image_urls=(URL,), prompt=f"{URL} felt", speed="turbo"),
            f'retexture {URL} "{URL} felt" --speed turbo',
        ),
    ],
)
def test_a_request_is_one_line(request_, line):
    """Only what was set is in it."""
    assert line == render(request_)


@pytest.mark.parametrize(
    ("prompt", "cell"),
    [
        ("a cat", '%reapi mj "a cat" --speed turbo'),
        ("who?", '%reapi mj "who?" --speed turbo'),
        ("a\nb", "%%reapi mj --speed turbo\na\nb"),
        ("a\n", "%%reapi mj --speed turbo\na\n\n"),
        ("a\u2028b", "%%reapi mj --speed turbo\na\u2028b"),
        ("a\tb", '%reapi mj "a\tb" --speed turbo'),
    ],
)
def test_a_prompt_that_would_break_a_line_stands_below_it(prompt, cell):
    """A click's cell can be pasted and run as it is."""
    assert cell == render_cell(Imagine(prompt=prompt, speed="turbo"))


def test_a_region_is_written_as_json():
    """Without a space in it, so that it is one word."""
    line = render(Inpaint(task_id="task_x", prompt="rain", mask=AREAS))

    before, _, mask = line.partition(" --mask ")
    assert 'inpaint task_x#1 "rain"' == before
    assert AREAS == json.loads(mask)
    assert " " not in mask


@pytest.mark.parametrize("source", ["task_x#2", "job#2", "_#2"])
@pytest.mark.parametrize("kind", [RemoveBackground, Retexture, UploadPaint, ApixoUploadPaint])
def test_a_source_may_go_by_its_name(kind, source):
    """`task_x#2` is written in place of the long address that it stands for."""
    url = link("task_x", 1)
    given = FULLEST | {"image_urls": (url,)}
    fields = [name for name, info in kind.model_fields.items() if info.is_required()]
    request = kind(**{name: given[name] for name in fields})

    line = render(request, {url: source})

    assert line.startswith(f"{kind.nick} {source}")
    assert url not in line
    assert f"%reapi {line}" == render_cell(request, {url: source})
    known = dict.fromkeys(["job", "_"], "task_x")
    got = read(line, resolve=known.get, link=link, provider=kind.provider)
    assert (request,) == got.requests


def test_several_sources_go_by_their_names():
    """Each by its own; an address that has none stays."""
    urls = [link("task_x", 1), URL, link("task_y", 0)]
    names = {urls[0]: "task_x#2", urls[2]: "job#1", "https://example.com/other.png": "task_z#1"}
    request = Wan(prompt="a hat", image_urls=urls)

    line = render(request, names)

    assert f'wan "a hat" --image task_x#2 --image {URL} --image job#1' == line
    assert (request,) == read(line, resolve={"job": "task_y"}.get, link=link).requests


def test_one_name_for_two_pictures_is_never_written():
    """It would be read as one picture twice."""
    urls = [link("task_x", 1), link("task_y", 1)]
    names = dict.fromkeys(urls, "task_x#2")

    assert f"wan --image {urls[0]} --image {urls[1]}" == render(Wan(image_urls=urls), names)


def test_a_source_is_for_addresses_only():
    """A class that names its parent says so itself."""
    assert "upscale task_x#1" == render(Upscale(task_id="task_x"), {URL: "task_y#2"})


def test_a_source_that_names_nothing_is_never_written():
    """What could not be read back leaves the address in its place."""
    request = RemoveBackground(image_urls=(URL,))

    for source in ("the cat", "task_x", "task_x#", "#2", "a task_x#2"):
        assert f"remove-bg {URL}" == render(request, {URL: source})
        assert f"%reapi remove-bg {URL}" == render_cell(request, {URL: source})


def test_a_prompt_that_no_quotes_can_hold_stands_below_its_line():
    """An option's name in the words is a word, and must not be read as the option."""
    request = Imagine.parse({"prompt": "a cat --fresh"}, unchecked=True)

    assert "%%reapi mj --unchecked\na cat --fresh" == render_cell(request)
    with pytest.raises(InvalidRequest):
        render(request)


def test_words_that_only_look_like_flags_are_let_through():
    """Where another model would be sent them as they are."""
    request = Wan(prompt="a cat --stylize 3 --size 2K")

    assert "%%reapi wan --unchecked\na cat --stylize 3 --size 2K" == render_cell(request)
    assert 'wan "a cat --stylize 3" --unchecked' == render(Wan(prompt="a cat --stylize 3"))


def test_words_beside_the_prompt_that_no_line_can_hold_are_refused():
    """They cannot stand below the line as well."""
    request = Wan(prompt="a cat", negative_prompt="blur\nnoise")

    with pytest.raises(InvalidRequest) as no:
        render_cell(request)
    assert "no cell can hold this request: ask for it in Python" == str(no.value)


FULLEST = {
    "prompt": "a cat --ar 2:1",
    "task_id": "task_x",
    "image_number": 3,
    "image_urls": (URL,),
    "mask": AREAS,
    "canvas": {"width": 30, "height": 20},
    "img_pos": {"width": 10, "height": 10, "x": -5, "y": 5},
    "scale": 1.75,
    "callback_url": "https://example.com/done",
    "chaos": 5,
    "stylize": 6,
    "weird": 7,
    "enable_translation": True,
    "negative_prompt": 'blur "and" noise',
    "watermark": True,
    "seed": 8,
    "thinking_mode": False,
    "enable_sequential": True,
    "bbox_list": [[[1, 2, 3, 4]]],
    "color_palette": PALETTE,
    "mask_url": URL,
}


@pytest.mark.parametrize(
    "kind", [kind for kind in REQUESTS if kind is not AnyModel], ids=lambda kind: kind.__name__
)
def test_every_field_of_every_class_is_on_the_line(kind):
    """With all of them set, nothing is lost on the way there and back."""
    choices = {option.field: option.choices for option in options(kind).values()}
    names = [name for name in kind.model_fields if name not in {"model", *kind.implied}]
    last = {name: choices[name][-1] for name in names if choices.get(name)}
    own = {"type": 1} if kind.provider == "apixo" else {}
    own |= {} if has_flags(kind) else {"prompt": "a cat"}
    own |= {"resolution": "2k", "size": "16:9", "n": 1 if kind is GptImageBasic else 4}

    request = kind(**{name: last.get(name, (FULLEST | own).get(name)) for name in names})

    assert set(names) <= request.model_fields_set
    assert (request,) == read(render(request), provider=kind.provider).requests
    assert (request,) == run(render_cell(request), kind.provider)


# Every class of the catalog.


@pytest.mark.parametrize("kind", REQUESTS, ids=lambda kind: kind.__name__)
def test_every_example_works(kind):
    """The line in a class's help can be typed, and is read back as it was rendered."""
    got = read(kind.example, link=link, provider=kind.provider).request

    assert kind is type(got)
    assert (got,) == read(render(got), provider=kind.provider).requests
    assert kind is catalog.find(kind.example.split()[0], kind.provider)
