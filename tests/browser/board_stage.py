"""A page with one board on it and a fake kernel behind it, and the words to play a scene."""

from __future__ import annotations

import base64
import io
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from reapi_nb.notebook import surface

if TYPE_CHECKING:
    from playwright.async_api import Browser, Locator, Page

_PAGE = Path(__file__).with_name("fake_model.html")
_ORIGIN = "http://localhost"


def paint(size: tuple[int, int] = (64, 36), seed: int = 0, kind: str = "WEBP") -> bytes:
    """A small picture of a gradient; another seed is another picture."""
    tints = [math.sin(seed * 2.1 + phase) * 0.5 + 0.5 for phase in (0, 2.1, 4.2)]
    sky = Image.linear_gradient("L").resize(size)
    sun = Image.radial_gradient("L").resize(size)
    bands = [
        Image.blend(sky, sun, tint).point(lambda v, t=tint: int(40 + v * (0.35 + 0.45 * t)))
        for tint in tints
    ]
    file = io.BytesIO()
    Image.merge("RGB", bands).save(file, kind)
    return file.getvalue()


def button(action: str, label: str, number: int | None = None, **changes: Any) -> dict[str, Any]:
    name = f"{label} {number}" if number else f"{label} 3f2a9c"
    plain = {"action": action, "label": label, "name": name, "reason": "", "cost": "~88 credits"}
    return {**plain, **changes}


def picture(
    slot: int, buttons: list[dict[str, Any]] | None = None, **changes: Any
) -> dict[str, Any]:
    number = slot + 1
    usual = [
        button("upscale.standard", "Upscale", number, cost="~131 credits"),
        button("vary.subtle", "Vary subtle", number),
        button("vary.strong", "Vary strong", number),
        button("enhance", "Enhance", number, reason="only drafts can be enhanced"),
    ]
    return {
        "slot": slot,
        "number": number,
        "alt": f"a cat on a roof #{number}",
        "width": 1456,
        "height": 816,
        "path": f"{slot}.png",
        "buttons": usual if buttons is None else buttons,
        **changes,
    }


_EDITS = {
    "Upscale": ("Upscale", "Upscale creative"),
    "Vary": ("Vary subtle", "Vary strong"),
    "Remix": ("Remix", "Remix subtle"),
    "Pan": ("Pan left", "Pan right", "Pan up", "Pan down"),
    "Zoom out": ("Zoom out", "Zoom 2x"),
    "Region": ("Vary region", "Edit canvas"),
    "More": ("Enhance", "Remove background", "Retexture", "Upload paint"),
}
"""Every button that a Midjourney picture has, by its group."""


def edits(number: int, **changes: dict[str, Any]) -> list[dict[str, Any]]:
    """All buttons of a Midjourney picture; `Vary_region={...}` changes one of them."""
    told = {label.replace("_", " "): change for label, change in changes.items()}
    return [
        button(label.lower(), label, number, group=group, **told.get(label, {}))
        for group, labels in _EDITS.items()
        for label in labels
    ]


def ask(**changes: Any) -> dict[str, Any]:
    """What a remix asks for."""
    plain = {"title": "Remix #2", "prompt": "required", "words": "a cat on a roof", "sketch": None}
    return {**plain, **changes}


def plan(**changes: Any) -> dict[str, Any]:
    plain = {
        "title": "3 requests",
        "facts": ["1 from the library", "~176 credits (rates of 2026-07-28)"],
        "lines": [
            {"text": f"a {animal} on a roof", "cost": cost}
            for animal, cost in (("cat", "0 credits"), ("dog", "~88"), ("fox", "~88"))
        ],
        "state": "waiting",
        "state_text": "nothing is sent yet",
        "actions": [
            button("run", "Run 3 requests", name="Run 3 requests", cost="~176 credits"),
            button("drop", "Drop", name="Drop", cost="", paid=False),
        ],
    }
    return {**plain, **changes}


