"""Edits in a real kernel: pressed with what they ask for, and typed as what was pressed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.charges import charged
from tests.faults.kernel import until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kernels import Kernel

MASK = {"areas": [{"points": [0, 0, 200, 0, 200, 200]}]}
BOXED = {"areas": [{"points": [0, 0, 200, 0, 200, 200], "width": 200, "height": 200}]}


class Grid:
    """A finished grid on the sandbox, and its buttons."""

    def __init__(self, kernel: Kernel, library: Path, prompt: str) -> None:
        self._kernel = kernel
        self._library = library
        self.board = kernel.run(f'grid = %reapi mj "{prompt}" --speed draft').board
        kernel.run("%reapi wait")
        said = kernel.run("print('made', grid.job_id, grid.task_id)").text
        [(self.job, self.task_id)] = re.findall(r"^made (\w+) (\w+)$", said, re.MULTILINE)

    def press(self, action: str, number: int | None = None, **more: Any) -> dict[str, Any]:
        """Press a button of the grid; the board's view after it."""
        pressed = {"action": action, "job": self.job, "number": number, **more}
        told = self._kernel.press(self.board, **pressed)
        return next(state["view"] for state in reversed(told) if "view" in state)

    def charged(self) -> list[dict[str, Any]]:
        return list(charged(self._library).values())


@pytest.fixture(scope="module", name="grid")
def _grid(kernel: Kernel, library: Path) -> Grid:
    return Grid(kernel, library, "a stone bridge")


def test_a_remix_sends_the_words_that_were_filled_in(grid):
    """What the form holds is the body, and the strip hangs below its grid."""
    words = 'a bridge of "glass" & light'
    before = len(grid.charged())

    view = grid.press("remix/Remix", 2, fields={"prompt": words})

    until(lambda: len(grid.charged()) == before + 1)
    params = {"task_id": grid.task_id, "image_number": 1}
    asked = {"model": "mj-v7-remix", "prompt": words, "model_params": params}
    assert asked == grid.charged()[-1]
    assert {} == view["refusals"]
    assert grid.job == view["strips"][-1]["parent"]["job"]


def test_a_region_sends_the_fields_that_were_filled_in(grid):
    """The JSON of the dialog is the body; words are optional there."""
    before = len(grid.charged())

    grid.press("inpaint/Vary region", 1, fields={"mask": MASK})

    until(lambda: len(grid.charged()) == before + 1)
    params = {"task_id": grid.task_id, "image_number": 0, "mask": BOXED}
    assert {"model": "mj-v7-inpaint", "model_params": params} == grid.charged()[-1]


@pytest.mark.parametrize(
    ("action", "fields", "says"),
    [
        ("remix/Remix", {"prompt": "  "}, "the prompt has no words"),
        ("remix/Remix", {"prompt": "a :: b"}, "V7 has no multi-prompts"),
        ("remix/Remix", {}, "prompt is required"),
        ("inpaint/Vary region", {"mask": {}}, "exactly one of areas or url"),
        ("inpaint/Vary region", {"mask": MASK, "scale": 2}, "unknown field 'scale'"),
        ("inpaint/Vary region", {"mask": MASK, "task_id": "task_y"}, "given by the picture"),
        ("edit/Edit canvas", {"prompt": "a lake", "canvas": {"width": 9}}, "required"),
    ],
)
def test_a_form_is_answered_with_what_is_wrong(grid, action, fields, says):
    """A mistake in a form costs nothing, and is said where it was made."""
    before = grid.charged()

    view = grid.press(action, 1, fields=fields)

    *_, why = view["refusals"].values()
    assert says in why
    assert before == grid.charged()


def test_what_was_clicked_is_free_when_typed(kernel, grid):
    """The line that the board gives away opens the job that the click paid for."""
    before = len(grid.charged())
    view = grid.press("pan/Pan left", 3)
    until(lambda: len(grid.charged()) == before + 1)

    line = view["strips"][-1]["copies"]["magic"]
    typed = kernel.run(f"again = {line}\nprint(again.snapshot.from_library)").text

    assert f"%reapi pan {grid.task_id}#3 --direction left" == line
    assert "True" in typed
    assert before + 1 == len(grid.charged())


def test_a_picture_is_sent_on_by_its_link_and_named_by_its_task(kernel, grid):
    """A direct-image edit sends the address, and its line says the picture."""
    before = len(grid.charged())

    view = grid.press("retexture/Retexture", 4, fields={"prompt": "cut paper"})
    until(lambda: len(grid.charged()) == before + 1)
    line = view["strips"][-1]["copies"]["magic"]
    kernel.run(line)

    [url] = grid.charged()[-1]["image_urls"]
    assert url.endswith(f"/{grid.task_id.removeprefix('task_')}/3.png")
    assert f'%reapi retexture {grid.task_id}#4 "cut paper"' == line
    assert before + 1 == len(grid.charged())


def test_a_gap_in_the_grid_is_asked_about_once(kernel, library):
    """Where slot and place disagree nothing is sent before people say how to count."""
    grid = Grid(kernel, library, "a stone bridge (sandbox: three)")
    before = len(grid.charged())

    asked = grid.press("upscale/Upscale", 4)
    answered = grid.press("count/slot")
    grid.press("upscale/Upscale", 4)

    until(lambda: len(grid.charged()) == before + 1)
    assert "#4 came in place 3" in asked["strips"][0]["question"]["text"]
    assert "answer first" in asked["strips"][0]["notices"][-1]
    assert answered["strips"][0]["question"] is None
    assert 3 == grid.charged()[-1]["model_params"]["image_number"]
