"""Masks, areas, canvases and placements: what they take, and what one types for them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reapi_nb import catalog
from reapi_nb.catalog import Edit, Inpaint
from reapi_nb.catalog._geometry import Canvas, Mask, Placement, larger_canvas, middle
from reapi_nb.errors import InvalidRequest

# The page's own polygon.
SQUARE = [50, 50, 50, 250, 250, 250, 250, 50]
PLACED = {"width": 1024, "height": 1024, "x": 256, "y": 0}


def masked(*areas):
    """The wire body of an inpaint with these areas."""
    params = {"task_id": "task_x", "image_number": 0, "mask": {"areas": list(areas)}}
    return {"model": "mj-v7-inpaint", "model_params": params}


def sent(*areas):
    """The areas as they go over the wire."""
    return catalog.read(masked(*areas)).body()["model_params"]["mask"]["areas"]


def complaint(body):
    with pytest.raises(InvalidRequest) as no:
        catalog.read(body)
    return no.value.message


# Areas.


@pytest.mark.parametrize(
    ("points", "size"),
    [
        (SQUARE, (200, 200)),
        (SQUARE[::-1], (200, 200)),
        ([0, 0, 10, 0, 10, 3], (10, 3)),
        ([-20, 5, 30, -40, 0, 0], (50, 45)),
        ([7, 7, 8, 7, 7, 8], (1, 1)),
    ],
)
def test_an_area_without_a_size_has_that_of_its_bounding_box(points, size):
    """Width and height are filled in and sent, as in the page's own example."""
    width, height = size

    assert [{"width": width, "height": height, "points": points}] == sent({"points": points})


@pytest.mark.parametrize("given_", [{"width": 7}, {"height": 7}, {"width": 7, "height": 9}])
def test_a_size_that_is_given_is_not_touched(given_):
    """Nobody says what an area's size means, so it need not be the bounding box."""
    box = {"width": 200, "height": 200, "points": SQUARE}

    assert [box | given_] == sent({"points": SQUARE} | given_)


def test_each_area_has_a_bounding_box_of_its_own():
    """Several areas are several polygons."""
    first, second = sent({"points": SQUARE}, {"points": [0, 0, 4, 0, 4, 2]})

    assert [(200, 200), (4, 2)] == [(area["width"], area["height"]) for area in (first, second)]


@pytest.mark.parametrize("points", [[5, 0, 5, 10, 5, 20], [0, 5, 10, 5, 20, 5], [3, 3] * 3])
def test_a_flat_polygon_has_no_size_of_its_own(points):
    """A line has no inside; with a size of its own it is the server's to judge."""
    area = {"width": 10, "height": 10, "points": points}

    assert "should be greater than 0" in complaint(masked({"points": points}))
    assert [area] == sent(area)


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (None, "mask.areas.0.points should be a valid list, not None"),
        ("50,50", "mask.areas.0.points should be a valid list, not '50,50'"),
        ([50, 50, 50, 250, 250, "250"], "mask.areas.0.points.5 should be a valid integer"),
        ([50, 50, 50, 250, 250, True], "mask.areas.0.points.5 should be a valid integer"),
        ([], "points must be an even list of (x,y) pairs, three pairs at least"),
        ([50], "points must be an even list of (x,y) pairs, three pairs at least"),
        ([50, 50, 50, 250, 250], "points must be an even list of (x,y) pairs"),
    ],
    ids=str,
)
def test_broken_points_are_complained_of_and_not_the_size_that_they_leave_unknown(points, said):
    """The first line says what is wrong with what was typed."""
    assert complaint(masked({"points": points})).startswith(said)


def test_an_unknown_key_of_a_shape_is_not_taken_for_a_field_of_the_request():
    """A hint would name something of another level."""
    params = {"task_id": "task_x", "image_number": 0, "img_pos": PLACED}
    canvas = {"width": 1, "height": 1, "x": 0}
    body = {"model": "mj-v7-edit", "prompt": "a", "model_params": {**params, "canvas": canvas}}

    assert "unknown field 'canvas.x'" == complaint(body)


# What one types.


@pytest.mark.parametrize(
    "text", ["1536x1024", "1536X1024", "1536 x 1024", '{"width":1536,"height":1024}']
)
def test_a_canvas_is_typed_as_a_size(text):
    """Width first; JSON is taken too."""
    assert {"width": 1536, "height": 1024} == Canvas.typed(text)


@pytest.mark.parametrize(
    ("text", "x", "y"),
    [
        ("256,0,1024x1024", 256, 0),
        ("-256,-1,1024x1024", -256, -1),
        ("+8, 9, 1024 x 1024", 8, 9),
        ('{"width":1024,"height":1024,"x":-7,"y":7}', -7, 7),
    ],
)
def test_a_placement_is_typed_as_a_corner_and_a_size(text, x, y):
    """The corner may lie outside the canvas."""
    assert {**PLACED, "x": x, "y": y} == Placement.typed(text)


