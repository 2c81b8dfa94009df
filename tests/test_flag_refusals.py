"""What is refused in a Midjourney prompt before it is paid, and the line that says so."""

from __future__ import annotations

import pytest

from reapi_nb.catalog import _flags as flags

URL = "https://example.com/a.png"
OTHER = "https://example.com/b.png"
LONG_DASH = "\u2014"


def said(prompt: str, *, unchecked: bool = False) -> str:
    """The refusal of a prompt that must be refused."""
    line = flags.refusal(prompt, unchecked=unchecked)
    assert line is not None, prompt
    return line


# Flags that V7 refuses or ignores.


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("--draft", "--speed draft"),
        ("--fast", "--speed fast"),
        ("--turbo", "--speed turbo"),
        ("--relax", "--speed draft, fast or turbo"),
        ("--speed turbo", 'speed="'),
        (f"--cref {URL}", "--oref URL"),
        ("--cw 50", "--ow"),
        ("--style raw", "type --raw"),
        ("--stop 80", "leave it out"),
        ("--hd", "upscale"),
        ("--sd", "leave it out"),
        ("--video", "pictures only"),
        ("--motion low", "pictures only"),
        ("--loop", "pictures only"),
        (f"--end {URL}", "pictures only"),
        ("--profile abc", "--sref"),
        ("--p", "--sref"),
        (
            "--repeat 4",
            "option of the line: put it outside quotes and braces, or on the %%reapi line",
        ),
        ("--r 4", "option of the line: put it outside quotes and braces, or on the %%reapi line"),
        ("--width 1024", "--ar W:H"),
        ("--h 576", "--w means --weird now: type --ar W:H"),
    ],
)
def test_a_flag_that_v7_lost_is_refused_with_what_to_type(typed, advice):
    """Nobody pays for a flag that does nothing, not even with --unchecked."""
    line = said(f"a cat {typed}", unchecked=True)

    assert advice in line
    assert line.startswith(f"{typed.split()[0]} ")


def test_the_old_raw_style_in_one_word_is_understood_too():
    """Also run together, an old flag is answered with the new one."""
    assert "--style is gone: for --style raw type --raw" == said("a cat --style-raw")


@pytest.mark.parametrize("typed", ["--v 7", "--version 6.1", "--niji 6", "--niji", "--V 5.2"])
def test_a_version_is_ignored_with_a_notice(typed):
    """The version is locked to V7, which is said and not refused."""
    prompt = f"a cat {typed}"

    assert None is flags.refusal(prompt)
    assert (f"{typed.split()[0]} is ignored: the version is locked to V7",) == flags.notices(prompt)


# Flags that nobody knows.


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("--stilize 5", "--stylize"),
        ("--STYLISE 5", "--stylize"),
        ("--choas 5", "--chaos"),
        ("--aspct 16:9", "--aspect"),
        ("--oreff https://example.com/a.png", "--oref"),
        ("--sed 7", "--seed"),
        ("--tile, ", "--tile"),
    ],
)
def test_an_unknown_flag_is_refused_with_the_nearest_name(typed, meant):
    """A slip of the fingers is answered with a name that works."""
    assert said(f"a cat {typed}").endswith(f"did you mean {meant}?")


def test_an_unknown_flag_like_no_other_names_the_way_around():
    """Without a near name, the option that lets it through is named."""
    assert (
        "--zyxzyx is not a flag of Midjourney V7: leave it out, or use the option --unchecked"
        == (said("a cat --zyxzyx 1"))
    )


def test_no_refused_flag_is_ever_suggested():
    """A suggestion that would be refused next is no help."""
    assert "did you mean" not in said("a cat --stopp 5")


def test_unchecked_lets_unknown_flags_through_and_nothing_else():
    """Everything else is still checked."""
    assert None is flags.refusal("a cat --future 1 --future 2", unchecked=True)
    assert "takes a whole number" in said("a cat --future 1 --s 5000", unchecked=True)


@pytest.mark.parametrize(
    ("typed", "next_try"),
    [
        ("--ar16:9", "--ar 16:9"),
        ("--s500", "--s 500"),
        ("--s=500", "--s 500"),
        ("--AR:16:9", "--AR 16:9"),
        ("--no-red hats", "--no red hats"),
        ("--v7", "--v 7"),
        (f"--oref={URL}", f"--oref {URL}"),
    ],
)
def test_a_value_needs_a_space_before_it(typed, next_try):
    """A flag that ran together with its value is told apart, even with --unchecked."""
    assert said(f"a cat {typed}", unchecked=True).endswith(f": type {next_try}")


