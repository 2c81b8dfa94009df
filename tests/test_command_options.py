"""Options as the fields of every class make them: switches, models, numbers, lists, other names."""

from __future__ import annotations

import pytest
from pydantic import create_model

from reapi_nb.catalog import (
    REQUESTS,
    ApixoImagine,
    ApixoUpscale,
    ApixoVary,
    GptImage,
    GptImageBasic,
    ImageRequest,
    Imagine,
    Wan,
)
from reapi_nb.command import find_option, has_flags, options, spellings
from tests.lines import link, prompts, read, refusal

URL = "https://example.com/a.png"
PRO = "wan2.7-image-pro"
PALETTE = [
    {"hex": "#C2D1E6", "ratio": "50%"},
    {"hex": "#636574", "ratio": "30%"},
    {"hex": "#000000", "ratio": "20%"},
]


# Fields that are true or false.


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ("--watermark", {"watermark": True}),
        ("--no-watermark", {"watermark": False}),
        ("--thinking-mode", {"thinking_mode": True}),
        ("--NO-thinking-mode", {"thinking_mode": False}),
        ("--enable-sequential --n 12", {"enable_sequential": True, "n": 12}),
    ],
)
@pytest.mark.parametrize("line", ['wan "a cat" {}', "wan {} a cat", "wan a cat {}"])
def test_yes_and_no_are_said_without_a_value(line, typed, fields):
    """Both spellings of both, on either side of the prompt."""
    assert Wan(prompt="a cat", **fields) == read(line.format(typed)).request


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('wan "a" --watermark yes', '--watermark takes no value: move "yes" in front of it'),
        ('wan "a" --watermark --watermark', "--watermark is given twice: keep one of them"),
        (
            'wan "a" --watermark --no-watermark',
            "--no-watermark stands beside --watermark: keep one of them",
        ),
        ('gpt "a" --no-watermark', "gpt has no --no-watermark: "),
        ('apixo "a" --no-speed', "apixo has no --no-speed: did you mean --speed?"),
        ('wan "a" --no blur', "wan has no --no: did you mean --negative-prompt?"),
    ],
)
def test_yes_and_no_are_said_once_and_where_they_mean_something(line, says):
    """A value behind them is never guessed to belong to the prompt."""
    assert refusal(line).startswith(says)


def test_midjourneys_own_no_is_untouched():
    """It takes words, and belongs to the prompt."""
    assert ["a cat --no blur, red hats"] == prompts("mj a cat --no blur, red hats")


# Models.


@pytest.mark.parametrize(
    "typed", ["--pro", f"--model {PRO}", f"--pro --model {PRO}", f"--model {PRO} --pro"]
)
def test_a_model_is_chosen_by_its_id_or_its_switch(typed):
    """The two may agree."""
    assert Wan(prompt="a cat", model=PRO) == read(f'wan "a cat" {typed}').request
    assert Wan(prompt="a cat", model=PRO) == read(f"wan {typed} a cat").request


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("--pro --pro", "--pro is given twice: keep one of them"),
        ("--pro --model wan2.7-image", "--model contradicts --pro: keep one of them"),
        ("--model wan2.7-image --pro", "--pro contradicts --model: keep one of them"),
        ("--model wan2.7", "model should be 'wan2.7-image' or 'wan2.7-image-pro', not 'wan2.7'"),
        ("--pro yes", '--pro takes no value: move "yes" in front of it'),
    ],
)
def test_a_model_is_chosen_once(typed, says):
    """Neither of two is taken."""
    assert says == refusal(f'wan "a cat" {typed}')


def test_a_class_with_one_model_has_no_option_for_it():
    """There is nothing to choose."""
    assert ["wan"] == [kind.nick for kind in REQUESTS if "model" in options(kind)]
    assert "gpt has no --pro" in refusal('gpt "a" --pro')


# Names.


