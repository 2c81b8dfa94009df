"""The buttons under a picture: in groups that people know, each of them readable and in reach."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.board_stage import (
    Stage,
    ask,
    button,
    edits,
    open_stage,
    paint,
    picture,
    plan,
    strip,
    view,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.asyncio(loop_scope="module")

_POOR = Path(__file__).with_name("poor_text.js").read_text(encoding="utf-8")
_SEEN = [
    ["Upscale 1", "Upscale creative 1"],
    ["Vary subtle 1", "Vary strong 1"],
    ["Remix 1", "Remix subtle 1"],
    ["Pan left 1", "Pan right 1", "Pan up 1", "Pan down 1"],
    ["Zoom out 1", "Zoom 2x 1"],
    ["Vary region 1", "Edit canvas 1"],
]
_BEHIND = ["Enhance 1", "Remove background 1", "Retexture 1", "Upload paint 1"]
_ALL_SEEN = [name for group in _SEEN for name in group]
_NAMES = "(all) => all.map((one) => one.getAttribute('aria-label'))"


@pytest_asyncio.fixture(loop_scope="module")
async def stage(browser: Browser) -> AsyncIterator[Stage]:
    stage = await open_stage(browser)
    yield stage
    await stage.page.context.close()


def _all(**changes: object) -> dict[str, object]:
    """A job whose four pictures carry every button."""
    return strip(pictures=[picture(slot, edits(slot + 1)) for slot in range(4)], **changes)


async def test_buttons_stand_in_the_groups_people_know(stage: Stage):
    """However Python orders them: one segment per group, first what is wanted most."""
    buttons = edits(1)
    await stage.tell(view(strip(pictures=[picture(0, buttons[::-1])])))

    groups = stage.board.locator(
        ".rb-segment:visible", has=stage.page.locator("[aria-label$=' 1']")
    )
    names = [await one.locator("button").evaluate_all(_NAMES) for one in await groups.all()]
    assert [sorted(group) for group in _SEEN] == [sorted(group) for group in names]


async def test_buttons_of_other_models_follow_in_their_order(stage: Stage):
    """A group that nobody here has heard of stands after the known ones."""
    others = [button("b", "Edit", 1, group="Wan"), button("a", "Restyle", 1, group="GPT")]
    await stage.tell(view(strip(pictures=[picture(0, [*others, *edits(1)[:1]])])))

    names = await stage.board.locator(".rb-row button:visible").evaluate_all(_NAMES)
    assert ["Upscale 1", "Edit 1", "Restyle 1"] == names


async def test_more_opens_a_second_row(stage: Stage):
    """What is rarely wanted waits behind a button that says whether it is open."""
    await stage.tell(view(_all()))
    more = stage.board.get_by_role("button", name="More 1", exact=True)
    seen = stage.board.locator(".rb-row").first.locator("button:visible")
    await expect(more).to_have_attribute("aria-expanded", "false")
    assert [*_ALL_SEEN, "More 1"] == await seen.evaluate_all(_NAMES)

    await more.focus()
    await stage.page.keyboard.press("Enter")
    await stage.tell(view(_all(notices=["seed ignored"])))

    await expect(more).to_have_attribute("aria-expanded", "true")
    assert [*_ALL_SEEN, "More 1", *_BEHIND] == await seen.evaluate_all(_NAMES)
    await expect(stage.board.get_by_role("button", name="Enhance 2")).to_be_hidden()
    await stage.page.keyboard.press("Enter")
    await expect(stage.board.get_by_role("button", name="Enhance 1")).to_be_hidden()
    assert [] == await stage.sent("press")


async def test_what_is_behind_more_is_pressed_like_the_rest(stage: Stage):
    """A button of the second row sends its picture's number."""
    await stage.tell(view(_all()))
    await stage.board.get_by_role("button", name="More 3", exact=True).click()

    await stage.board.get_by_role("button", name="Remove background 3").click()

    [press] = await stage.sent("press")
    assert ("remove background", 3) == (press["action"], press["number"])


async def test_more_is_there_only_with_something_behind_it(stage: Stage):
    """A picture with few buttons, or of an older view without groups, has no empty row."""
    await stage.tell(view(strip()))

    await expect(stage.board.get_by_role("button", name="Enhance 1")).to_be_visible()
    await expect(stage.board.get_by_role("button", name="More 1")).to_have_count(0)


async def test_arrows_say_where_a_pan_goes(stage: Stage):
    """ "Pan" is written once, directions are drawn; names and tips keep the whole words."""
    await stage.tell(view(_all()))
    pans = [
        stage.board.get_by_role("button", name=f"Pan {way} 2", exact=True)
        for way in ("left", "right", "up", "down")
    ]

    words = [await pan.locator("span:not(.rb-unseen)").first.inner_text() for pan in pans]
    assert ["Pan", "", "", ""] == [word.strip() for word in words]
    assert 4 == len({await pan.locator("path").get_attribute("d") for pan in pans})
    await expect(pans[2]).to_have_attribute("title", "Pan up\n~88 credits")