@pytest.mark.parametrize(
    ("text", "mask"),
    [
        ("https://example.com/mask.png", {"url": "https://example.com/mask.png"}),
        ("http://example.com/m?a={b}", {"url": "http://example.com/m?a={b}"}),
        ('{"url": "https://example.com/m.png"}', {"url": "https://example.com/m.png"}),
        (
            '{"areas": [{"points": [1, 1, 1, 9, 9, 9]}]}',
            {"areas": [{"points": [1, 1, 1, 9, 9, 9]}]},
        ),
    ],
)
def test_a_mask_is_typed_as_an_address_or_as_json(text, mask):
    """Whatever begins with a brace is the object of the wire."""
    assert mask == Mask.typed(text)


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        (Canvas, ""),
        (Canvas, "1024"),
        (Canvas, "16:9"),
        (Canvas, "10.5x10"),
        (Canvas, "-1x10"),
        (Canvas, "1x2x3"),
        (Canvas, "1234567890123x1"),
        (Canvas, "[1, 2]"),
        (Placement, "256,256"),
        (Placement, "512x512"),
        (Placement, "0,0,512"),
        (Placement, "0.5,0,512x512"),
        (Placement, "0,0,-1x5"),
        (Mask, "mask.png"),
        (Mask, "50,50,50,250,250,250"),
        (Mask, '[{"points": [1, 1, 1, 9, 9, 9]}]'),
    ],
)
def test_what_cannot_be_read_is_told_what_to_type(shape, text):
    """The refusal shows the form, and what was typed."""
    with pytest.raises(InvalidRequest) as no:
        shape.typed(text)

    assert f"it takes {shape.takes}, not {text!r}" == no.value.message


@pytest.mark.parametrize("shape", [Canvas, Placement, Mask])
@pytest.mark.parametrize("text", ["{", '{"width": }', "{'width': 1}", '{"a":' * 100_000])
def test_broken_json_is_refused_and_not_guessed_at(shape, text):
    """Half an object is none."""
    with pytest.raises(InvalidRequest, match="JSON cannot be read"):
        shape.typed(text)


def test_a_size_of_nothing_can_be_typed_and_is_refused_by_its_class():
    """One rule, in one place."""
    with pytest.raises(InvalidRequest, match=r"canvas.width should be greater than 0"):
        Edit(task_id="task_x", prompt="a", canvas=Canvas.typed("0x9"), img_pos=PLACED)


_LENGTHS = st.integers(1, 999_999)
_PLACES = st.integers(-999_999, 999_999)
_AREAS = st.builds(
    lambda points, size: {"points": points, **({"width": size, "height": size} if size else {})},
    st.lists(_PLACES, min_size=6, max_size=12).filter(
        lambda at: len(at) % 2 == 0 and len(set(at[::2])) > 1 < len(set(at[1::2]))
    ),
    st.none() | _LENGTHS,
)
SHAPES = {
    Canvas: st.fixed_dictionaries({"width": _LENGTHS, "height": _LENGTHS}),
    Placement: st.fixed_dictionaries(
        {"width": _LENGTHS, "height": _LENGTHS, "x": _PLACES, "y": _PLACES}
    ),
    Mask: st.fixed_dictionaries({"areas": st.lists(_AREAS, min_size=1, max_size=3)})
    | st.just({"url": "https://example.com/mask.png?a={b}#c"}),
}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
@given(data=st.data())
@settings(max_examples=50, deadline=None, database=None)
def test_the_text_of_a_shape_is_read_back_as_the_same_shape(shape, data):
    """What is shown behind a flag can be typed behind it."""
    made = shape.model_validate(data.draw(SHAPES[shape]), strict=False)

    assert made == shape.model_validate(shape.typed(str(made)), strict=False)


def test_a_shape_may_be_given_as_itself_or_as_the_object_of_the_wire():
    """In Python both are the same request."""
    area = {"points": SQUARE}
    as_object = Inpaint(task_id="task_x", mask={"areas": [area]})

    as_shape = Inpaint(task_id="task_x", mask=Mask(areas=[area]))

    assert as_object == as_shape
    assert as_object.body() == as_shape.body()


# What people may start from.


@pytest.mark.parametrize("height", [1, 2, 3, 5, 8, 816, 4096])
@pytest.mark.parametrize("width", [1, 2, 3, 4, 7, 1024, 1456])
def test_the_middle_lies_inside_and_has_an_inside(width, height):
    """A region of a pixel at least, and none of it outside the picture."""
    (area,) = sent(*middle(width, height)["areas"])
    across, down = area["points"][::2], area["points"][1::2]

    assert 0 <= min(across) < max(across) <= width
    assert 0 <= min(down) < max(down) <= height


@pytest.mark.parametrize("height", [1, 2, 3, 5, 8, 816, 4096])
@pytest.mark.parametrize("width", [1, 2, 3, 4, 7, 1024, 1456])
def test_the_larger_canvas_has_room_for_something_new(width, height):
    """Larger both ways, with the whole picture in its middle, unchanged in size."""
    shapes = larger_canvas(width, height)
    canvas, at = Canvas(**shapes["canvas"]), Placement(**shapes["img_pos"])

    assert (width, height) == (at.width, at.height)
    for whole, part, start in (
        (canvas.width, at.width, at.x),
        (canvas.height, at.height, at.y),
    ):
        assert whole > part
        assert 0 <= (whole - part) - 2 * start <= 1