@pytest.mark.parametrize(
    ("line", "request_"),
    [
        ("wan a --ar 16:9", Wan(prompt="a", size="16:9")),
        ("wan --aspect-ratio 16:9 a", Wan(prompt="a", size="16:9")),
        ("gpt a --AR 16:9 --num 2", GptImage(prompt="a", size="16:9", n=2)),
        ("gpt-basic a --num 1", GptImageBasic(prompt="a", n=1)),
        (f"gpt a --image {URL} --mask {URL}", GptImage(prompt="a", image_urls=[URL], mask_url=URL)),
        ("apixo a --ar 1:2", ApixoImagine(prompt="a", aspect_ratio="1:2")),
        ("apixo a --aspect 1:2", ApixoImagine(prompt="a", aspect_ratio="1:2")),
        ("apixo a --aspect-ratio 1:2", ApixoImagine(prompt="a", aspect_ratio="1:2")),
        ("apixo a --s 5 --c 6 --w 7", ApixoImagine(prompt="a", stylize=5, chaos=6, weird=7)),
        ("apixo a --v niji 6", ApixoImagine(prompt="a", version="niji 6")),
        ("apixo --version niji 6 a cat", ApixoImagine(prompt="a cat", version="niji 6")),
        ("apixo --version v6 6 cats", ApixoImagine(prompt="6 cats", version="v6")),
        ("apixo a --provider value", ApixoImagine(prompt="a", channel="value")),
        ("apixo a --enable-translation", ApixoImagine(prompt="a", enable_translation=True)),
        (
            "apixo a --request-type callback --callback-url https://example.com/{id}",
            ApixoImagine(
                prompt="a", request_type="callback", callback_url="https://example.com/{id}"
            ),
        ),
        ("wan a --seed 5 --resolution 1k", Wan(prompt="a", seed=5, resolution="1k")),
    ],
)
def test_an_option_goes_by_the_names_that_people_know(line, request_):
    """Its own is the wire's; others are known where they are free."""
    assert (request_,) == read(line).requests


_Both = create_model("_Both", __base__=ImageRequest, size=(str, "1K"), ar=(str, "1:1"))


def test_a_name_that_is_taken_is_no_other_name():
    """A class may have a field of its own that is called so."""
    known = options(_Both)

    assert ("size", "aspect-ratio") == known["size"].names
    assert ("ar",) == known["ar"].names


@pytest.mark.parametrize("kind", REQUESTS, ids=lambda kind: kind.__name__)
def test_no_name_means_two_options(kind):
    """Every name of every option of a class is its own, and free of capitals and underscores."""
    names = [name for option in options(kind).values() for name in option.names]

    assert len(names) == len(set(names))
    assert all(name == name.lower().replace("_", "-") for name in names)
    for option in options(kind).values():
        assert all(option == find_option(kind, name) for name in option.names)
        assert not option.opposite or f"--{option.opposite}" in spellings(kind)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('wan "a" --size 16:9 --ar 1:1', "--ar stands beside --size: keep one of them"),
        ('wan "a" --mode edit', "wan has no --mode: "),
        ('apixo "a" --mode text-to-image', "apixo has no --mode: "),
        ('apixo "a" --channel value', "apixo has no --channel: "),
        ('wan "a" --prompt b', "wan has no --prompt: "),
        ('wan "a" --size', "--size needs a value: 1K, 2K, 4K, a ratio like 16:9"),
        ('wan "a" --n', "--n needs a value: a whole number"),
        ('wan "a" --n two', "n should be a valid integer, not 'two'"),
        ('wan "a" --n 5', "n must be 1-4 (or 1-12 when enable_sequential is true)"),
        ('wan "a" --size "2K" now', '"now" stands behind the quotes of --size: move it'),
    ],
)
def test_what_no_option_takes_is_refused(line, says):
    """Fields that follow from others are no options."""
    assert refusal(line).startswith(says)


