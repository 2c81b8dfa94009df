"""
Requests of every class of the catalog, as hypothesis makes them up: valid ones, however nasty.

What has a meaning in the grammar of a line comes up more often than in random text.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hypothesis import reject
from hypothesis import strategies as st

from reapi_nb.catalog import (
    REQUESTS,
    AnyModel,
    ApixoImagine,
    GptImage,
    GptImageBasic,
    ImageRequest,
    Wan,
)
from reapi_nb.catalog.any_model import OTHERS
from reapi_nb.catalog.gpt_image_2 import RATIOS, WIDE
from reapi_nb.catalog.wan_2_7 import PRO
from reapi_nb.catalog.wan_2_7 import RATIOS as WAN_RATIOS
from reapi_nb.command import has_flags, options
from reapi_nb.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    Fields = dict[str, Any]
    Draw = Callable[[st.SearchStrategy[Any]], Any]

URL = "https://example.com/a.png"

_PIECES = [
    *(" ", "\n", '"', "'", "\u201c", "\u201d", "\u2018", "\u2019", ";", "\\", "?", "{", "}", "$x"),
    *("{red, blue}", "{{x}}", "\\{", "\\,", ", ", "a.png", "#2"),
    *(
        "\u2014",
        "--",
        "- ",
        "cat",
        "it's",
        URL,
        " --ar 16:9",
        " --no red, blue",
        " --tile",
        " --foo",
    ),
]
PROMPTS = st.lists(st.sampled_from(_PIECES) | st.text(max_size=5), min_size=1, max_size=12).map(
    "".join
)
WORDS = PROMPTS.filter(str.strip)

# What an address may hold, and the grammar of a line knows as well.
URLS = st.text("ab/?&=#;,.{}\"'()[]\\:@!$-\u201d", max_size=12).map("https://example.com/".__add__)
LENGTHS = st.integers(1, 9999)
_PLACES = st.integers(-9999, 9999)
_AREAS = st.fixed_dictionaries(
    {"points": st.lists(st.integers(-50, 50), min_size=6, max_size=8)},
    optional={"width": LENGTHS, "height": LENGTHS},
)
MASKS = st.fixed_dictionaries({"url": URLS}) | st.fixed_dictionaries(
    {"areas": st.lists(_AREAS, min_size=1, max_size=2)}
)
_SIZES = {"width": LENGTHS, "height": LENGTHS}


@st.composite
def _boxes(draw: Draw) -> list[int]:
    left, top = draw(st.integers(0, 999)), draw(st.integers(0, 999))
    return [left, top, left + draw(LENGTHS), top + draw(LENGTHS)]


@st.composite
def palettes(draw: Draw) -> list[dict[str, str]]:
    """Three to ten swatches that make up the whole."""
    cuts = draw(st.lists(st.integers(0, 10_000), min_size=2, max_size=9).map(sorted))
    edges = [0, *cuts, 10_000]
    hues = st.integers(0, 0xFFFFFF).map("#{:06X}".format)
    return [
        {"hex": draw(hues), "ratio": f"{(high - low) / 100:.2f}%"} for low, high in pairwise(edges)
    ]


_INLINE = (st.just("") | PROMPTS).map("data:image/png;base64,AA{}".__add__)
APIXO_MASKS = MASKS | st.fixed_dictionaries({"url": _INLINE})
"""APIXO takes the picture itself as well."""

FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "prompt": PROMPTS,
    "task_id": st.text("abcXYZ0189_-", min_size=1, max_size=30).map("task_".__add__),
    "image_number": st.integers(0, 3),
    "image_urls": st.tuples(URLS),
    "mask": MASKS,
    "canvas": st.fixed_dictionaries(_SIZES),
    "img_pos": st.fixed_dictionaries({**_SIZES, "x": _PLACES, "y": _PLACES}),
    "scale": st.floats(1.1, 3) | st.integers(2, 3),
    "callback_url": URLS,
    "chaos": st.integers(0, 100),
    "stylize": st.integers(0, 1000),
    "weird": st.integers(0, 3000),
    "negative_prompt": PROMPTS,
    "seed": st.integers(0, 2**31 - 1),
    "color_palette": palettes(),
    "mask_url": URLS,
}
"""What a field may hold, where its class does not list it."""

_PIXELS = st.tuples(LENGTHS, LENGTHS).map(lambda size: f"{size[0]}x{size[1]}")


def _wan(draw: Draw, fields: Fields) -> Fields:
    pictures = draw(st.lists(URLS, max_size=9))
    series = fields.setdefault("enable_sequential", draw(st.booleans()))
    fields["n"] = draw(st.integers(1, 12 if series else 4))
    if pictures:
        fields["image_urls"] = tuple(pictures)
        if draw(st.booleans()):
            boxes = st.lists(_boxes(), max_size=2)
            fields["bbox_list"] = [draw(boxes) for _ in pictures]
    elif "prompt" not in fields:
        fields["prompt"] = draw(WORDS)
    fine = ("4K",) if fields.get("model") == PRO and not pictures and not series else ()
    gears = st.sampled_from(["1K", "2K", "1k", *fine])
    if draw(st.booleans()):
        fields["resolution"] = draw(gears)
    if draw(st.booleans()):
        fields["size"] = draw(gears | st.sampled_from(WAN_RATIOS) | _PIXELS)
    return fields


def _gpt(draw: Draw, fields: Fields) -> Fields:
    if draw(st.booleans()):
        fields["image_urls"] = tuple(draw(st.lists(URLS, min_size=1, max_size=16)))
    else:
        fields.pop("mask_url", None)
    fields["resolution"] = gear = draw(st.sampled_from(["1k", "2k", "4k", "1K"]))
    if gear == "4k":
        fields["size"] = draw(st.sampled_from(WIDE))
    elif draw(st.booleans()):
        fields["size"] = draw(st.sampled_from([*RATIOS, "auto"]))
    return fields


def _gpt_official(draw: Draw, fields: Fields) -> Fields:
    fields["n"] = draw(st.integers(1, 4))
    fields = _gpt(draw, fields)
    if fields["resolution"] != "4k" and draw(st.booleans()):
        fields["size"] = draw(_PIXELS)
    return fields


def _apixo(draw: Draw, fields: Fields) -> Fields:
    if draw(st.booleans()):
        fields["image_urls"] = tuple(draw(st.lists(URLS, min_size=1, max_size=4)))
    return fields


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    # The picture itself is refused wherever it stands.
    | PROMPTS
    | URLS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PROMPTS, inner, max_size=3),
    max_leaves=8,
)
_KEYS = st.sampled_from(["prompt", "image_urls", "n", "aspect_ratio", "self"]) | PROMPTS
_MODELS = st.sampled_from(OTHERS) | st.from_regex(r"[a-z][a-z0-9.-]{0,20}-next", fullmatch=True)


def _raw(draw: Draw, _fields: Fields) -> Fields:
    given = draw(st.dictionaries(_KEYS.filter(lambda key: key != "model"), _JSON, max_size=5))
    return {"model": draw(_MODELS), **given}


_COMPLETED: dict[type[ImageRequest], Callable[[Draw, Fields], Fields]] = {
    Wan: _wan,
    GptImage: _gpt_official,
    GptImageBasic: _gpt,
    ApixoImagine: _apixo,
    AnyModel: _raw,
}
"""Classes whose fields hang together."""

_LATER = {"n", "size", "resolution", "bbox_list"}
_ALONE = {kind: _LATER | {"image_urls"} for kind in _COMPLETED}


@st.composite
def requests_of(draw: Draw, kind: type[ImageRequest]) -> ImageRequest:
    """Any request that a class accepts; flags that nobody knows may be let through."""
    left_out = _ALONE.get(kind, set()) | kind.implied
    known = {option.field: option for option in options(kind).values()}
    fields = {}
    for name, info in kind.model_fields.items():
        option = known.get(name)
        of = FIELDS[name] if name in FIELDS else _listed(kind, name, option)
        of = APIXO_MASKS if name == "mask" and kind.provider == "apixo" else of
        if name not in left_out and of is not None and (info.is_required() or draw(st.booleans())):
            fields[name] = draw(of)
    if "request_type" in fields and "callback_url" not in fields:
        fields["request_type"] = "async"
    if kind in _COMPLETED:
        fields = _COMPLETED[kind](draw, fields)
    try:
        return kind.parse(fields, unchecked=has_flags(kind) and draw(st.booleans()))
    except InvalidRequest:
        reject()


def _listed(kind: type[ImageRequest], name: str, option: Any) -> st.SearchStrategy[Any] | None:
    """What a field may hold, where its class says it."""
    annotation = kind.model_fields[name].annotation
    if option is None:
        return None
    if annotation is bool:
        return st.booleans()
    if annotation is int:
        bounds = [int(word) for word in option.takes.split() if word.isdigit()]
        return st.integers(*bounds) if bounds else None
    return st.sampled_from(option.choices) if option.choices else None


def requests() -> st.SearchStrategy[ImageRequest]:
    """Any request of any class."""
    return st.sampled_from(REQUESTS).flatmap(requests_of)
