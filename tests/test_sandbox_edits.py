"""The sandbox's edits, as one gets them: their number, their sizes, and what they leave alone."""

from __future__ import annotations

import io
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from reapi_nb import catalog
from reapi_nb.catalog import midjourney_v7 as v7
from reapi_nb.sandbox import gallery, studio
from reapi_nb.sandbox.ledger import FILE, Ledger
from tests.paintings import box_mask, made, mean_difference, same_where
from tests.sandboxes import ORIGIN, Sandbox, follow_up

_FOX = {"model": "mj-v7", "prompt": "a red fox in snow --ar 3:2 --seed 7"}
_SIZE = (1344, 896)
_HOLE = (900, 100, 1300, 700)
_AREAS = {"areas": [{"points": [900, 100, 1300, 100, 1300, 700, 900, 700]}]}
_CANVAS = {
    "canvas": {"width": 1600, "height": 1000},
    "img_pos": {"width": 1344, "height": 896, "x": 100, "y": 50},
}
_ELSEWHERE = "https://example.com/pictures/cat.png"


@pytest.fixture
def sandbox(home):
    with closing(Ledger(home / FILE)) as ledger:
        yield Sandbox(ledger)


def _url(task_id: str, slot: int = 0, origin: str = ORIGIN) -> str:
    return f"{origin}/media/tasks/{task_id.removeprefix('task_')}/{slot}.png"


async def _image(sandbox: Sandbox, task_id: str, slot: int = 0) -> Image.Image:
    async with sandbox.client(Authorization="") as client:
        answer = await client.get(_url(task_id, slot))
    assert 200 == answer.status_code
    return Image.open(io.BytesIO(answer.content))


async def _bytes(sandbox: Sandbox, task_id: str, slot: int = 0) -> bytes:
    return (await _image(sandbox, task_id, slot)).tobytes()


def _of_image(model: str, url: str, prompt: str = "", **params: Any) -> dict[str, Any]:
    """A direct-image edit."""
    words = {"prompt": prompt} if prompt else {}
    nested = {"model_params": params} if params else {}
    return {"model": f"mj-v7-{model}", "image_urls": [url], **nested, **words}


def _edits(draft: str, grid: str) -> dict[str, tuple[dict[str, Any], int, tuple[int, int]]]:
    """A body of each of the eleven edits, with how many pictures of which size it makes."""
    told = {"prompt": "a wooden cottage"}
    url = _url(grid, 1)
    return {
        "upscale": (follow_up("mj-v7-upscale", grid, 1), 1, (2688, 1792)),
        "variation": (follow_up("mj-v7-variation", grid, 1, type="strong"), 4, _SIZE),
        "remix": (follow_up("mj-v7-remix", grid, 1, mode="subtle") | told, 4, _SIZE),
        "enhance": (follow_up("mj-v7-enhance", draft, 1), 4, _SIZE),
        "pan": (follow_up("mj-v7-pan", grid, 1, direction="up", scale=1.1), 4, (1344, 986)),
        "outpaint": (follow_up("mj-v7-outpaint", grid, 1, scale=1.25), 4, (1680, 1120)),
        "inpaint": (follow_up("mj-v7-inpaint", grid, 1, mask=_AREAS), 4, _SIZE),
        "edit": (follow_up("mj-v7-edit", grid, 1, **_CANVAS) | told, 4, (1600, 1000)),
        "remove-bg": (_of_image("remove-bg", url), 1, _SIZE),
        "retexture": (_of_image("retexture", url, "made of wool"), 4, _SIZE),
        "upload-paint": (
            _of_image("upload-paint", url, "a cottage", mask=_AREAS, **_CANVAS),
            4,
            (1600, 1000),
        ),
    }