def test_the_same_nick_has_the_options_of_its_class():
    """What decides between the classes is told elsewhere."""
    known = {"provider": "apixo"}

    assert ApixoUpscale(task_id="x", type=3) == read("upscale x#1 --type 3", **known).request
    assert (
        ApixoVary(task_id="x", type=1, prompt="rain")
        == read("vary x#1 --type 1 rain", **known).request
    )
    assert "upscale has no --speeds: did you mean --speed?" == refusal(
        "upscale x#1 --speeds fast", **known
    )


# Flags of Midjourney's, where the prompt has none.


@pytest.mark.parametrize(
    "line", ['wan "a" --stylize 3', "wan a --stylize 3", "wan --stylize 3 a", 'wan "a --stylize 3"']
)
def test_a_flag_of_midjourneys_is_refused_where_it_would_be_drawn(line):
    """Wherever it stands; below the line and in a group as well."""
    says = "wan has no --stylize: that is a flag of Midjourney V7, leave it out"

    assert says == refusal(line)
    assert says == refusal("wan", "a --stylize 3\n")
    assert says == refusal("wan", "a {cat --stylize 3, dog}\n")
    assert says == refusal('wan "a {--stylize 3, dog}"')


def test_words_that_look_like_flags_pass_unchecked():
    """They are sent as words."""
    assert ["a --stylize 3"] == prompts('wan "a --stylize 3" --unchecked')
    assert ["git --verbose in neon"] == prompts('wan "git --verbose in neon"')
    assert ["a --size 3"] == prompts("wan --unchecked", "a --size 3\n")


@pytest.mark.parametrize("kind", REQUESTS, ids=lambda kind: kind.__name__)
def test_only_midjourney_v7_has_flags_in_its_prompt(kind):
    """The others have options."""
    assert has_flags(kind) <= (kind.family == "mj-v7")
    assert has_flags(kind) == ("--sref" in spellings(kind))


# Words beside the prompt.


@pytest.mark.parametrize(
    "line",
    [
        'wan "a cat" --negative-prompt blurry, low quality --n 2',
        'wan "a cat" --negative-prompt "blurry, low quality" --n 2',
        'wan --negative-prompt "blurry, low quality" a cat --n 2',
        'wan --n 2 --negative-prompt "blurry, low quality" "a cat"',
        "wan a cat --n 2 --negative-prompt blurry, low quality",
    ],
)
def test_words_beside_the_prompt_may_be_several(line):
    """In front of the prompt they stand in quotes."""
    request = Wan(prompt="a cat", negative_prompt="blurry, low quality", n=2)

    assert (request,) == read(line).requests


@pytest.mark.parametrize(
    ("line", "same"),
    [
        ('wan "a cat" --n "2"', 'wan "a cat" --n 2'),
        (
            "gpt a cat --quality 'low' --size \u201c16:9\u201d",
            "gpt a cat --quality low --size 16:9",
        ),
        ('apixo a cat --version "niji 6" --chaos 5', "apixo a cat --version niji 6 --chaos 5"),
        ('mj "a cat" --speed "turbo"', 'mj "a cat" --speed turbo'),
    ],
)
def test_any_value_may_stand_in_quotes(line, same):
    """Numbers and words of a list too, as in a shell."""
    assert read(same).requests == read(line).requests


def test_a_bracket_in_words_is_no_json():
    """It hides no option behind it."""
    got = read("wan a cat --negative-prompt [sic --size 2K").request

    assert Wan(prompt="a cat", negative_prompt="[sic", size="2K") == got


def test_the_quotes_of_a_value_close_no_prompt():
    """An odd one in the words stays a part of them."""
    assert Wan(prompt='"a 5" nail', size="2K") == read('wan "a 5" nail --size "2K"').request