def strip(job: str = "j_one", **changes: Any) -> dict[str, Any]:
    plain = {
        "job": job,
        "short": "3f2a9c",
        "nick": "mj",
        "name": "mj 3f2a9c",
        "title": "Imagine",
        "prompt": "a cat on a roof",
        "task_id": "task_ab12",
        "status": "completed",
        "status_text": "completed",
        "tone": "good",
        "busy": False,
        "started_at": 1000.0,
        "ended_at": 1038.0,
        "expected_s": 35.0,
        "money": "~88 credits (rates of 2026-07-28)",
        "source": "",
        "notices": [],
        "parent": None,
        "ratio": 16 / 9,
        "slots": 4,
        "pictures": [picture(slot) for slot in range(4)],
        "error": None,
        "actions": [button("reroll", "Reroll", paid=True)],
        "copies": {"magic": '%reapi mj "a cat"', "python": "mj('a cat')", "curl": "curl -d cat"},
    }
    return {**plain, **changes}


def waiting(job: str = "j_one", **changes: Any) -> dict[str, Any]:
    plain = {
        "status": "processing",
        "status_text": "processing",
        "tone": "wait",
        "busy": True,
        "ended_at": None,
        "pictures": [],
        "actions": [],
    }
    return strip(job, **{**plain, **changes})


def error(**changes: Any) -> dict[str, Any]:
    plain = {
        "title": "Refused by the API",
        "code": "20003",
        "message": "size is not one of the allowed values",
        "money": "not charged",
        "advice": "Change the size and run the cell again.",
        "request_id": "req_77",
    }
    return {**plain, **changes}


def view(
    *strips: dict[str, Any], acks: tuple[str, ...] = (), place: str = "sandbox", **more: Any
) -> dict[str, Any]:
    plain = {"rev": 1, "place": place, "label": "mj task_ab12", "acks": acks, "strips": strips}
    return {**plain, **more}


class Stage:
    """The page, seen from Python."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.board: Locator = page.get_by_role("region")

    async def tell(self, told: dict[str, Any]) -> None:
        await self.page.evaluate("told => model.tell('view', told)", told)

    async def pixels(self, index: int, thumbs: dict[int, bytes]) -> None:
        coded = {str(slot): base64.b64encode(data).decode() for slot, data in thumbs.items()}
        await self.page.evaluate(
            "([i, it]) => model.tell(`pixels_${i}`, pixels(it))", [index, coded]
        )

    async def chunk(
        self, key: str, seq: int, total: int, data: bytes, mime: str = "image/png"
    ) -> None:
        chunk = {"key": key, "mime": mime, "seq": seq, "total": total}
        script = "([it, data]) => model.tell('full', {...it, data: bytes(data)})"
        await self.page.evaluate(script, [chunk, base64.b64encode(data).decode()])

    async def sent(self, kind: str) -> list[dict[str, Any]]:
        messages = await self.page.evaluate("() => model.sent")
        return [message for message in messages if message["kind"] == kind]

    async def living(self) -> dict[str, int]:
        """What the surface holds right now."""
        return await self.page.evaluate(
            "() => ({urls: living.urls.size, timers: living.timers.size,"
            " listeners: model.listeners(), nodes: el.childNodes.length})"
        )

    async def lose_kernel(self) -> None:
        """From now on nothing can be sent, as after a restart of the kernel."""
        await self.page.evaluate("() => { model.dead = true }")

    async def end(self) -> None:
        await self.page.evaluate("() => window.cleanup()")

    async def text(self, script: str) -> Any:
        return await self.page.evaluate(script)


async def open_stage(browser: Browser, origin: str = _ORIGIN, **options: Any) -> Stage:
    """A fresh page with an empty board; every address but our three is refused."""
    answers = {
        "/": ("text/html", _PAGE.read_text(encoding="utf-8")),
        "/board.js": ("text/javascript", surface.esm("board")),
        "/board.css": ("text/css", surface.css("board")),
    }

    async def answer(route: Any) -> None:
        path = route.request.url.removeprefix(origin)
        if path not in answers:
            return await route.abort()
        kind, body = answers[path]
        return await route.fulfill(content_type=kind, body=body)

    page = await (await browser.new_context(**options)).new_page()
    page.set_default_timeout(5000)
    await page.route("**/*", answer)
    await page.goto(f"{origin}/")
    await page.evaluate(
        "async () => { const board = await import('/board.js');"
        " window.cleanup = board.default.render({model, el}); }"
    )
    return Stage(page)
