"""Wan, GPT and APIXO as one gets them from the sandbox: how many pictures, how large, and where."""

from __future__ import annotations

import io
import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageChops

from reapi_nb.catalog import gpt_image_2
from reapi_nb.sandbox import studio
from reapi_nb.sandbox.ledger import FILE, Ledger
from tests.paintings import box_mask, mean_difference, same_where
from tests.sandboxes import APIXO_LOOK, APIXO_SUBMIT, ORIGIN, Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

_PRO = "wan2.7-image-pro"
_WAN = "wan2.7-image"
_GPT = "gpt-image-2-official"
_FOX = {"model": _WAN, "prompt": "a red fox in snow", "seed": 7, "resolution": "1K"}
_BOX = (200, 300, 600, 700)
_ELSEWHERE = "https://example.com/cat.png"


@pytest.fixture(name="sandbox")
def _sandbox(home) -> Iterator[Sandbox]:
    with closing(Ledger(home / FILE)) as ledger:
        yield Sandbox(ledger)


async def _images(sandbox: Sandbox, body: dict[str, Any]) -> list[Image.Image]:
    """Every picture of a task."""
    task = await sandbox.look(await sandbox.completed(body))
    return [await _image(sandbox, url) for url in task["output"]["image_urls"]]


async def _image(sandbox: Sandbox, url: str) -> Image.Image:
    async with sandbox.client(Authorization="") as client:
        answer = await client.get(url)
    assert 200 == answer.status_code
    return Image.open(io.BytesIO(answer.content))


async def _fox(sandbox: Sandbox) -> str:
    """The address of a picture of a fox, 1024x1024."""
    task = await sandbox.look(await sandbox.completed(_FOX))
    return task["output"]["image_urls"][0]


@pytest.mark.parametrize(
    ("fields", "size"),
    [
        ({"resolution": "1K"}, (1024, 1024)),
        ({"resolution": "2k"}, (2048, 2048)),
        ({"size": "1K"}, (1024, 1024)),
        ({"size": "1280x800"}, (1280, 800)),
        ({"size": "4:3", "resolution": "1K"}, (1184, 880)),
        ({"size": "9:16", "resolution": "1K"}, (768, 1360)),
        ({"model": _PRO, "size": "4K"}, (4096, 4096)),
    ],
    ids=str,
)
async def test_wan_draws_what_its_size_says(sandbox, fields, size):
    """Pixels to the pixel, a gear as its square, a ratio at the gear's area in sixteenths."""
    (image,) = await _images(sandbox, {"model": _WAN, "prompt": "a red fox in snow", **fields})

    assert size == image.size


@pytest.mark.parametrize(
    ("size", "gear", "pixels"),
    [
        (ratio, gear, gpt_image_2.grid(ratio, gear))
        for ratio in ("1:1", "3:2", "9:16", "2:1")
        for gear in ("1k", "2k")
    ]
    + [("21:9", "4k", (3840, 1648)), ("9:16", "4K", (2160, 3840))],
)
async def test_gpt_draws_the_cells_of_its_grid(sandbox, size, gear, pixels):
    """Each cell exactly, upright ones turned."""
    body = {"model": _GPT, "prompt": "a castle", "size": size, "resolution": gear}

    (image,) = await _images(sandbox, body)

    assert pixels == image.size


@pytest.mark.parametrize(
    ("asked", "drawn"),
    [
        ((1024, 1024), (1024, 1024)),
        ((3840, 2160), (3840, 2160)),
        ((1000, 777), (992, 768)),
        ((8000, 4000), (3840, 1920)),
        ((5000, 5000), (2880, 2880)),
        ((1, 1), (16, 16)),
    ],
)
def test_gpt_moves_pixels_to_what_it_can_draw(asked, drawn):
    """Multiples of 16, at most 3840 a side and 8.3 megapixels."""
    assert drawn == studio.snapped(asked)


async def test_wan_boxes_change_nothing_outside(sandbox):
    """Inside a box everything may change, outside not a byte."""
    fox = await _fox(sandbox)
    body = {**_FOX, "prompt": "a stone lantern", "image_urls": [fox], "bbox_list": [[_BOX]]}
    del body["resolution"]

    (edited,) = await _images(sandbox, json.loads(json.dumps(body)))

    before, inside = await _image(sandbox, fox), box_mask((1024, 1024), _BOX)
    assert same_where(before, edited, ImageChops.invert(inside))
    assert mean_difference(before, edited, inside) > 5