async def test_a_tip_tells_all_there_is_to_know_before_paying(stage: Stage):
    """Cost, the number that is sent, and what Midjourney may say to it."""
    told = edits(4, Upscale={"notices": ["made with --oref"]})
    counted = picture(3, told, sends="sent as image_number 2")
    await stage.tell(view(strip(pictures=[counted])))
    upscale = stage.board.get_by_role("button", name="Upscale 4", exact=True)

    await upscale.focus()
    await stage.page.keyboard.press("Shift+Tab")
    await stage.page.keyboard.press("Tab")

    tip = "~88 credits\nsent as image_number 2\nmade with --oref"
    await expect(upscale).to_have_attribute("title", tip)
    assert tip == await stage.board.locator(".rb-hint").inner_text()


async def test_a_refused_button_tells_only_why(stage: Stage):
    """What cannot be sent has no cost and no number."""
    told = edits(4, Upscale={"reason": "already upscaled"})
    await stage.tell(view(strip(pictures=[picture(3, told, sends="sent as image_number 2")])))

    upscale = stage.board.get_by_role("button", name="Upscale 4", exact=True)
    await expect(upscale).to_have_attribute("title", "already upscaled")
    await expect(upscale).to_have_attribute("aria-disabled", "true")


async def test_a_press_that_is_refused_says_why(stage: Stage):
    """The reason stands beside the button for a moment, and it may be pressed again."""
    await stage.tell(view(_all()))
    upscale = stage.board.get_by_role("button", name="Upscale 2", exact=True)
    await upscale.click()
    [press] = await stage.sent("press")

    nonce = press["nonce"]
    told = view(_all(), acks=(nonce,), refusals={nonce: "over the cap of today"})
    await stage.tell(told)

    await expect(stage.board.get_by_text("over the cap of today")).to_be_visible()
    await expect(upscale).not_to_have_attribute("aria-disabled", "true")
    await upscale.blur()
    await stage.tell(told)
    assert not await stage.board.get_by_text("over the cap of today").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [380, 600, 900, 1200])
async def test_everything_can_be_read(browser: Browser, width: int, scheme: str):
    """Wide or narrow, light or dark: every word stands out, and nothing sticks out of its tile."""
    stage = await open_stage(
        browser, color_scheme=scheme, viewport={"width": width + 16, "height": 900}
    )
    choices = [button("count/slot", "By place", paid=False)]
    remix = {"asks": ask(prompt="optional"), "notices": ["made with --oref"]}
    pictures = [picture(slot, edits(slot + 1, Remix=remix)) for slot in range(4)]
    told = strip(pictures=pictures, question={"text": "How are they counted?", "choices": choices})
    await stage.tell(view(told, plan=plan()))
    await stage.pixels(0, {slot: paint(seed=slot) for slot in range(4)})
    await stage.board.get_by_role("button", name="More 2", exact=True).click()
    await stage.board.get_by_role("button", name="Remix 2", exact=True).click()
    await expect(stage.board.get_by_role("textbox", name="Prompt")).to_be_focused()
    await stage.page.mouse.move(0, 0)

    assert [] == await stage.board.evaluate(_POOR)
    stuck_out = """() => [...el.querySelectorAll('.rb-row')].flatMap((row) => {
        const edge = row.getBoundingClientRect();
        return [...row.querySelectorAll('button')].filter((one) => {
            const box = one.getBoundingClientRect();
            return box.right > edge.right + 0.5 || one.scrollWidth > one.clientWidth;
        }).map((one) => one.textContent);
    })"""
    assert [] == await stage.text(stuck_out)
    assert await stage.text("() => document.documentElement.scrollWidth <= innerWidth")
    await stage.page.context.close()


async def test_buttons_under_a_small_picture_stay_in_lines(browser: Browser):
    """At 180 pixels no button is higher than one line."""
    stage = await open_stage(browser, viewport={"width": 426, "height": 900})
    await stage.tell(view(_all()))

    boxes = [
        await one.bounding_box()
        for one in await stage.board.locator(".rb-row button:visible").all()
    ]
    tile = await stage.board.locator(".rb-tile").first.bounding_box()
    assert 170 < tile["width"] < 190
    assert {24} == {round(box["height"]) for box in boxes}
    await stage.page.context.close()


@pytest.mark.parametrize("width", [396, 616, 916, 1216])
async def test_the_panel_of_buttons_has_no_holes(browser: Browser, width: int):
    """Every line of it is filled to its end, whatever the picture's width."""
    stage = await open_stage(browser, viewport={"width": width, "height": 900})
    await stage.tell(view(_all()))

    ends = """() => {
        const row = el.querySelector('.rb-row');
        const boxes = [...row.querySelectorAll('button')].map((one) => one.getBoundingClientRect());
        const lines = Map.groupBy(boxes.filter((box) => box.width), (box) => Math.round(box.y));
        const end = row.getBoundingClientRect().right;
        return [...lines.values()].map((line) => end - Math.max(...line.map((box) => box.right)));
    }"""
    assert {1} == {round(gap) for gap in await stage.text(ends)}
    await stage.page.context.close()
