"""Traps of the contract in what is sent, shown and kept; `test_traps` has the table."""

from __future__ import annotations

import json
import re
from contextlib import closing
from pathlib import Path

import pytest

from reapi_nb import catalog, describe, prices
from reapi_nb.catalog import ApixoUploadPaint, ApixoUpscale, UploadPaint, Upscale
from reapi_nb.job import Account, Picture
from reapi_nb.notebook.still import Still
from reapi_nb.sandbox.ledger import FILE, Ledger
from reapi_nb.session import Session, Settings
from reapi_nb.wire import reapi
from tests.samples import HERE, example
from tests.sandboxes import Sandbox
from tests.witness import judged, page, refusal

ROOT = Path(__file__).parent.parent
_WAN, _GPT, _MJ = page("wan_2_7"), page("gpt_image_2"), page("midjourney_v7")
_ANSWERS = page("reapi_answers")


@pytest.fixture
def sandbox(home):
    with closing(Ledger(home / FILE)) as ledger:
        yield Sandbox(ledger)


# Money


def test_trap_5_a_quality_that_nobody_chose_is_billed_as_high():
    """Left out or auto, it costs 35 times what low does; that is said before it is paid."""
    words = {"model": "gpt-image-2-official", "prompt": "a cat", "size": "1:1"}
    chosen = {
        quality: catalog.read({**words, "quality": quality}) for quality in ("auto", "high", "low")
    }
    silent = catalog.read(words)

    bills = {quality: prices.estimate(of).credits for quality, of in chosen.items()}

    assert prices.estimate(silent).credits == bills["auto"] == bills["high"]
    assert bills["high"] > 30 * bills["low"]
    assert all(any("high" in said for said in of.notices()) for of in (silent, chosen["auto"]))
    assert () == chosen["low"].notices() == chosen["high"].notices()


# Shape


@pytest.mark.parametrize("error", _ANSWERS["task_errors"], ids=lambda error: error["name"])
def test_trap_13_the_name_of_an_error_is_no_status(error):
    """Only `failed` is the end; the name beside it on the page is an error's."""
    as_status = {"id": "task_x", "status": error["name"]}
    as_error = {"id": "task_x", "status": "failed", "error": {"code": error["code"]}}

    under_way, failed = (
        reapi.asked(200, {}, json.dumps(body).encode()) for body in (as_status, as_error)
    )

    assert ("processing", "failed") == (under_way.status, failed.status)
    assert error["code"] == failed.error.code


def test_trap_17_each_provider_has_its_own_spelling():
    """snake_case in `model_params`, camelCase in `input`, and one name for both in Python."""
    named = {"task_id": "task_x", "image_number": 1}
    placed = {
        "prompt": "a boat",
        "image_urls": ("https://example.com/cat.png",),
        "mask": {"url": "https://example.com/mask.png"},
        "canvas": {"width": 1024, "height": 1024},
        "img_pos": {"width": 512, "height": 512, "x": 0, "y": 0},
    }

    here, there = Upscale(**named).body(), ApixoUpscale(**named).body()
    painted = UploadPaint(**placed).body(), ApixoUploadPaint(**placed).body()

    assert {"task_id", "image_number"} == set(here["model_params"])
    assert {"mode", "taskId", "imageIndex"} == set(there["input"])
    assert "img_pos" in painted[0]["model_params"]
    assert "imgPos" in painted[1]["input"]


# Index


def test_trap_19_number_3_of_people_is_2_on_both_wires():
    """People and V8 count from 1, Midjourney V7 and APIXO from 0; V8's number is left alone."""
    there = Account("apixo", "https://api.apixo.ai", "0a1b2c3d")
    third, theirs = (
        Picture(job_id="j", task_id="task_x", slot=2, account=account) for account in (HERE, there)
    )
    v8 = {"model": "midjourney", "action": "upscale", "task_id": "task_x", "index": 3}

    assert 3 == third.number == theirs.number
    assert 2 == Upscale.of(third).body()["model_params"]["image_number"]
    assert 2 == ApixoUpscale.of(theirs).body()["input"]["imageIndex"]
    assert v8 == catalog.read(v8).body()