async def test_a_gpt_mask_is_painted_where_it_is_transparent(sandbox):
    """A cut-out keeps its subject: the ground, which is transparent, is painted anew."""
    fox = await _fox(sandbox)
    cut = {"model": "mj-v7-remove-bg", "image_urls": [fox]}
    cut_out = await sandbox.look(await sandbox.completed(cut))
    (mask_url,) = cut_out["output"]["image_urls"]
    body = {"model": _GPT, "prompt": "a desert", "image_urls": [fox], "mask_url": mask_url}

    (edited,) = await _images(sandbox, body)

    before, alpha = await _image(sandbox, fox), (await _image(sandbox, mask_url)).getchannel("A")
    clear = alpha.point([255 * (level == 0) for level in range(256)])
    kept = alpha.point([255 * (level == 255) for level in range(256)])
    assert (1024, 1024) == edited.size
    assert same_where(before, edited, kept)
    assert mean_difference(before, edited, clear) > 5


async def test_a_mask_that_nothing_could_be_painted_by_is_refused(sandbox):
    """Fully opaque, or of another size than the first picture: 400 and no charge."""
    fox = await _fox(sandbox)
    body = {"model": _GPT, "prompt": "a desert", "image_urls": [fox], "mask_url": fox}
    small = await sandbox.look(await sandbox.completed({**_FOX, "size": "768x768"}))
    cut = {"model": "mj-v7-remove-bg", "image_urls": small["output"]["image_urls"]}
    cut_out = await sandbox.look(await sandbox.completed(cut))
    before = sandbox.ledger.entries()

    opaque = await sandbox.refused(body)
    too_small = await sandbox.refused({**body, "mask_url": cut_out["output"]["image_urls"][0]})

    assert (400, 20003) == opaque == too_small
    assert before == sandbox.ledger.entries()


async def test_the_last_picture_shapes_wans_edits_and_the_first_one_gpts(sandbox):
    """Two references of different shapes, in both orders."""
    wide = {"model": _WAN, "prompt": "a harbour", "size": "1280x720"}
    task = await sandbox.look(await sandbox.completed(wide))
    urls = [await _fox(sandbox), task["output"]["image_urls"][0]]

    (wan,) = await _images(sandbox, {"model": _WAN, "image_urls": urls})
    (gpt,) = await _images(sandbox, {"model": _GPT, "prompt": "both", "image_urls": urls})

    assert (1280, 720) == wan.size
    assert (1024, 1024) == gpt.size


async def test_a_palette_is_kept_in_proportion(sandbox):
    """The share of each colour is the one that was asked for."""
    palette = [("#C2D1E6", "50.00%"), ("#636574", "30.00%"), ("#1A1A2E", "20.00%")]
    swatches = [{"hex": hue, "ratio": ratio} for hue, ratio in palette]

    (image,) = await _images(sandbox, {**_FOX, "color_palette": swatches})

    shares = _shares(image, [hue for hue, _ in palette])
    assert all(abs(a - b) < 0.03 for a, b in zip(shares, (0.5, 0.3, 0.2), strict=True)), shares


def _shares(image: Image.Image, hues: list[str]) -> list[float]:
    """How much of a picture is nearest to each colour."""
    colours = [tuple(bytes.fromhex(hue[1:])) for hue in hues]
    small = image.convert("RGB").resize((128, 128), Image.Resampling.NEAREST).tobytes()
    nearest = [
        min(colours, key=lambda hue: sum((a - b) ** 2 for a, b in zip(pixel, hue, strict=True)))
        for pixel in zip(small[::3], small[1::3], small[2::3], strict=True)
    ]
    return [nearest.count(hue) / len(nearest) for hue in colours]


async def test_a_series_has_its_length_and_no_picture_twice(sandbox):
    """Up to twelve, in order, all different."""
    body = {**_FOX, "n": 12, "enable_sequential": True, "size": "768x768"}
    del body["resolution"]

    images = await _images(sandbox, body)

    assert 12 == len({image.tobytes() for image in images})
    assert {(768, 768)} == {image.size for image in images}


async def test_a_watermark_stands_in_its_corner_only(sandbox):
    """Bottom right; the rest of the picture is the one without."""
    (plain,) = await _images(sandbox, _FOX)
    (marked,) = await _images(sandbox, {**_FOX, "watermark": True})

    changed = ImageChops.difference(plain, marked).getbbox()

    assert changed is not None
    assert changed[0] > 600
    assert changed[1] > 900