def test_words_beside_the_prompt_stand_on_the_line_of_a_cell():
    """Nothing on that line is the prompt."""
    got = read("wan --negative-prompt blurry, low quality --n 2", "a cat\n").request

    assert Wan(prompt="a cat", negative_prompt="blurry, low quality", n=2) == got


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "wan --negative-prompt blurry, low a cat",
            (
                "put --negative-prompt after the prompt, or its value in quotes: "
                "in front of it, its words look like the prompt"
            ),
        ),
        ("wan --negative-prompt", "--negative-prompt needs a value: words"),
        (
            'wan "a" --negative-prompt "blur" and noise',
            '"and noise" stands behind the quotes of --negative-prompt: move it',
        ),
    ],
)
def test_words_beside_the_prompt_are_never_guessed(line, says):
    """Where they end is said."""
    assert says == refusal(line)


def test_words_beside_the_prompt_are_no_template():
    """Braces in them are sent as typed, and that is said."""
    got = read('wan "a {red, blue} cat" --negative-prompt "{blur, --noise}"')

    assert ["a red cat", "a blue cat"] == [each.words for each in got.requests]
    assert {"{blur, --noise}"} == {each.negative_prompt for each in got.requests}
    assert ("braces in --negative-prompt are sent as typed",) == got.notices


# Shapes that are lists.


@pytest.mark.parametrize(
    ("typed", "boxes"),
    [
        ("10,10,200,200", [[[10, 10, 200, 200]]]),
        ("[[[10,10,200,200]]]", [[[10, 10, 200, 200]]]),
        ("[[[10, 10, 200, 200], [1, 1, 2, 2]]]", [[[10, 10, 200, 200], [1, 1, 2, 2]]]),
    ],
)
@pytest.mark.parametrize(
    "line",
    [
        'wan "a hat" --image {url} --bbox-list {typed} --n 2',
        "wan --bbox-list {typed} --image {url} a hat --n 2",
        'wan --image {url} --bbox-list {typed} "a hat" --n 2',
        'wan "a hat" --bbox-list "{typed}" --image {url} --n 2',
    ],
)
def test_boxes_are_taken_whole(line, typed, boxes):
    """As four numbers or as JSON."""
    got = read(line.format(url=URL, typed=typed)).request

    assert Wan(prompt="a hat", image_urls=[URL], bbox_list=boxes, n=2) == got


@pytest.mark.parametrize(
    "typed",
    [
        "#C2D1E6 50%, #636574 30%, #000000 20%",
        '"#C2D1E6 50%, #636574 30%, #000000 20%"',
        (
            '[{"hex": "#C2D1E6", "ratio": "50%"}, {"hex": "#636574", "ratio": "30%"}, '
            '{"hex": "#000000", "ratio": "20%"}]'
        ),
    ],
)
def test_a_palette_is_taken_whole(typed):
    """As colours with their shares, or as JSON; in front of the prompt in quotes."""
    request = Wan(prompt="a {hat}", color_palette=PALETTE, n=2)

    assert (request,) == read(f'wan "a \\{{hat\\}}" --color-palette {typed} --n 2').requests
    assert (request,) == read(f"wan a \\{{hat\\}} --n 2 --color-palette {typed}").requests
    if not typed.startswith("#"):
        assert (request,) == read(f"wan --color-palette {typed} a \\{{hat\\}} --n 2").requests


def test_a_list_that_is_cut_short_is_told_to_stand_in_quotes():
    """In front of the prompt a value is one word."""
    says = refusal("wan --color-palette #C2D1E6 50%, #636574 50% a hat")

    assert says.startswith("--color-palette: it takes colours and percentages, like ")
    assert says.endswith("; with spaces in it, put it in quotes")


# Pictures, where there may be several.