@pytest.mark.parametrize("name", _edits("", ""))
async def test_every_edit_makes_its_pictures(sandbox, home, name):
    """An edit makes its number of pictures in its size, all different, and after a restart too."""
    grid = await sandbox.completed(_FOX)
    draft = await sandbox.completed(_FOX, speed="draft")
    body, count, size = _edits(draft, grid)[name]
    task = await sandbox.completed(body)
    urls = (await sandbox.look(task))["output"]["image_urls"]

    images = [await _image(sandbox, task, slot) for slot in range(count)]

    with closing(Ledger(home / FILE)) as ledger:
        again = await _bytes(Sandbox(ledger, sandbox.clock), task, count - 1)
    assert [_url(task, slot) for slot in range(count)] == urls
    assert {size} == {image.size for image in images}
    assert {"RGBA" if name == "remove-bg" else "RGB"} == {image.mode for image in images}
    assert count == len({image.tobytes() for image in images})
    assert images[-1].tobytes() == again


def test_the_studio_knows_every_class():
    """Every class of the catalog but the first generator has a painter of its own."""
    assert set(catalog.REQUESTS) - {v7.Imagine} == set(studio._EDITS)


async def test_an_inpainted_upscale_keeps_the_pixels_of_the_upscale(sandbox):
    """What one sees is what is edited: outside the mask, the enlarged picture stays as it is."""
    grid = await sandbox.completed(_FOX)
    upscale = await sandbox.completed(follow_up("mj-v7-upscale", grid, 1))
    body = follow_up("mj-v7-inpaint", upscale, 0, mask=_AREAS) | {"prompt": "a cottage"}
    inpaint = await sandbox.completed(body)

    large, painted = [await _image(sandbox, task) for task in (upscale, inpaint)]

    hole = box_mask(large.size, _HOLE)
    assert (2688, 1792) == large.size == painted.size
    assert same_where(large, painted, hole.point([255 - v for v in range(256)]))
    assert 5 < mean_difference(large, painted, hole)


@pytest.mark.parametrize("model", ["pan", "outpaint", "edit"])
async def test_an_extended_upscale_keeps_the_pixels_of_the_upscale(sandbox, model):
    """The enlarged picture lies untouched on its larger canvas."""
    grid = await sandbox.completed(_FOX)
    upscale = await sandbox.completed(follow_up("mj-v7-upscale", grid, 1))
    place = {"width": 2688, "height": 1792, "x": -88, "y": 8}
    params, corner = {
        "pan": ({"direction": "left", "scale": 1.25}, (672, 0)),
        "outpaint": ({"scale": 1.1}, (134, 89)),
        "edit": ({"canvas": {"width": 2600, "height": 1800}, "img_pos": place}, (-88, 8)),
    }[model]
    body = follow_up(f"mj-v7-{model}", upscale, 0, **params) | {"prompt": "a cottage"}
    extended = await sandbox.completed(body)

    large, image = [await _image(sandbox, task) for task in (upscale, extended)]

    wanted = Image.new("RGB", image.size)
    wanted.paste(large, corner)
    x, y = corner
    assert same_where(wanted, image, box_mask(image.size, (max(0, x), y, x + 2688, y + 1792)))


async def test_long_chains_do_not_grow_without_end(sandbox):
    """Enlarged and extended over and over, a picture stays within 16 megapixels."""
    task = await sandbox.completed(_FOX)
    sizes = []

    for _ in range(3):
        task = await sandbox.completed(follow_up("mj-v7-pan", task, 0, scale=3))
        task = await sandbox.completed(follow_up("mj-v7-upscale", task))
        sizes.append((await _image(sandbox, task)).size)

    assert all(width * height <= 1 << 24 and max(width, height) <= 8192 for width, height in sizes)


async def test_a_draft_is_rough_and_its_enhanced_picture_is_not(sandbox):
    """The same seed at another speed is the same picture, sketched; enhance gets close to it."""
    grid = await sandbox.completed(_FOX)
    draft = await sandbox.completed(_FOX, speed="draft")
    enhanced = await sandbox.completed(follow_up("mj-v7-enhance", draft, 1))

    whole, rough, better = [
        await _image(sandbox, task, slot) for task, slot in ((grid, 1), (draft, 1), (enhanced, 0))
    ]

    assert whole.size == rough.size == better.size
    assert 2 < mean_difference(whole, rough)
    assert mean_difference(whole, better) < mean_difference(whole, rough)