async def test_a_seed_repeats_the_pixels(sandbox):
    """The same body and seed, the same picture; another seed, another one."""
    (one,) = await _images(sandbox, _FOX)
    (same,) = await _images(sandbox, _FOX)
    (other,) = await _images(sandbox, {**_FOX, "seed": 8})

    assert one.tobytes() == same.tobytes() != other.tobytes()


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ({**_FOX, "n": 4}, 4),
        ({"model": _GPT, "prompt": "a castle", "n": 3}, 3),
        ({"model": "gpt-image-2", "prompt": "a castle"}, 1),
        ({"model": "flux-2", "prompt": "a castle", "aspect_ratio": "16:9"}, 1),
        ({"model": _WAN, "image_urls": [_ELSEWHERE], "prompt": "blue"}, 1),
        ({"model": _GPT, "image_urls": [_ELSEWHERE, ORIGIN], "prompt": "blue", "n": 2}, 2),
    ],
    ids=str,
)
async def test_every_model_makes_its_number_of_pictures(sandbox, body, count):
    """All different, addressed by their slots."""
    images = await _images(sandbox, body)

    assert count == len({image.tobytes() for image in images})


async def _apixo(sandbox: Sandbox, **fields: Any) -> tuple[str, list[str]]:
    """A finished task at APIXO, and the addresses of its pictures."""
    answer = await sandbox.ask("POST", APIXO_SUBMIT, json={"input": fields})
    task_id = answer.json()["data"]["taskId"]
    sandbox.clock.now += 10
    looked = (await sandbox.ask("GET", APIXO_LOOK, params={"taskId": task_id})).json()["data"]
    return task_id, json.loads(looked["resultJson"])["resultUrls"]


@pytest.mark.parametrize(
    ("fields", "sizes"),
    [
        ({"mode": "vary", "type": 0}, [(1456, 816)] * 4),
        ({"mode": "vary", "type": 1, "prompt": "at night"}, [(1456, 816)] * 4),
        ({"mode": "upscale", "type": 0}, [(2912, 1632)]),
        ({"mode": "upscale", "type": 1}, [(2912, 1632)]),
        ({"mode": "upscale", "type": 2}, [(2912, 1632)]),
    ],
    ids=str,
)
async def test_apixos_edits_of_a_task_have_its_size_or_a_multiple(sandbox, fields, sizes):
    """Variations in the size of their parent, an upscale at twice its sides."""
    fox = {"mode": "text-to-image", "prompt": "a red fox in snow", "aspect": "16:9"}
    parent, _ = await _apixo(sandbox, **fox)

    _, urls = await _apixo(sandbox, taskId=parent, imageIndex=2, **fields)

    images = [await _image(sandbox, url) for url in urls]
    assert sizes == [image.size for image in images]
    assert len(sizes) == len({image.tobytes() for image in images})


async def test_apixos_fourfold_upscale_is_as_large_as_a_picture_may_be(sandbox):
    """Four times a square of 1024 pixels is 4096."""
    parent, _ = await _apixo(sandbox, mode="text-to-image", prompt="a red fox in snow")

    _, (url,) = await _apixo(sandbox, mode="upscale", taskId=parent, imageIndex=0, type=3)

    assert (4096, 4096) == (await _image(sandbox, url)).size


async def test_apixos_pictures_are_edited_by_their_address(sandbox):
    """An image-to-image has the shape of its picture; an upload-paint the size of its canvas."""
    _, (url, *_) = await _apixo(sandbox, mode="text-to-image", prompt="a red fox", aspect="2:1")
    areas = [{"width": 400, "height": 400, "points": [900, 100, 1300, 100, 1300, 500, 900, 500]}]
    placed = {
        "canvas": {"width": 1600, "height": 1000},
        "imgPos": {"width": 1200, "height": 600, "x": 100, "y": 50},
        "mask": {"areas": areas},
    }

    _, drawn = await _apixo(sandbox, mode="image-to-image", prompt="at night", image_urls=[url])
    _, painted = await _apixo(
        sandbox, mode="upload-paint", prompt="a cottage", image_urls=[url], **placed
    )

    before = await _image(sandbox, url)
    assert {before.size} == {(await _image(sandbox, one)).size for one in drawn}
    assert {(1600, 1000)} == {(await _image(sandbox, one)).size for one in painted}
