"""The picture that a line sends by its address: by name, by URL, or behind `--image`."""

from __future__ import annotations

import pytest

from reapi_nb.catalog import REQUESTS, Imagine, RemoveBackground, Retexture
from reapi_nb.command import options, spellings
from reapi_nb.command._options import has_source
from reapi_nb.errors import InvalidRequest
from tests.lines import link, prompts, read, refusal

URL = "https://example.com/a.png"
OTHER = "https://example.com/b.png"
PICTURE = "task_x#2, an http(s) URL or a file like ./photo.png"
MISSING = "say which picture: retexture task_x#1, or an image URL"

JOBS = {"job": "task_of_job", "_": "task_of_last", "task_x": "task_of_variable"}
KNOWN = {"resolve": JOBS.get, "link": link}


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("task_abc#2", link("task_abc", 1)),
        ("job#2", link("task_of_job", 1)),
        ("_#3", link("task_of_last", 2)),
        ("task_x#1", link("task_of_variable", 0)),
        ("job#12", link("task_of_job", 11)),
        (URL, URL),
        ("HTTP://example.com/a.png?x=1#2", "HTTP://example.com/a.png?x=1#2"),
        ("https://example.com/{a}.png", "https://example.com/{a}.png"),
        ("https://example.com/{a.png", "https://example.com/{a.png"),
        ('https://example.com/"a.png', 'https://example.com/"a.png'),
    ],
)
@pytest.mark.parametrize(
    "line",
    [
        'retexture {} "cut from felt" --speed turbo',
        "retexture {} cut from felt --speed turbo",
        "retexture --speed turbo {} cut from felt",
        "retexture {} --speed turbo cut from felt",
        "retexture --image {} cut from felt --speed turbo",
        'retexture --speed turbo --image {} "cut from felt"',
        'retexture "cut from felt" --image {} --speed turbo',
        "retexture cut from felt --image {} --speed turbo",
        "retexture cut from felt --speed turbo --IMAGE  {}",
    ],
)
def test_a_picture_is_sent_by_its_address(line, source, url):
    """By the name of a job or a task, with its number, or by its URL; anywhere behind `--image`."""
    got = read(line.format(source), **KNOWN).requests

    assert (Retexture(image_urls=(url,), prompt="cut from felt", speed="turbo"),) == got


@pytest.mark.parametrize("source", ["task_abc#2", URL, f"--image {URL}", "--image task_abc#2"])
def test_the_picture_stands_on_the_line_of_a_cell(source):
    """The words stand below it."""
    got = read(f"retexture {source} --speed turbo", "cut from {felt, foil}\n", **KNOWN)

    assert ["cut from felt", "cut from foil"] == [each.words for each in got.requests]
    assert 1 == len({each.image_urls for each in got.requests})
    assert 1 == len(read(f"remove-bg {source}", "\n", **KNOWN).requests)


def test_a_picture_needs_no_words():
    """Where the class takes none."""
    assert RemoveBackground(image_urls=(URL,)) == read(f"remove-bg {URL}").request
    assert RemoveBackground(image_urls=(URL,)) == read(f"remove-bg --image {URL};").request


# Words are never a picture.


@pytest.mark.parametrize(
    "line",
    [
        "retexture cut from felt",
        'retexture "cut from felt"',
        "retexture",
        "retexture --speed turbo",
        "retexture C#4 on a piano",
        "retexture #2 of a series",
        'retexture "task_x#1 on a sign"',
        'retexture "https://example.com/a.png felt"',
        "retexture cut task_x#1 from felt",
        "retexture felt https://example.com/a.png",
        "retexture a.gif felt",
        "retexture ./a felt",
        'retexture "a.png felt"',
        'retexture "cut from https://example.com/a.png"',
        "retexture {a.png, b.png} felt",
        "retexture ftp://example.com/a.png felt",
        "retexture task_x felt",
        "retexture {task_x#1, task_x#2} felt",
    ],
)
def test_a_line_without_a_picture_is_refused(line):
    """It says what to type, before any other word of the line is judged."""
    assert MISSING == refusal(line, link=link)


def test_a_cell_without_a_picture_is_refused():
    """Its line says what to type, whatever stands below."""
    assert MISSING == refusal("retexture --speed turbo", "cut from felt\n", link=link)
    assert MISSING == refusal("retexture", f"{URL} felt\n", link=link)