def test_only_the_last_pictures_are_kept():
    """The oldest give way to new ones; a very large one is kept alone until another comes."""
    shelf = gallery._Shelf()
    small, large = (
        replace(made(), image=Image.new("RGB", size), subject=Image.new("L", size))
        for size in ((2000, 2000), (4096, 4096))
    )

    for name in ("a", "b", "c"):
        shelf.put(name, small)
    first = shelf.take("a")  # now "b" is the oldest
    shelf.put("d", small)
    kept = [name for name in "abcd" if shelf.take(name)]
    shelf.put("e", large)

    assert first is small
    assert ["a", "c", "d"] == kept
    assert [large] == [shelf.take(name) for name in "abcde" if shelf.take(name)]


# Addresses.


@pytest.mark.parametrize("origin", [ORIGIN, "http://127.0.0.1:8765", "https://cdn.reapi.ai"])
async def test_an_own_picture_behind_an_address_is_that_picture(sandbox, origin):
    """The sandbox knows its pictures by their path, also when it moved to another port."""
    grid = await sandbox.completed(_FOX)
    body = _of_image("upload-paint", _url(grid, 2, origin), "a cottage", mask=_AREAS, **_CANVAS)
    task = await sandbox.completed(body)

    parent, image = await _image(sandbox, grid, 2), await _image(sandbox, task)

    wanted = Image.new("RGB", image.size)
    wanted.paste(parent, (100, 50))
    assert same_where(wanted, image, box_mask(image.size, (100, 50, 900, 946)))
    assert 5 < mean_difference(wanted, image, box_mask(image.size, _HOLE))


@pytest.mark.parametrize(
    "address",
    [
        _ELSEWHERE,
        f"{ORIGIN}/media/tasks/nobody/0.png",
        f"{ORIGIN}/elsewhere/0.png",
        "https://example.com",
        "http://[broken/media/tasks/1/0.png",
    ],
    ids=["elsewhere", "unknown task", "other path", "no path", "broken"],
)
async def test_any_other_address_is_a_painted_stand_in(sandbox, address):
    """What the sandbox did not paint is never fetched: its stand-in is 1024x1024."""
    task, again = [await sandbox.completed(_of_image("remove-bg", address)) for _ in range(2)]

    image = await _image(sandbox, task)

    assert ("RGBA", (1024, 1024)) == (image.mode, image.size)
    assert image.tobytes() == await _bytes(sandbox, again)


async def test_another_address_is_another_stand_in(sandbox):
    """Two addresses are two pictures."""
    tasks = [
        await sandbox.completed(_of_image("remove-bg", f"https://example.com/{name}.png"))
        for name in ("cat", "dog")
    ]

    assert 2 == len({await _bytes(sandbox, task) for task in tasks})


@pytest.mark.parametrize("file", ["4.png", "0.jpg", "2.png"])
async def test_a_picture_that_was_not_there_is_a_stand_in(sandbox, file):
    """No such file, and a picture that review took out, are addresses like any other."""
    grid = await sandbox.completed({"model": "mj-v7", "prompt": "a cat (sandbox: three) --ar 3:2"})
    body = _of_image("remove-bg", _url(grid).replace("0.png", file))
    task = await sandbox.completed(body)

    assert (1024, 1024) == (await _image(sandbox, task)).size


async def test_what_counts_is_what_lay_there_at_the_submit(sandbox):
    """A picture that was not finished, or had expired, when it was sent, is a stand-in for ever."""
    early = await sandbox.submit(_FOX)
    before = await sandbox.completed(_of_image("remove-bg", _url(early)))
    within = await sandbox.completed(_of_image("remove-bg", _url(early)))
    sizes = [(await _image(sandbox, task)).size for task in (before, within)]
    sandbox.clock.now += 7 * 86_400 - 14  # later than its first pictures live
    after = await sandbox.submit(_of_image("remove-bg", _url(early)))

    sizes.append((await _image(sandbox, within)).size)
    sandbox.clock.now += 10
    sizes.append((await _image(sandbox, after)).size)

    assert [(1024, 1024), _SIZE, _SIZE, (1024, 1024)] == sizes


