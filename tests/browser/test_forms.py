"""A form where people meet it: in a real JupyterLab, with a real kernel and the sandbox."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from tests.browser.lab import PATIENCE_S, Lab, Notebook, running_lab
from tests.charges import charged

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

pytestmark = pytest.mark.asyncio(loop_scope="module")

POOR = Path(__file__).with_name("poor_text.js").read_text(encoding="utf-8")
LOAD = "%load_ext reapi_nb\n%reapi use sandbox"
HOSTILE = '</textarea><img src=x onerror="window.owned = 1"> $x$'
SOON = PATIENCE_S * 1000


@pytest.fixture(scope="module", name="lab")
def _lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest_asyncio.fixture(loop_scope="module", name="notebook")
async def _notebook(
    lab: Lab, browser: Browser, request: pytest.FixtureRequest
) -> AsyncIterator[Notebook]:
    """A notebook whose second cell has opened a form."""
    path = lab.write(request.node.name, LOAD, "%reapi form mj", "last = 1")
    notebook = await lab.open(browser, path)
    await notebook.run(0, 1)
    yield notebook
    await notebook.close()


@pytest.fixture(name="form")
def _form(notebook: Notebook) -> Locator:
    return notebook.cell(1).locator(".rf-form")


def _submit(form: Locator) -> Locator:
    return form.get_by_role("button", name=re.compile("^Submit"))


def _pictures(form: Locator, words: str) -> Locator:
    return form.get_by_role("img", name=re.compile(f"^{words}"))


async def test_a_form_is_filled_in_and_its_pictures_come(lab, notebook, form):
    """Labels lead to the controls, the line follows, and two quick presses are one charge."""
    before = len(charged(lab.home))
    await expect(_submit(form)).to_be_disabled()

    await form.get_by_label("prompt").fill("a red fox in the snow --ar 3:2")
    await form.get_by_label("speed").select_option("draft")
    line = '%reapi mj "a red fox in the snow --ar 3:2" --speed draft'
    await expect(form.get_by_label("as a line")).to_have_value(line, timeout=SOON)
    await form.get_by_role("button", name="Submit \u00b7 ~44 credits").dblclick()

    await expect(_pictures(form, "a red fox")).to_have_count(4, timeout=SOON)
    assert before + 1 == len(charged(lab.home))


async def test_a_refusal_is_heard_and_makes_no_element(notebook, form):
    """It is an alert made of text; what was typed stays text everywhere."""
    await form.get_by_label("prompt").fill(f"{HOSTILE} --ar {HOSTILE}")

    await expect(form.get_by_role("alert")).to_contain_text("--ar", timeout=SOON)
    await expect(form.get_by_label("as a line")).to_have_value(re.compile(re.escape(HOSTILE)))
    await expect(form.locator("img, script, .MathJax, mjx-container")).to_have_count(0)
    await expect(_submit(form)).to_be_disabled()
    assert await notebook.page.evaluate("() => window.owned === undefined")


async def test_letters_in_a_list_are_not_the_notebooks(notebook, form):
    """Choosing by the keyboard neither adds nor deletes a cell."""
    await notebook.select(1)
    before = await notebook.state()

    for control in (form.get_by_label("speed"), form.get_by_label("as a line")):
        await control.focus()
        for key in ("d", "d", "b", "a", "x"):
            await notebook.page.keyboard.press(key)

    assert before["cells"] == (await notebook.state())["cells"]
    await form.get_by_label("speed").press("t")
    await expect(form.get_by_label("as a line")).to_have_value("%reapi mj --speed turbo")


async def test_a_form_outlives_a_reload(notebook, form):
    """As long as the kernel lives, a page that is opened again has what was filled in."""
    await form.get_by_label("prompt").fill("a lighthouse")
    await expect(_submit(form)).to_be_enabled(timeout=SOON)
    await notebook.save()

    await notebook.load()

    await expect(form.get_by_label("prompt")).to_have_value("a lighthouse", timeout=SOON)
    await _submit(form).click()
    await expect(_pictures(form, "a lighthouse")).to_have_count(4, timeout=SOON)


async def test_every_word_of_a_form_can_be_read(notebook, form):
    """In both themes, wide and narrow, text stands out from what is behind it."""
    await form.get_by_label("prompt").fill("a :: b")
    await expect(form.get_by_role("alert")).to_be_visible(timeout=SOON)
    poor = {}

    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        await notebook.command("apputils:change-theme", theme=theme)
        for width in (1350, 700):
            await notebook.page.set_viewport_size({"width": width, "height": 1000})
            await expect(notebook.page.locator("body")).to_have_attribute(
                "data-jp-theme-name", theme
            )
            poor[theme, width] = await form.evaluate(POOR)

    assert [] == [(where, texts) for where, texts in poor.items() if texts]
