"""Pictures of this machine on a line: what is a path, and when it gets an address."""

from __future__ import annotations

import pytest

from reapi_nb.catalog import GptImage, Imagine, Inpaint, Retexture, Wan
from reapi_nb.command._pictures import stand_in
from reapi_nb.errors import InvalidRequest
from tests.lines import link, prompts, read, refusal

PATHS = [
    *("./photo.png", "../x.jpg", "/abs/p.webp", "~/p.PNG", "photo.png", "photo.jpeg"),
    *("C:\\pictures\\p.png", "a-b/c_d.e.jpg", "photo#2.png"),
]
SPACED = ["my photo.png", "./my photos/a b.jpg", "C:\\my pictures\\it's.png"]


class Place:
    """Gives every file an address, and remembers which it was asked for."""

    def __init__(self) -> None:
        self.asked = []

    def __call__(self, path) -> str:
        self.asked.append(path)
        return self.of(path)

    @staticmethod
    def of(path) -> str:
        return f"https://bucket.example/{path.encode().hex()}.png"


@pytest.fixture(name="place")
def _place():
    return Place()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "line",
    [
        'retexture {} "cut from felt"',
        "retexture {} cut from felt",
        'retexture "cut from felt" --image {}',
        "retexture --image {} cut from felt",
        'retexture --image "{}" cut from felt',
        'retexture "{}" cut from felt',
    ],
)
def test_a_file_is_a_picture_by_its_ending(place, line, path):
    """Wherever a picture may stand, in quotes or not."""
    got = read(line.format(path), upload=place).request

    assert Retexture(image_urls=[place.of(path)], prompt="cut from felt") == got
    assert [path] == place.asked


@pytest.mark.parametrize("path", SPACED)
@pytest.mark.parametrize(
    "line",
    [
        'retexture "{}" "cut from felt"',
        'retexture "{}" cut from felt',
        'retexture cut from felt --image "{}"',
        'retexture --image "{}" "cut from felt"',
    ],
)
def test_a_path_with_spaces_stands_in_quotes(place, line, path):
    """Of any kind that prompts have."""
    got = read(line.format(path), upload=place).request

    assert Retexture(image_urls=[place.of(path)], prompt="cut from felt") == got


def test_files_stand_beside_other_pictures(place):
    """In their order; each is given an address once."""
    line = 'wan "a hat" --image ./a.png task_x#1 "b c.png" --image ./a.png --repeat 2'

    got = read(line, upload=place, link=link).requests

    urls = [place.of("./a.png"), link("task_x", 0), place.of("b c.png"), place.of("./a.png")]
    assert (Wan(prompt="a hat", image_urls=urls),) * 2 == got
    assert ["./a.png", "b c.png"] == place.asked


@pytest.mark.parametrize("typed", ["./m.png", "task_x#1", "https://example.com/m.png"])
def test_a_mask_may_be_a_picture(place, typed):
    """Of this machine, or of a task."""
    urls = {"./m.png": place.of("./m.png"), "task_x#1": link("task_x", 0)}
    url = urls.get(typed, typed)
    known = {"upload": place, "link": link}

    got = read(f"gpt a --image ./a.png --mask-url {typed}", **known).request
    painted = read(f"inpaint task_y#1 --mask {typed} a", **known).request

    assert GptImage(prompt="a", image_urls=[place.of("./a.png")], mask_url=url) == got
    assert Inpaint(task_id="task_y", prompt="a", mask={"url": url}) == painted


def test_midjourney_gets_a_file_in_front_of_its_prompt(place):
    """By the address that it was given."""
    got = read("mj a hat --image ./a.png", upload=place).request

    assert Imagine(prompt=f"{place.of('./a.png')} a hat") == got


@pytest.mark.parametrize(
    "line",
    [
        "retexture ./a.png felt --speed warp",
        "retexture ./a.png felt --bogus",
        'retexture ./a.png "felt --speed turbo"',
        "retexture ./a.png --image task_x#1 felt",
        "retexture ./a.png",
        "wan --image ./a.png a --n 9",
        "wan --image ./a.png a --image",
        "retexture ./a.png {felt, foil --sped turbo}",
    ],
)
def test_nothing_is_uploaded_for_a_line_that_is_refused(place, line):
    """All else is read first."""
    refusal(line, upload=place, link=link)

    assert [] == place.asked


def test_nothing_is_uploaded_for_a_dry_run(place):
    """The body shows an address that cannot exist, and a notice says why."""
    got = read('wan "a" --image "my photo.png" --dry-run', upload=place)

    assert [] == place.asked
    assert "https://local.invalid/my%20photo.png" == stand_in("my photo.png")
    assert Wan(prompt="a", image_urls=[stand_in("my photo.png")]) == got.request
    assert ("my photo.png is uploaded when it is sent",) == got.notices
    assert (True, False, False) == (got.dry_run, got.fresh, got.yes)


def test_where_nobody_uploads_a_url_is_asked_for():
    """One line."""
    says = "a local picture needs a public address: put ./a.png on the web and type its URL"

    assert says == refusal("remove-bg ./a.png")
    assert says == refusal("wan a --image ./a.png")


def test_a_refusal_of_the_uploader_is_passed_on():
    """As it is."""

    def no(path):
        raise InvalidRequest(f"there is no file {path!r}: correct the path")

    assert "there is no file 'a.png': correct the path" == refusal("remove-bg a.png", upload=no)


def test_a_link_is_asked_for_once_beside_a_file(place):
    """Although the line is read twice."""
    asked = []

    def counted(*picture):
        asked.append(picture)
        return link(*picture)

    read("wan a --image task_x#1 ./a.png", upload=place, link=counted)

    assert [("task_x", 0)] == asked


def test_a_line_without_files_is_read_once():
    """A variable is looked up once for all of its prompts."""
    asked = []

    def counted(name):
        asked.append(name)
        return ["red", "blue"]

    read('wan "a {{hue}} cat" --image https://example.com/a.png', values=counted)

    assert ["hue"] == asked


@pytest.mark.parametrize("prompt", ["a.png felt", "felt a.png", "logo.png"])
def test_a_file_in_the_words_is_one_of_them(place, prompt):
    """Where it cannot be the picture."""
    assert [prompt] == prompts(f'wan "{prompt}"', upload=place)
    assert [f"a {prompt}"] == prompts(f"wan a {prompt}", upload=place)
    assert [prompt] == prompts("retexture task_x#1", prompt, upload=place, link=link)
    assert [] == place.asked


@pytest.mark.parametrize("word", ["ftp://example.com/a.png", "file:///a.png", "./a.gif", "./a"])
def test_what_is_no_picture_of_this_machine_is_refused(place, word):
    """Another scheme, or another ending."""
    says = f'--image takes task_x#2, an http(s) URL or a file like ./photo.png, not "{word}"'

    assert says == refusal(f"wan a --image {word}", upload=place)
