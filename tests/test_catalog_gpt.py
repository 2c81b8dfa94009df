"""GPT Image 2, both channels, client and sandbox, held against bodies copied by hand."""

from __future__ import annotations

import io
from contextlib import closing

import pytest
from PIL import Image

from reapi_nb import catalog
from reapi_nb.sandbox.ledger import FILE, Ledger
from tests.sandboxes import Sandbox
from tests.witness import judged, left_out, long_prompt, page, refusal, sent, spoken, text, why

_GPT = page("gpt_image_2")
_OFFICIAL, _BASIC = _GPT["models"]
_EVERY_MODEL = pytest.mark.parametrize("model", _GPT["models"])
_EVERY_VALID = pytest.mark.parametrize(
    "body",
    [*_GPT["examples"].values(), *(row["body"] for row in _GPT["valid"])],
    ids=[*_GPT["examples"], *map(why, _GPT["valid"])],
)
_EVERY_INVALID = pytest.mark.parametrize("row", _GPT["invalid"], ids=why)
_CELLS = [
    (size, gear, tuple(pixels))
    for size, row in _GPT["pixels"].items()
    for gear, pixels in row.items()
]
_EVERY_CELL = pytest.mark.parametrize(("size", "gear", "pixels"), _CELLS)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    with closing(Ledger(tmp_path_factory.mktemp("gpt") / FILE)) as ledger:
        yield Sandbox(ledger)


@_EVERY_VALID
def test_a_documented_body_goes_over_the_wire_unchanged(body):
    """Nothing is added to a body of the page, no size above all, and nothing is left out."""
    request = catalog.read(body)

    assert text(body) == text(request.body())


@_EVERY_INVALID
def test_a_broken_body_is_refused_with_the_documented_code(row):
    """What the page forbids is refused before anything is sent, in its own code."""
    assert row["code"] == refusal(row["body"])


@_EVERY_VALID
async def test_the_sandbox_keeps_a_documented_body_as_it_came(sandbox, body):
    """Every body of the page becomes a task whose row has the same body."""
    task_id = await sandbox.submit(body)

    assert text(body) == text(sandbox.ledger.entry(task_id).body)


@_EVERY_INVALID
async def test_the_sandbox_refuses_a_broken_body_and_charges_nothing(sandbox, row):
    """What the page forbids is a 400 with its code, and no row in the ledger."""
    before = sandbox.ledger.entries()

    refused = await sandbox.refused(row["body"])

    assert (400, row["code"]) == refused
    assert before == sandbox.ledger.entries()


@_EVERY_MODEL
@pytest.mark.parametrize("row", _GPT["prompts"], ids=why)
async def test_a_prompt_is_as_long_as_the_page_allows(sandbox, model, row):
    """4000 UTF-16 units and no more; for the basic channel the same is taken to hold."""
    body = {"model": model, "prompt": long_prompt(row)}

    assert {row["code"]} == await judged(sandbox, body)


@_EVERY_MODEL
@pytest.mark.parametrize("gear", ["1k", "2k", "4k", "1K", "2K", "4K"])
@pytest.mark.parametrize("size", [*_GPT["sizes"], None])
async def test_a_ratio_has_the_gears_of_its_row_and_no_others(sandbox, model, size, gear):
    """4K is for the six widescreen ratios, in either case; everything else is for all."""
    body = {"model": model, "prompt": "a cat", "resolution": gear}
    sized = body | ({"size": size} if size else {})
    code = 20003 if "4k" == gear.lower() and size not in _GPT["widescreen"] else None

    assert {code} == await judged(sandbox, sized)


@pytest.mark.parametrize("body", _GPT["examples"].values(), ids=_GPT["examples"])
async def test_a_recipe_completes_with_as_many_pictures_as_it_asks_for(sandbox, body):
    """`n` pictures, and one where nothing is said."""
    task = await sandbox.look(await sandbox.completed(body))

    assert "completed" == task["status"]
    assert body.get("n", 1) == len(task["output"]["image_urls"])


@_EVERY_CELL
def test_a_size_is_as_many_pixels_as_the_grid_says(size, gear, pixels):
    """Every cell of the page's grid, the portrait ones transposed, for both channels."""
    body = {"prompt": "a cat", "size": size, "resolution": gear}

    assert {pixels} == {catalog.read(body | {"model": of}).aspect() for of in _GPT["models"]}


