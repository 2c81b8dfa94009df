"""News that are lost on the way: the board asks for them again, and finds what was paid for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.board_stage import Stage, open_stage, paint, picture, strip, view, waiting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def stage(browser: Browser) -> AsyncIterator[Stage]:
    """A page whose clock stands still unless a test moves it."""
    stage = await open_stage(browser)
    await stage.page.clock.install(time=0)
    await stage.page.clock.pause_at(10)
    yield stage
    await stage.page.context.close()


async def _asked(stage: Stage) -> list[dict[str, object]]:
    return await stage.sent("again")


async def test_a_page_says_what_it_has_when_it_is_drawn(stage: Stage):
    """What was told before it could listen is not lost: it asks once, and waits for nothing."""
    assert [{"kind": "again", "rev": 0, "pixels": []}] == await _asked(stage)

    await stage.tell(view(strip(), rev=3))
    await stage.page.clock.run_for(600_000)

    assert 1 == len(await _asked(stage))


async def test_silence_is_asked_about_while_something_is_busy(stage: Stage):
    """After five seconds without news, then ever more rarely; every news begins anew."""
    await stage.tell(view(waiting(), rev=3))
    await stage.page.clock.run_for(4_900)
    assert 1 == len(await _asked(stage))

    await stage.page.clock.run_for(200)
    assert {"kind": "again", "rev": 3, "pixels": [0]} == (await _asked(stage))[-1]
    await stage.page.clock.run_for(9_800)
    assert 2 == len(await _asked(stage))
    await stage.page.clock.run_for(200)
    assert 3 == len(await _asked(stage))

    await stage.tell(view(waiting(), rev=4))
    await stage.page.clock.run_for(5_100)
    assert [3, 3, 4] == [asked["rev"] for asked in (await _asked(stage))[1:]]
    await stage.page.clock.run_for(3_600_000)
    assert len(await _asked(stage)) < 100


async def test_thumbnails_that_were_lost_are_asked_for(stage: Stage):
    """A strip that is done but lacks pixels asks until it has them, and then is quiet."""
    await stage.tell(view(strip(pictures=[picture(0), picture(1)]), rev=5, pixels=[2]))
    await stage.pixels(0, {0: paint()})
    await stage.page.clock.run_for(5_100)
    assert {"kind": "again", "rev": 5, "pixels": [1]} == (await _asked(stage))[-1]

    await stage.pixels(0, {slot: paint(seed=slot) for slot in range(2)})
    count = len(await _asked(stage))
    await stage.page.clock.run_for(600_000)

    assert count == len(await _asked(stage))


async def test_a_press_whose_answer_was_lost_is_asked_about(stage: Stage):
    """The question is about the state; the press itself is never sent a second time."""
    await stage.tell(view(strip(), rev=5))
    upscale = stage.board.get_by_role("button", name="Upscale 2", exact=True)
    await upscale.click()

    await stage.page.clock.run_for(5_100)
    assert 2 == len(await _asked(stage))
    [press] = await stage.sent("press")
    await stage.tell(view(strip(), rev=6, acks=(press["nonce"],)))

    await expect(upscale).to_be_enabled()
    await stage.page.clock.run_for(600_000)
    assert (1, 2) == (len(await stage.sent("press")), len(await _asked(stage)))


async def test_a_page_that_is_looked_at_again_asks(stage: Stage):
    """A hidden page may have slept; nothing is asked while it hides."""
    await stage.tell(view(strip(), rev=7))

    for state in ("hidden", "visible"):
        await stage.text(
            f"() => {{ Object.defineProperty(document, 'visibilityState', {{ value: '{state}',"
            " configurable: true }); document.dispatchEvent(new Event('visibilitychange')); }"
        )

    assert [0, 7] == [asked["rev"] for asked in await _asked(stage)]


async def test_a_board_that_ended_asks_no_more(stage: Stage):
    """Neither a timer nor an ear stays behind."""
    await stage.tell(view(waiting(), rev=7))
    await stage.page.clock.run_for(5_100)
    asked = len(await _asked(stage))
    await stage.end()

    await stage.text("() => document.dispatchEvent(new Event('visibilitychange'))")
    await stage.page.clock.run_for(600_000)

    assert asked == len(await _asked(stage))


async def test_messages_that_anywidget_refuses_are_heard_all_the_same(browser: Browser):
    """A module that was slow to load works, so what its widget is told is taken."""
    stage = await open_stage(browser)
    await stage.text(_REFUSING)
    await stage.tell(view(strip(), board="b_1"))
    await stage.end()

    await stage.text(
        "async () => { const board = await import('/board.js');"
        " window.cleanup = board.default.render({model, el}); }"
    )
    await stage.page.wait_for_function("() => whole.comm.hear")
    said = await stage.text("async () => [await whole.comm.hear('news'), await no('other')]")

    assert ["b_1"] == await stage.text("() => asked")
    assert ["heard news", "refused: something else"] == said
    assert 2 == len(await stage.sent("again"))
    await stage.page.context.close()


_REFUSING = """() => {
  // A widget whose handler stands in front of a plain one, as anywidget's does.
  class Plain { async _handle_comm_msg(message) { return `heard ${message}`; } }
  class Refusing extends Plain {
    trouble = "[anywidget] Failed to initialize model.";
    async _handle_comm_msg(message) { throw new Error(this.trouble); }
  }
  window.whole = new Refusing();
  whole.comm = { on_msg: (hear) => (whole.comm.hear = hear) };
  window.asked = [];
  model.widget_manager = { get_model: async (id) => { asked.push(id); return whole; } };
  window.no = async (message) => {
    whole.trouble = "something else";
    return whole.comm.hear(message).catch((error) => `refused: ${error.message}`);
  };
}"""


async def test_an_edit_that_is_paid_for_opens_its_strip(browser: Browser):
    """The press leads to the strip that is there, and says that nothing was paid."""
    stage = await open_stage(browser)
    child = strip("j_two", name="upscale 77aa01", title="Upscale", pictures=[picture(0)], slots=1)
    await stage.tell(view(strip()))
    await stage.board.get_by_role("button", name="Upscale 2", exact=True).click()
    [press] = await stage.sent("press")

    told = view(strip(), child, acks=(press["nonce"],), opened={press["nonce"]: "j_two"})
    await stage.tell(told)

    made = stage.board.get_by_role("group", name="upscale 77aa01")
    note = stage.board.get_by_text("already made: nothing was paid; Reroll makes a new one")
    await expect(made).to_be_focused()
    await expect(made).to_be_in_viewport()
    await expect(note).to_be_visible()
    await stage.board.get_by_role("button", name="Upscale 1", exact=True).first.focus()
    await stage.tell({**told, "rev": 2})
    await expect(made).not_to_be_focused()
    await stage.page.context.close()