@pytest.mark.parametrize(
    ("kind", "start"), [(Wan, "wan"), (GptImage, "gpt"), (GptImageBasic, "gpt-basic")]
)
@pytest.mark.parametrize(
    "line",
    [
        '"a hat" --image task_x#1 --image {url} --image job#2',
        '"a hat" --image task_x#1 {url} job#2',
        '"a hat" --image task_x#1 {url} --image job#2',
        '--image task_x#1 --image {url} "a hat" --image job#2',
        "--image task_x#1 --image {url} --image job#2 a hat",
        "a hat --image  task_x#1 {url}   job#2 ",
    ],
)
def test_pictures_keep_their_order(kind, start, line):
    """One behind each option, or several behind the prompt."""
    got = read(f"{start} {line.format(url=URL)}", resolve={"job": "task_y"}.get, link=link).request

    assert kind(prompt="a hat", image_urls=[link("task_x", 0), URL, link("task_y", 1)]) == got


def test_pictures_may_stand_without_words():
    """Where the class needs none."""
    assert Wan(image_urls=[URL, URL]) == read(f"wan --image {URL} --image {URL}").request
    assert Wan(prompt="a") == read("wan a").request


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("wan task_x#1 a hat", "wan takes its pictures behind --image: type --image task_x#1"),
        (f"wan {URL} a hat", f"wan takes its pictures behind --image: type --image {URL}"),
        (
            f"gpt --image {URL} task_x#2 a hat",
            "gpt takes its pictures behind --image: type --image task_x#2",
        ),
        ("apixo cat.png a hat", "apixo takes its pictures behind --image: type --image cat.png"),
        (
            "wan --image task_x#1 task_y#1",
            "wan takes its pictures behind --image: type --image task_y#1",
        ),
        ("wan a --image task_x#0", "pictures are numbered from #1"),
        ("wan a --image task_x#1 or so", "--image takes task_x#2, an http(s) URL or a file"),
        ("wan a --image", "--image needs a value: task_x#2, an http(s) URL or a file"),
        ("gpt a --mask-url a b", "--mask-url takes task_x#2, an http(s) URL or a file"),
        (
            "mj --image task_x#1 task_y#1 a hat",
            "mj takes its pictures behind --image: type --image task_y#1",
        ),
    ],
)
def test_a_picture_in_front_of_the_words_is_never_one_of_them(line, says):
    """It would be paid for as text."""
    assert refusal(line, link=link).startswith(says)


@pytest.mark.parametrize("prompt", ["C#4 on a piano", "#2 of a series", "a.gif", "task_x a"])
def test_words_that_only_look_like_pictures_are_words(prompt):
    """Nothing is refused that a prompt may say."""
    assert [prompt] == prompts(f"wan {prompt}", link=link)
    assert [f"{URL} a"] == prompts(f'wan "{URL} a"')


# Midjourney's pictures stand in front of the words.


@pytest.mark.parametrize(
    "line",
    [
        "mj --image task_x#1 --image {url} a {{red, blue}} hat --ar 1:2",
        'mj "a {{red, blue}} hat --ar 1:2" --image task_x#1 {url}',
        'mj --image task_x#1 "a {{red, blue}} hat" --ar 1:2 --image {url}',
    ],
)
def test_midjourney_gets_pictures_in_front_of_every_prompt(line):
    """Their addresses are no part of the template."""
    url = "https://example.com/{a, b}.png".replace(" ", "")
    front = f"{link('task_x', 0)} {url}"

    got = prompts(line.format(url=url), link=link)

    assert [f"{front} a red hat --ar 1:2", f"{front} a blue hat --ar 1:2"] == got


def test_midjourney_gets_pictures_below_the_line_too():
    """They stand on the line, and the words below it."""
    assert [f"{URL} a hat"] == prompts(f"mj --image {URL}", "a hat\n")
    assert [f"{URL} {URL}"] == prompts(f"mj --image {URL} --image {URL}")
    assert Imagine(prompt=f"{URL} a hat --iw 2") == read(f"mj a hat --iw 2 --image {URL}").request


def test_a_picture_alone_is_refused_in_midjourneys_words():
    """Its class knows."""
    assert refusal(f"mj --image {URL}").startswith("a single image with no text is rejected")