@pytest.mark.parametrize(
    ("size", "gear", "pixels"),
    [cell for cell in _CELLS if "1k" == cell[1] or cell[:2] in {("3:2", "2k"), ("9:21", "4k")}],
)
async def test_the_sandbox_paints_the_pixels_of_the_grid(sandbox, size, gear, pixels):
    """A picture is as large as its cell; of the larger ones the two that are not exact."""
    body = {"model": _OFFICIAL, "prompt": "a cat", "size": size, "resolution": gear}
    task = await sandbox.look(await sandbox.completed(body))

    answer = await sandbox.ask("GET", task["output"]["image_urls"][0])

    assert "image/png" == answer.headers["content-type"]
    assert pixels == Image.open(io.BytesIO(answer.content)).size


def test_the_grid_is_what_the_page_says_of_it():
    """Upright is turned, edges are multiples of 16, and only the widescreen ones have 4k."""
    grid = _GPT["pixels"]

    turned = {size: tuple(reversed(size.split(":"))) for size in grid}

    assert set(_GPT["sizes"]) - {"auto"} == set(grid)
    assert set(_GPT["widescreen"]) == {size for size, row in grid.items() if "4k" in row}
    assert all(0 == edge % 16 for _, _, pixels in _CELLS for edge in pixels)
    assert all(
        pixels[::-1] == tuple(grid[":".join(turned[size])][gear]) for size, gear, pixels in _CELLS
    )


@pytest.mark.parametrize("row", _GPT["latency"], ids=str)
def test_a_request_takes_as_long_as_the_page_says(row):
    """The table of typical times, from submit to completed."""
    body = {"model": _OFFICIAL, "prompt": "a cat", "size": "16:9"}

    request = catalog.read(body | {name: row[name] for name in ("quality", "resolution")})

    assert row["seconds"] == list(request.latency())


# The table of the page, and that the bodies leave nothing of it out.


def _class(model):
    return next(kind for kind in catalog.REQUESTS if model in catalog.models_of(kind))


def _valid(model):
    return [row for row in _GPT["valid"] if model == row["body"]["model"]]


@_EVERY_MODEL
def test_a_class_has_the_fields_of_the_page_and_no_others(model):
    """Fields, what is required, and the defaults that the page names."""
    row, kind = _GPT["models"][model], _class(model)
    fields = {name: kind.model_fields[name] for name in kind.wire_names() if "model" != name}
    prompt = fields["prompt"]

    required = [name for name, info in fields.items() if info.is_required()]
    defaults = {name: info.default for name, info in fields.items() if name in row["defaults"]}

    assert sorted(row["fields"]) == sorted(fields)
    assert ("required" == row["prompt"]) is prompt.is_required()
    assert ["prompt", *row["required"]] == required
    assert row["defaults"] == defaults


@_EVERY_MODEL
def test_the_bodies_have_every_field_and_every_word(model):
    """No field, no documented word and no word that the class knows is without a body."""
    words = _GPT["words" if _OFFICIAL == model else "words_of_basic"]
    seen = {pair for row in _valid(model) for pair in sent(row["body"])}

    assert set() == {*_GPT["models"][model]["fields"]} - {name for name, _ in seen}
    assert [] == left_out(_valid(model), words)
    assert set() == set(spoken(_class(model))) - seen


@_EVERY_MODEL
def test_the_broken_bodies_miss_the_required_prompt_and_nothing_else(model):
    """A prompt is all that is required: a body lacks only that."""
    lacking = [row for row in _GPT["invalid"] if {"model": model} == row["body"]]

    assert [20002] == [row["code"] for row in lacking]


@pytest.mark.parametrize("line", _GPT["validation"], ids=lambda line: line["trigger"])
def test_every_line_of_the_validation_table_has_its_broken_body(line):
    """The page's table of refusals is held by at least one row of each line, in its code."""
    rows = [*_GPT["invalid"], *_GPT["prompts"]]
    known = {row["why"]: row["code"] for row in rows}

    assert {line["code"]} == {known[name] for name in line["rows"]}
