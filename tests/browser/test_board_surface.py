"""The board in a real browser, with a fake model behind it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from reapi_nb.notebook import surface
from tests.browser.board_stage import (
    Stage,
    button,
    error,
    open_stage,
    paint,
    picture,
    plan,
    strip,
    view,
    waiting,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.asyncio(loop_scope="module")

_STATIC = Path(surface.__file__).parent / "static"
_THUMBS = {slot: paint(seed=slot) for slot in range(4)}
_HOSTILE = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>'


@pytest_asyncio.fixture(loop_scope="module")
async def stage(browser: Browser) -> AsyncIterator[Stage]:
    stage = await open_stage(browser, permissions=["clipboard-read", "clipboard-write"])
    yield stage
    await stage.page.context.close()


async def test_a_surface_lists_every_file_it_has():
    """A file that nobody joins would never reach the browser."""
    assert sorted(surface.SURFACES["board"]) == sorted(p.name for p in _STATIC.glob("board_*.js"))


async def test_the_module_is_small_and_exports_render():
    """Every widget carries its module along, so it stays small."""
    module = surface.esm("board")

    assert module.rstrip().endswith("export default { render };")
    assert 52_000 > len(module.encode())
    assert 17_500 > len(surface.css("board").encode())


@pytest.mark.parametrize(
    "sink",
    ["innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "new Function", "document.write"],
)
async def test_text_can_never_become_markup(sink: str):
    """The board has no way to turn text into elements or code."""
    assert sink not in surface.esm("board")


async def test_nothing_is_fetched_from_elsewhere():
    """The board works offline: it imports nothing and names no address but the SVG namespace."""
    module = surface.esm("board")

    assert ["http://www.w3.org/2000/svg"] == re.findall(r"https?://[^\"'\s]+", module)
    assert "import" not in re.sub(r"!important", "", module)


async def test_board_strips_and_pictures_have_names(stage: Stage):
    """A screen reader hears a region, groups, pictures and buttons by the agreed names."""
    await stage.tell(view(strip()))
    await stage.pixels(0, _THUMBS)

    group = stage.page.get_by_role("region", name="mj task_ab12").get_by_role(
        "group", name="mj 3f2a9c"
    )
    await expect(group.get_by_role("img", name="a cat on a roof #2")).to_be_visible()
    await expect(group.get_by_role("button", name="Upscale 2", exact=True)).to_be_visible()
    await expect(group.get_by_role("button", name="Reroll 3f2a9c")).to_be_visible()
    await expect(stage.board.get_by_text("sandbox")).to_be_visible()


async def test_the_sandbox_badge_is_only_for_the_sandbox(stage: Stage):
    """Real money is never labelled as play money."""
    await stage.tell(view(strip(), place="reapi"))

    await expect(stage.board.get_by_text("sandbox")).to_be_hidden()


async def test_neighbouring_buttons_share_their_first_words(stage: Stage):
    """ "Vary subtle | strong" saves room, while each button keeps its whole label and name."""
    await stage.tell(view(strip()))

    strong = stage.board.get_by_role("button", name="Vary strong 1")
    assert "Vary strong" == await strong.text_content()
    assert "strong" == await strong.locator("span:not(.rb-unseen)").first.inner_text()


async def test_empty_tiles_stand_at_once_and_fill_in_place(stage: Stage):
    """Four tiles of the right shape wait for their pictures, and nothing jumps when they come."""
    await stage.tell(view(waiting(ratio=2.0)))
    frames = stage.board.locator(".rb-frame")
    before = [await frame.bounding_box() for frame in await frames.all()]

    await stage.pixels(0, {0: paint((64, 32)), 2: paint((64, 32), 1)})

    assert 4 == len(before)
    assert 2.0 == pytest.approx(before[0]["width"] / before[0]["height"], rel=0.02)
    assert before == [await frame.bounding_box() for frame in await frames.all()]
    await expect(stage.board.get_by_role("img")).to_have_count(2)
    loaded = "() => [...el.querySelectorAll('[src].rb-image')].map(one => one.naturalWidth)"
    await stage.page.wait_for_function(f"() => String(({loaded})()) === '64,64'")


@pytest.mark.parametrize(("width", "columns"), [(420, 2), (1100, 4)])
async def test_four_pictures_stand_two_by_two_on_a_narrow_page(
    stage: Stage, width: int, columns: int
):
    """The grid fits itself to the room it has."""
    await stage.page.set_viewport_size({"width": width, "height": 800})
    await stage.tell(view(strip()))

    boxes = [await tile.bounding_box() for tile in await stage.board.locator(".rb-tile").all()]
    assert columns == len({box["x"] for box in boxes})
    assert not await stage.text("() => document.documentElement.scrollWidth > innerWidth")


async def test_progress_moves_on_and_never_arrives_early(browser: Browser):
    """The bar only moves forward and stays below 100 until the job is done."""
    stage = await open_stage(browser)
    await stage.page.clock.install(time=datetime.fromtimestamp(1000, UTC))
    await stage.tell(view(waiting(started_at=1000.0, expected_s=30.0)))
    bar = stage.board.get_by_role("progressbar", name="Progress of mj 3f2a9c")
    seen = []

    for _ in range(12):
        seen.append(int(await bar.get_attribute("aria-valuenow") or -1))
        await stage.page.clock.run_for(10_000)
    await stage.tell(view(strip(started_at=1000.0, ended_at=1125.0)))

    assert seen == sorted(seen)
    assert [True, True, True] == [seen[0] < 5, 60 < seen[3] < 95, 95 < seen[-1] < 100]
    await expect(bar).to_be_hidden()
    await expect(stage.board.get_by_text("took 2 min 05 s")).to_be_visible()
    await stage.page.context.close()


async def test_the_clock_ticks_only_while_something_moves(stage: Stage):
    """A board whose jobs are done costs nothing."""
    await stage.tell(view(waiting(started_at=1000.0)))
    busy = await stage.living()

    await stage.tell(view(strip()))

    assert [2, 0] == [busy["timers"], (await stage.living())["timers"]]


async def test_an_error_card_answers_the_questions(stage: Stage):
    """What happened, was it charged, what next: all in one card with its buttons."""
    actions = [button("resend", "Send again (new charge)"), button("forget", "Forget", paid=False)]
    told = error(title="No answer came back", money="may have been charged")
    await stage.tell(
        view(strip(status="unknown", tone="warn", error=told, actions=actions, pictures=[]))
    )

    card = stage.board.get_by_role("note", name="No answer came back")
    for text in [*told.values()]:
        await expect(card.get_by_text(text)).to_be_visible()
    await expect(card.get_by_role("button", name="Send again (new charge) 3f2a9c")).to_be_visible()
    await expect(card.get_by_role("button", name="Forget 3f2a9c")).to_be_visible()
    await expect(stage.board.locator(".rb-tile")).to_have_count(0)


async def test_a_filtered_picture_leaves_its_place_empty(stage: Stage):
    """Number 4 stays number 4 when number 3 was filtered."""
    await stage.tell(view(strip(pictures=[picture(slot) for slot in (0, 1, 3)])))
    await stage.pixels(0, {slot: _THUMBS[slot] for slot in (0, 1, 3)})

    await expect(stage.board.get_by_text("#3 filtered by review")).to_be_visible()
    await expect(stage.board.get_by_role("button", name="Upscale 3", exact=True)).to_have_count(0)
    await expect(stage.board.get_by_role("button", name="Upscale 4", exact=True)).to_be_visible()


async def test_a_follow_up_links_to_its_parent(stage: Stage):
    """The chip leads to the parent picture; a parent on another board is only named."""
    here = {"job": "j_one", "number": 2, "label": "from mj 3f2a9c #2"}
    away = {"job": "j_far", "number": 1, "label": "from mj 777777 #1"}
    child = strip("j_two", name="upscale b81c20", parent=here, slots=1, pictures=[picture(0)])
    await stage.tell(view(strip(), child, strip("j_three", name="vary 9", parent=away)))
    await stage.pixels(0, _THUMBS)

    await stage.page.get_by_role("link", name="from mj 3f2a9c #2").click()

    parent = stage.page.get_by_role("group", name="mj 3f2a9c")
    await expect(parent.get_by_role("img", name="#2")).to_be_focused()
    await expect(stage.page.get_by_role("link", name="from mj 777777 #1")).to_have_count(0)
    await expect(stage.board.get_by_text("from mj 777777 #1")).to_be_visible()


async def test_news_change_only_what_they_tell(stage: Stage):
    """Focus, opened prompts and loaded pictures survive every update."""
    long = strip(prompt="a cat " * 400)
    await stage.tell(view(long))
    await stage.pixels(0, _THUMBS)
    await stage.board.get_by_role("button", name="more").click()
    await stage.board.get_by_role("button", name="Vary subtle 2").focus()
    await stage.text(
        "() => { window.image = el.querySelector('.rb-image'); window.src = image.src }"
    )

    await stage.tell(view({**long, "notices": ["seed ignored"]}, waiting("j_two", name="vary 1")))
    await stage.pixels(0, _THUMBS)

    assert await stage.text("() => el.querySelector('.rb-image') === image && image.src === src")
    await expect(stage.board.get_by_role("button", name="Vary subtle 2")).to_be_focused()
    await expect(stage.board.get_by_role("button", name="less")).to_be_visible()
    await expect(stage.board.get_by_text("seed ignored")).to_be_visible()


async def test_a_short_prompt_needs_no_more(stage: Stage):
    """ "more" is offered only when something is cut off."""
    await stage.tell(view(strip()))

    await expect(stage.board.get_by_role("button", name="more")).to_be_hidden()


async def test_hostile_text_stays_text(stage: Stage):
    """A prompt that looks like markup is shown, letter by letter, and does nothing."""
    bad = strip(
        prompt=_HOSTILE, title=_HOSTILE, notices=[_HOSTILE], money=_HOSTILE, task_id=_HOSTILE,
        status_text=_HOSTILE, error=error(message=_HOSTILE), parent={"job": "x", "number": 1,
        "label": _HOSTILE}, pictures=[picture(0, [button("a.b", _HOSTILE, 1)], alt=_HOSTILE)],
    )  # fmt: skip
    await stage.tell(view(bad))
    await stage.pixels(0, _THUMBS)

    await expect(stage.board.locator(".rb-prompt")).to_have_text(_HOSTILE)
    assert 0 == await stage.text(
        "() => el.querySelectorAll('script, img[onerror], [src=x]').length"
    )
    assert await stage.text("() => window.owned === undefined")


async def test_the_still_sheet_hides_while_the_board_lives(stage: Stage):
    """The board and its still twin are not both shown; other pictures of the cell are."""
    await stage.tell(view(strip()))
    await stage.text("() => { window.twin = output('Image'); window.plot = output('Image') }")
    await stage.page.wait_for_function("() => twin.style.display === 'none'")
    shown = "() => [twin, plot].map(one => getComputedStyle(one).display !== 'none')"
    assert [False, True] == await stage.text(shown)

    await stage.end()

    assert [True, True] == await stage.text(shown)


@pytest.mark.parametrize(
    "words",
    [
        "mj task_ab12: processing",
        "mj job 3f2a9c: waiting to be sent",
        "3 requests, ~176 credits: nothing is sent yet",
    ],
)
async def test_a_sheet_that_is_replaced_hides_again(stage: Stage, words: str):
    """The line of text that stands for a sheet to come hides, and so does the sheet."""
    await stage.tell(view(waiting(), plan=plan()))
    await stage.page.evaluate("words => { window.twin = output('Text', words) }", words)
    await stage.page.wait_for_function("() => twin.style.display === 'none'")

    await stage.text(
        "() => { const sheet = output('Image'); twin.replaceWith(sheet); window.twin = sheet }"
    )

    await stage.page.wait_for_function("() => twin.style.display === 'none'")


@pytest.mark.parametrize("call", ["output('Text', 'my own words')", "output('Widget', picture())"])
async def test_what_is_not_the_sheet_is_left_alone(stage: Stage, call: str):
    """The user's own text and widgets below a board stay, and so does what follows them."""
    await stage.tell(view(strip()))

    await stage.text(f"() => {{ {call}; output('Image') }}")
    await stage.page.evaluate("() => new Promise((then) => setTimeout(then, 50))")

    hidden = "() => [...area.children].filter(one => one.style.display === 'none').length"
    assert 0 == await stage.text(hidden)


async def test_cleanup_leaves_nothing_behind(stage: Stage):
    """A closed board keeps no listener, no timer and no picture in memory."""
    await stage.tell(view(strip(), waiting("j_two", name="vary 1", started_at=1.0)))
    await stage.pixels(0, _THUMBS)
    await stage.board.get_by_role("button", name="Upscale 1", exact=True).click()
    await stage.board.get_by_role("img").nth(1).click()
    await stage.chunk("j_one/1", 0, 1, paint(kind="PNG"))
    before = await stage.living()

    await stage.end()

    assert {"urls": 5, "timers": 3, "listeners": 4, "nodes": 1} == before
    assert {"urls": 0, "timers": 0, "listeners": 0, "nodes": 0} == await stage.living()


async def test_pictures_that_are_replaced_are_let_go(stage: Stage):
    """New bytes take the place of old ones; memory does not grow."""
    await stage.tell(view(strip()))
    await stage.pixels(0, _THUMBS)

    await stage.pixels(0, {**_THUMBS, 1: paint(seed=9)})

    assert 4 == (await stage.living())["urls"]