async def test_an_own_picture_can_be_a_mask(sandbox):
    """Where an own picture is light, another one is repainted; where it is dark, it stays."""
    grid = await sandbox.completed(_FOX)
    night = await sandbox.completed({"model": "mj-v7", "prompt": "city at night --ar 1:1"})
    mask = {"url": _url(night, 3)}
    inpaint = await sandbox.completed(follow_up("mj-v7-inpaint", grid, 0, mask=mask))

    parent, light, image = [
        await _image(sandbox, *where) for where in ((grid, 0), (night, 3), (inpaint, 0))
    ]

    grey = light.convert("L").resize(_SIZE, Image.Resampling.BICUBIC)
    dark = grey.point([255 * (value <= 127) for value in range(256)])
    assert same_where(parent, image, dark)
    assert not same_where(parent, image, dark.point([255 - value for value in range(256)]))


async def test_a_mask_from_elsewhere_is_a_painted_patch(sandbox):
    """A mask is never fetched either: something is repainted, and most of the picture stays."""
    grid = await sandbox.completed(_FOX)
    mask = {"url": "https://example.com/mask.png"}
    inpaint = await sandbox.completed(follow_up("mj-v7-inpaint", grid, 0, mask=mask))

    parent, image = [await _image(sandbox, task) for task in (grid, inpaint)]

    border = box_mask(_SIZE, (0, 0, 1344, 40), (0, 856, 1344, 896))
    assert same_where(parent, image, border)
    assert 1 < mean_difference(parent, image)


async def test_edits_of_edits_follow_each_other(sandbox):
    """A chain over direct-image edits and masks leads back to the first picture."""
    grid = await sandbox.completed(_FOX)
    cut = await sandbox.completed(_of_image("remove-bg", _url(grid, 1)))
    wool = await sandbox.completed(_of_image("retexture", _url(cut), "wool"))
    panned = await sandbox.completed(follow_up("mj-v7-pan", wool, 2, scale=1.5))
    mask = {"url": _url(cut)}
    painted = await sandbox.completed(follow_up("mj-v7-inpaint", panned, 1, mask=mask))

    images = [
        await _image(sandbox, *where) for where in ((cut, 0), (wool, 2), (panned, 1), (painted, 3))
    ]

    assert ["RGBA"] * 4 == [image.mode for image in images]
    assert [_SIZE, _SIZE, (1344, 1344), (1344, 1344)] == [image.size for image in images]
    assert images[0].getchannel("A").tobytes() == images[1].getchannel("A").tobytes()
    assert images[1].tobytes() == images[2].crop((0, 0, *_SIZE)).tobytes()


async def test_a_deep_chain_of_masks_is_painted_once_each(sandbox):
    """A picture that is parent and mask of the next one, many times over, costs what it should."""
    task = await sandbox.completed({"model": "mj-v7", "prompt": "a cat --seed 1"})
    for _ in range(24):
        mask = {"url": _url(task)}
        task = await sandbox.submit(follow_up("mj-v7-inpaint", task, 0, mask=mask))
        sandbox.clock.now += 10

    assert (1024, 1024) == (await _image(sandbox, task)).size


async def test_hostile_geometry_is_painted_all_the_same(sandbox):
    """Coordinates of any size are followed as far as they can be."""
    grid = await sandbox.completed(_FOX)
    far = 10**30
    mask = {"areas": [{"points": [-far, -far, far, -far, far, far], "width": 1, "height": 1}]}
    place = {"width": far, "height": 1, "x": -far, "y": far}
    body = follow_up(
        "mj-v7-edit", grid, 0, canvas={"width": far, "height": far}, img_pos=place, mask=mask
    )
    task = await sandbox.completed(body | {"prompt": "a cottage"})

    assert (4096, 4096) == (await _image(sandbox, task)).size