def test_a_repeated_flag_is_refused_by_both_its_names():
    """Two values for one flag are one too many, also through an alias."""
    assert "--aspect repeats --ar: keep one of them" == said("a cat --ar 1:1 --aspect 16:9")


# Flags hidden from the grammar.


@pytest.mark.parametrize("prompt", ["a cat--ar 16:9", "a cat ,--ar 16:9", "a cat --s 5--ar 16:9"])
def test_a_flag_stuck_to_a_word_is_refused(prompt):
    """It would be paid for and read as text."""
    assert "put a space before --ar" in said(prompt)


@pytest.mark.parametrize(
    "prompt",
    [
        'a sign "--no" on a wall',
        'a sign "--no parking"',
        "a well--known cat",
        "rain--neon",
        "a cat -- no dogs",
        "a -- b",
        "--5 degrees",
        f"{URL}?x=1--s a cat",
    ],
)
def test_double_dashes_in_prose_are_prose(prompt):
    """Only a known name, alone at the end of a word, looks like a flag."""
    assert None is flags.refusal(prompt)
    assert () == flags.parse(prompt).flags


def test_a_long_dash_left_before_a_flag_is_refused():
    """Upstream it could be read as --oref and double a bill that was quoted single."""
    assert "type --oref" in said(f"a cat {LONG_DASH}oref {URL}")


def test_a_single_dash_before_a_flag_is_noticed():
    """It is sent as words."""
    assert None is flags.refusal("a cat -ar 16:9")
    assert ("-ar is read as text: a flag begins with two dashes, --ar",) == flags.notices(
        "a cat -ar 16:9"
    )


# Images and words.


def test_one_image_alone_is_refused():
    """With or without flags, a single image needs words."""
    for prompt in (URL, f"{URL} --ar 16:9"):
        assert said(prompt).startswith("a single image with no text is rejected")


@pytest.mark.parametrize("prompt", [f"{URL} a cat", f"{URL} {OTHER}", f"{URL} {OTHER} --raw"])
def test_images_with_words_or_company_are_fine(prompt):
    """One image with text, or two and more without."""
    assert None is flags.refusal(prompt)


@pytest.mark.parametrize("value", ["sref random", f"oref {URL}"])
def test_references_need_words(value):
    """A style or an omni reference goes with a text prompt, also beside two images."""
    for prompt in (f"--{value}", f"{URL} {OTHER} --{value}"):
        assert f"--{value[:4]} needs a text prompt" in said(prompt)


@pytest.mark.parametrize("prompt", ["", "  \n", "--ar 16:9"])
def test_a_prompt_without_words_is_refused(prompt):
    """Nothing to draw, nothing to pay."""
    assert "the prompt has no words: say what the picture should show" == said(prompt)


@pytest.mark.parametrize(
    "prompt",
    [
        "data:image/png;base64,AAAA a cat",
        "a cat --sref DATA:image/png,x",
        "a cat --oref data:;base64,AAAA",
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ a cat",
        "a cat --sref /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgc",
    ],
)
def test_pictures_inside_the_prompt_are_refused(prompt):
    """Every image is a public URL, wherever it stands."""
    assert "public http(s) URL" in said(prompt, unchecked=True)


@pytest.mark.parametrize(
    "prompt",
    [
        "big data: image of a base64 string",
        "https://example.com/a/9j/4AAQSkZJRgABAQAAAQABAADxxxx.png a cat",
    ],
)
def test_what_only_resembles_a_picture_passes(prompt):
    """The word data, and letters inside an address, are no picture."""
    assert None is flags.refusal(prompt)


@pytest.mark.parametrize("prompt", ["hot::2 dog", "hot:: dog", "a cat --no red::2"])
def test_multi_prompts_are_refused(prompt):
    """V7 has no :: weights on words."""
    assert "V7 has no " in said(prompt)


def test_colons_in_urls_are_no_multi_prompts():
    """An address may hold two colons."""
    assert None is flags.refusal("http://[::1]/a.png a cat like http://[::1]/b.png")