def test_a_name_without_its_number_is_asked_for_it():
    """The example is made of what was typed."""
    says = "say which picture: retexture {}#1, or an image URL"

    assert says.format("job") == refusal("retexture job felt", **KNOWN)
    assert says.format("task_abc") == refusal("retexture task_abc felt", **KNOWN)
    assert says.format("job") == refusal("retexture job#two felt", **KNOWN)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("remove-bg the cat", "say which picture: remove-bg task_x#1, or an image URL"),
        ("remove-bg a.gif", "say which picture: remove-bg task_x#1, or an image URL"),
        (f"remove-bg {URL} the cat", 'remove-bg has no prompt: leave out "the cat"'),
        (f"remove-bg {URL} {OTHER}", f'remove-bg has no prompt: leave out "{OTHER}"'),
        ("retexture task_x#0 felt", "pictures are numbered from #1"),
        ("retexture --image task_x#0 felt", "pictures are numbered from #1"),
        ("retexture --image felt", f'--image takes {PICTURE}, not "felt"'),
        ("retexture felt --image", f"--image needs a value: {PICTURE}"),
        (
            f"retexture felt --image {URL} {OTHER}",
            f'--image takes {PICTURE}, not "{URL} {OTHER}"',
        ),
        (
            "retexture felt --image task_x#1 or foil",
            f'--image takes {PICTURE}, not "task_x#1 or foil"',
        ),
        (f'retexture {URL} "felt --image {OTHER}"', f"the picture is given twice: keep {URL}"),
        (f'retexture "felt --image {URL}"', "put --image outside the quotes"),
        (f"retexture {URL} felt --img {OTHER}", "retexture has no --img: did you mean --image?"),
        (
            f"retexture {URL} felt --image-urls {OTHER}",
            "retexture has no --image-urls: did you mean --image?",
        ),
        (
            "retexture data:image/png;base64,AAAA felt",
            "data: and base64 images are not accepted: use a public http(s) URL of the picture",
        ),
        (
            "retexture felt --image data:image/png;base64,AAAA",
            "data: and base64 images are not accepted: use a public http(s) URL of the picture",
        ),
        (f"upscale task_x#1 --image {URL}", "upscale has no --image: "),
    ],
)
def test_a_picture_that_cannot_be_read_is_refused(line, says):
    """Nothing is sent with a picture that was guessed."""
    assert refusal(line, link=link).startswith(says)


@pytest.mark.parametrize(
    "line",
    [
        "retexture {} felt --image task_y#2",
        'retexture {} "felt" --image task_y#2',
        "retexture --image task_y#2 {} felt",
        "retexture {} --image task_y#2 felt",
        "retexture {} --speed turbo felt --image task_y#2 --raw",
    ],
)
@pytest.mark.parametrize("source", ["task_x#1", "job#1", "_#1", URL])
def test_a_picture_is_given_once(line, source):
    """Neither of two is chosen, and none is taken for a word of the prompt."""
    says = refusal(line.format(source), **KNOWN)

    assert f"the picture is given twice: keep {source} or --image" == says


def test_two_options_are_one_too_many():
    """Also if they are equal."""
    says = refusal(f"retexture --image {URL} felt --image {URL}")

    assert "--image is given twice: keep one of them" == says


@pytest.mark.parametrize("prompt", ["C#4 on a piano", "#2 felt", f'"{URL} felt"', '"task_x#1"'])
def test_beside_image_every_word_is_one_of_the_prompt(prompt):
    """What only looks like a name there is none; in quotes, a real one too."""
    line = f"retexture --image {URL} {prompt}"

    assert [prompt.strip('"')] == prompts(line, **KNOWN)


def test_a_prompt_may_begin_with_urls():
    """Behind the picture, and for the generator without one, they are image prompts."""
    assert [f"{URL} felt"] == prompts(f"retexture {OTHER} {URL} felt")
    assert [f"{URL} {OTHER} felt"] == prompts(f"mj {URL} {OTHER} felt")
    assert Imagine(prompt=f"{URL} felt") == read(f'mj "{URL} felt"').request


# What the caller knows.


def test_without_a_library_no_link_is_known():
    """The refusal says what to type in its place."""
    says = "the link of task_abc#2 is not known: type an image URL instead"

    assert says == refusal("remove-bg task_abc#2")
    assert says == refusal("remove-bg --image task_abc#2")


def test_an_underscore_needs_a_job():
    """`_` is never looked up as a task id."""
    says = "_ holds no job yet: name a task, like task_x#1"

    assert says == refusal("retexture _#1 felt", link=link)
    assert says == refusal("retexture felt --image _#1", link=link)


def test_a_refusal_of_the_library_is_passed_on():
    """An expired link, or a picture that nobody knows."""

    def expired(task_id, slot):
        raise InvalidRequest(f"the link of {task_id} has expired")

    assert "the link of task_abc has expired" == refusal("remove-bg task_abc#2", link=expired)


def test_a_link_is_asked_for_once():
    """However many prompts and repeats there are, and never for a URL."""
    asked = []

    def counted(*picture):
        asked.append(picture)
        return URL

    read('retexture job#2 "{felt, foil}" --repeat 2', resolve=JOBS.get, link=counted)
    read(f'retexture {URL} "felt"', link=counted)
    read("upscale job#2", resolve=JOBS.get, link=counted)

    assert [("task_of_job", 1)] == asked


# Help and completion.


def test_the_option_is_called_image():
    """Whatever its field is called, for every class that sends an address."""
    kinds = [kind for kind in REQUESTS if has_source(kind)]

    assert {"remove-bg", "retexture", "upload-paint"} <= {kind.nick for kind in kinds}
    for kind in kinds:
        option = options(kind)["image"]
        assert ("image_urls", PICTURE) == (option.field, option.takes)
        assert option.meaning
        assert "--image" in spellings(kind)
        assert "--image-urls" not in spellings(kind)