# Model rules


@pytest.mark.parametrize(("edit", "most", "more"), [("pan", 3, 3.01), ("outpaint", 2, 2.01)])
def test_trap_22_each_scale_has_its_own_end(edit, most, more):
    """Both begin at 1.1, so 1.0 is none; three is for pans."""

    def of(scale):
        params = {"task_id": "task_x", "image_number": 0, "scale": scale}
        return refusal({"model": f"mj-v7-{edit}", "model_params": params})

    assert [None, None] == [of(1.1), of(most)]
    assert ["INVALID_REQUEST"] * 3 == [of(1.0), of(1.09), of(more)]


@pytest.mark.parametrize(
    ("model", "longest", "code"),
    [
        ("mj-v7", _MJ["longest_prompt"], _MJ["invalid_code"]),
        ("wan2.7-image", 5000, 20007),
        ("wan2.7-image-pro", 5000, 20007),
        ("gpt-image-2-official", 4000, 20007),
        ("gpt-image-2", 4000, 20007),
    ],
)
async def test_trap_23_an_emoji_counts_twice_in_every_prompt(sandbox, model, longest, code):
    """JavaScript counts UTF-16 units: half as many emoji are as long as may be."""
    fits, too_long = "🦊" * (longest // 2), "🦊" * (longest // 2) + "x"

    assert {None} == await judged(sandbox, {"model": model, "prompt": fits})
    assert {code} == await judged(sandbox, {"model": model, "prompt": too_long})


def test_trap_24_only_wan_edits_without_words():
    """One endpoint, two rules: pictures alone are a request of Wan's and none of GPT's."""
    pictures = {"image_urls": ["https://example.com/cat.png"]}

    codes = {
        model: refusal({"model": model, **pictures}) for model in (*_WAN["models"], *_GPT["models"])
    }

    assert {
        **dict.fromkeys(_WAN["models"], None),
        **dict.fromkeys(_GPT["models"], 20002),
    } == codes


@pytest.mark.parametrize(
    ("model", "shapes", "plain_http"),
    [
        ("wan2.7-image", "https://example.com/b.png", 20003),
        ("wan2.7-image-pro", "https://example.com/b.png", 20003),
        ("gpt-image-2-official", "https://example.com/a.png", None),
        ("gpt-image-2", "https://example.com/a.png", None),
    ],
)
def test_trap_25_each_model_has_its_own_picture_that_shapes(model, shapes, plain_http):
    """The last one with Wan, which takes https only; the first one with GPT."""
    body = {"model": model, "prompt": "a hat"}
    urls = ["https://example.com/a.png", "https://example.com/b.png"]

    request = catalog.read(body | {"image_urls": urls})

    assert shapes == request.sources[0]
    assert urls == request.body()["image_urls"]
    assert plain_http == refusal(body | {"image_urls": ["http://example.com/a.png"]})


_THIRDS = [
    {"hex": "#C2D1E6", "ratio": "33.34%"},
    {"hex": "#636574", "ratio": "33.33%"},
    {"hex": "#000000", "ratio": "33.33%"},
]


@pytest.mark.parametrize(
    ("model", "heeded", "ignored", "name"),
    [
        ("gpt-image-2-official", {}, {"background": "transparent"}, "transparent"),
        (
            "wan2.7-image",
            {"thinking_mode": True},
            {"thinking_mode": True, "image_urls": ["https://example.com/cat.png"]},
            "thinking_mode",
        ),
        (
            "wan2.7-image",
            {"thinking_mode": True},
            {"thinking_mode": True, "enable_sequential": True},
            "thinking_mode",
        ),
        (
            "wan2.7-image",
            {"color_palette": _THIRDS},
            {"color_palette": _THIRDS, "enable_sequential": True},
            "color_palette",
        ),
    ],
    ids=["background", "thinking with pictures", "thinking in a series", "palette in a series"],
)
def test_trap_27_what_will_be_ignored_is_said(model, heeded, ignored, name):
    """The server takes the field in silence; we send it and say that it does nothing."""
    body = {"model": model, "prompt": "a cat"}

    quiet, said = (catalog.read(body | fields).notices() for fields in (heeded, ignored))

    assert not [line for line in quiet if name in line]
    assert [line for line in said if name in line]


def test_trap_28_examples_of_the_pages_may_be_wrong():
    """Wan's palette has two colours where three are asked for; GPT's 4k 21:9 is not exact."""
    palette = [{"hex": "#C2D1E6", "ratio": "23.51%"}, {"hex": "#636574", "ratio": "76.49%"}]
    width, height = _GPT["pixels"]["21:9"]["4k"]

    code = refusal({"model": "wan2.7-image", "prompt": "a cat", "color_palette": palette})
    wide = {"model": "gpt-image-2-official", "prompt": "a cat", "size": "21:9", "resolution": "4k"}

    assert 20003 == code
    assert 21 * height != 9 * width
    assert (width, height) == catalog.read(wide).aspect()


def test_trap_29_each_model_has_its_own_seeds():
    """Midjourney's go to 4294967295, Wan's to 2147483647."""

    def midjourney(seed):
        return refusal({"model": "mj-v7", "prompt": f"a cat --seed {seed}"})

    def wan(seed):
        return refusal({"model": "wan2.7-image", "prompt": "a cat", "seed": seed})

    assert [None, None, "INVALID_REQUEST"] == list(map(midjourney, (0, 2**32 - 1, 2**32)))
    assert [None, None, 20003] == list(map(wan, (0, 2**31 - 1, 2**31)))


def test_trap_30_weights_are_dead_but_in_style_references():
    """V7 has no :: among words, and each reference of --sref may have its own."""
    styles = "https://example.com/a.png::2 https://example.com/b.png::1"

    words = refusal({"model": "mj-v7", "prompt": "a cat::2 a hat::1"})
    references = refusal({"model": "mj-v7", "prompt": f"a cat --sref {styles}"})

    assert ("INVALID_REQUEST", None) == (words, references)


@pytest.mark.parametrize(
    ("speed", "code"), [("draft", "INVALID_REQUEST"), ("fast", None), ("turbo", None)]
)
def test_trap_33_no_omni_reference_in_drafts(speed, code):
    """Midjourney calls them incompatible, so nothing is paid to find out."""
    prompt = "a cat --oref https://example.com/cat.png"
    body = {"model": "mj-v7", "prompt": prompt, "model_params": {"speed": speed}}

    assert code == refusal(body)


# Assets


def test_trap_39_a_saved_notebook_has_small_pictures_and_no_address(home):
    """What a notebook keeps of a board leads nowhere and weighs little."""
    with Session(Settings.read("sandbox", home=home, sandbox_latency_s=0.0)) as session:
        job = session.submit(example(catalog.Imagine)).wait(60)
        sheet = Still(session, "display").draw([job])

    kept = json.dumps([sheet.data, sheet.metadata])

    assert "completed" == job.status
    assert "image/jpeg" in sheet.data
    assert job.task_id in kept
    assert "http" not in kept.lower()
    assert len(kept) < 400_000


# Keys

_LIVE = re.compile(r"\brk_live_[A-Za-z0-9]{4,}")
_WRITTEN = (".py", ".md", ".ipynb", ".toml", ".json", ".txt", ".js", ".css", ".html", ".yml")


def test_trap_50_nothing_here_looks_like_a_live_key():
    """Secret scanners take that prefix for a payment service's, and so might people."""
    ours = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "pyproject.toml"]
    ours += [
        file
        for folder in ("reapi_nb", "tests", "notebooks")
        for file in (ROOT / folder).rglob("*")
        if file.suffix in _WRITTEN and ".ipynb_checkpoints" not in file.parts
    ]

    found = [str(file) for file in ours if _LIVE.search(file.read_text("utf-8"))]

    assert len(ours) > 100
    assert [] == found
    assert "$REAPI_API_KEY" in describe.as_curl(example(catalog.Imagine), "https://reapi.ai/api/v1")
