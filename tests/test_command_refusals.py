"""What a typed line is refused for, and what it says to type instead."""

from __future__ import annotations

import re

import pytest

from reapi_nb.catalog import REQUESTS, Imagine
from reapi_nb.command import has_flags
from reapi_nb.errors import InvalidRequest
from tests.lines import link, read, refusal

EM = "\u2014"
URL = "https://example.com/a.png"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("mjj a cat", 'unknown model "mjj": did you mean mj?'),
        # Unknown flags.
        ("mj a cat --sped turbo", "mj has no --sped: did you mean --speed?"),
        ("mj a cat --speed=turbo", "mj has no --speed=turbo: did you mean --speed turbo?"),
        ("mj --spede turbo a cat", "mj has no --spede: did you mean --speed?"),
        ("mj --ar16:9 a cat", "mj has no --ar16:9: did you mean --ar 16:9?"),
        ("mj a cat --frsh", "mj has no --frsh: did you mean --fresh?"),
        ("mj a cat --frsh --sped turbo", "mj has no --frsh: did you mean --fresh?"),
        ("mj a cat --wierd 5", "--wierd is not a flag of Midjourney V7: did you mean --weird?"),
        ("mj a cat --ar16:9", "--ar needs a space before its value: type --ar 16:9"),
        (
            "mj --foobar 5 a cat",
            "mj has no --foobar: leave it out, or put it after the prompt with --unchecked",
        ),
        (
            "mj --unchecked --foobar 5 a cat",
            "mj has no --foobar: leave it out, or put it after the prompt with --unchecked",
        ),
        ("upscale task_x#1 --typ creative", "upscale has no --typ: did you mean --type?"),
        (
            "enhance task_x#1 --speed turbo",
            "enhance has no --speed: it takes --fresh, --repeat, --yes, --dry-run and --unchecked",
        ),
        ("upscale task_x#1 --frash --unchecked", "upscale has no --frash: did you mean --fresh?"),
        # Values.
        (
            "mj a cat --speed warp",
            "speed should be 'draft', 'fast' or 'turbo', not 'warp'",
        ),
        (
            "mj a cat --speed turbo in the rain",
            "speed should be 'draft', 'fast' or 'turbo', not 'turbo in the rain'",
        ),
        (
            "vary task_x#1 --type standard",
            "type should be 'subtle' or 'strong', not 'standard'",
        ),
        ("mj a cat --speed", "--speed needs a value: draft, fast or turbo"),
        ("mj --speed --tile a cat", "--speed needs a value: draft, fast or turbo"),
        ("mj --speed fast a cat --speed turbo", "--speed is given twice: keep one of them"),
        (
            "mj a cat --fresh in the rain",
            '--fresh takes no value: move "in the rain" in front of it',
        ),
        ("mj --ar 1:1 a cat --ar 2:1", "--ar repeats --ar: keep one of them"),
        # Where things stand.
        (
            "mj --no red, blue a cat",
            "put --no after the prompt: in front of it, its words look like the prompt",
        ),
        (
            f"mj --sref {URL} 123 a cat",
            "put --sref after the prompt: in front of it, its words look like the prompt",
        ),
        ('mj "a cat --speed turbo"', "put --speed outside the quotes"),
        ("mj 'a cat --fresh' --tile", "put --fresh outside the quotes"),
        (f'mj "a cat {EM}speed turbo"', "put --speed outside the quotes"),
        ("upscale task_x#1 more rain", 'upscale has no prompt: leave out "more rain"'),
        ('upscale task_x#1 "more"', 'upscale has no prompt: leave out ""more""'),
        # What the request class says of the prompt.
        ("mj", "the prompt has no words: say what the picture should show"),
        ("mj ;", "the prompt has no words: say what the picture should show"),
        ('mj ""', "the prompt has no words: say what the picture should show"),
        ("mj --ar 16:9", "the prompt has no words: say what the picture should show"),
        ('vary task_x#1 ""', "the prompt has no words: say what the picture should show"),
        (
            "mj " + "x" * 8193,
            "the prompt has 8193 characters; at most 8192 are allowed",
        ),
        (
            f"mj {URL}",
            "a single image with no text is rejected: add a short description after its URL",
        ),
        (
            "mj a cat data:image/png;base64,AAAA",
            "data: and base64 images are not accepted: use a public http(s) URL of the picture",
        ),
        (
            "mj a cat --relax",
            "--relax is no speed of reAPI: use --speed draft, fast or turbo",
        ),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_in_one_line(line, says):
    """The line says what to type instead, and nothing is sent."""
    assert says == refusal(line)


def test_a_strange_nick_is_answered_with_all_there_are():
    """Every class of the catalog can be asked for by its nick."""
    says = refusal("dalle a cat")

    assert says.startswith('unknown model "dalle": there are mj, upscale, vary, ')
    assert all(re.search(rf"[ ,]{kind.nick}\b", says) for kind in REQUESTS)


@pytest.mark.parametrize(
    ("line", "prompt"),
    [
        ("mj a cat --foobar 5 --unchecked", "a cat --foobar 5"),
        ("mj --unchecked a cat --sped --ar 1:2", "a cat --sped --ar 1:2"),
        ('mj "a cat --foobar 5" --unchecked', "a cat --foobar 5"),
        ("vary task_x#1 more --foobar --unchecked --type strong", "more --foobar"),
    ],
)
def test_unchecked_lets_unknown_flags_through(line, prompt):
    """They stay in the prompt as they were typed."""
    assert prompt == read(line).request.prompt


@pytest.mark.parametrize(
    ("line", "body", "says"),
    [
        (
            "mj a cat",
            "a dog\n",
            'the prompt goes below %%reapi mj, not on its line: move "a cat" down',
        ),
        (
            "mj --ar 16:9 a cat",
            "a dog\n",
            'the prompt goes below %%reapi mj, not on its line: move "a cat" down',
        ),
        (
            "vary task_x#1 rain",
            "snow\n",
            'the prompt goes below %%reapi vary, not on its line: move "rain" down',
        ),
        (
            f"mj {EM}fresh",
            "a dog\n",
            f"{EM}fresh begins with a long dash: type --fresh, or a space after the dash",
        ),
        (
            "upscale task_x#1",
            "more\n",
            "upscale has no prompt: type it as one %reapi line",
        ),
        ("mj", "  \n", "the prompt has no words: say what the picture should show"),
        (
            "mj",
            "a cat --speed turbo",
            '--speed is an option of the line, not part of the prompt (in Python speed="fast")',
        ),
    ],
)
def test_a_cell_that_cannot_be_read_is_refused_in_one_line(line, body, says):
    """Words on the line and below it are not put together by guessing."""
    assert says == refusal(line, body)


# What old tutorials say, on any line that takes a prompt.

STARTS = {
    kind.nick: kind.example.split('"')[0] if '"' in kind.example else f"{kind.nick} task_x#2 "
    for kind in REQUESTS
    if has_flags(kind) and kind is not Imagine
} | {"mj": "mj "}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("a cat --draft", "use the option --speed draft"),
        ("a cat --fast", "use the option --speed fast"),
        ("a cat --turbo", "use the option --speed turbo"),
        ("hot::2 dog", "V7 has no multi-prompts (::), write it as plain words"),
        ("a cat --no red::2", "V7 has no :: weights, leave them out"),
        (f"a cat --cref {URL}", "--cref is not part of V7: use --oref URL (it doubles the price)"),
        ("a cat --q 0.5", '--q takes one of 1, 2, 4 in V7, not "0.5"'),
        ("a cat --stop 80", "--stop is not part of V7: leave it out"),
        ("a cat --style raw", "--style is gone: for --style raw type --raw"),
        ("a cat --w 1024 --h 576", "--h is gone, and --w means --weird now: type --ar W:H"),
        ("a cat --width 1024 --height 576", "--width is gone: type --ar W:H"),
        (f"a cat --oref {URL} {URL}", "--oref takes exactly one http(s) URL"),
        ("a cat --zyx", "--zyx is not a flag of Midjourney V7: leave it out, or use the option"),
    ],
)
def test_old_habits_are_answered_with_what_to_type(start, typed, says):
    """Nothing is sent, on whichever side of the words it stands, in quotes or not."""
    assert says in refusal(f"{start}{typed}", link=link)
    assert says in refusal(f'{start}"{typed}"', link=link)
    assert says in refusal(start, f"{typed}\n", link=link)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("mj --draft a cat", "--draft has no effect inside a prompt: use the option --speed draft"),
        ("mj --ar 16:9 --turbo a cat", "--turbo has no effect inside a prompt"),
        ("mj --relax a cat", "--relax is no speed of reAPI"),
        ("mj --style raw a cat", "--style is gone: for --style raw type --raw"),
        ("mj --h 576 --w 1024 a cat", "--h is gone, and --w means --weird now"),
        (f"mj --cref {URL} a cat", "--cref is not part of V7: use --oref URL"),
        ("mj --stop 80 a cat", "--stop is not part of V7: leave it out"),
        ("mj --q 0.5 a cat", '--q takes one of 1, 2, 4 in V7, not "0.5"'),
        ("mj --zyx a cat", "mj has no --zyx: leave it out"),
        ("mj --niji6 a cat", "mj has no --niji6: did you mean --niji 6?"),
    ],
)
def test_old_habits_in_front_of_the_prompt_are_answered_too(line, says):
    """However many words they would have taken; on the line of a cell as well."""
    assert refusal(line).startswith(says)
    assert refusal(line.removesuffix(" a cat"), "a cat\n").startswith(says)


@pytest.mark.parametrize(
    "line", ["mj --turbo a cat", "mj a cat --turbo", "mj a {cat, dog} --turbo"]
)
def test_a_flag_is_refused_in_the_code_of_the_class(line):
    """Whoever finds it first."""
    with pytest.raises(InvalidRequest) as no:
        read(line)

    assert "INVALID_REQUEST" == no.value.code


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
@pytest.mark.parametrize(
    "prompt",
    [
        f"a cat --sref {URL}::2 {URL}::0.5 --sw 50",
        "a cat --no red hats, dogs --ar 3:2",
        "a cat --v 7 --ar 3:2",
    ],
)
def test_what_v7_knows_is_not_in_the_way(start, prompt):
    """Weights of references, values of several words, a version that is ignored."""
    needed = {"inpaint": f" --mask {URL}", "edit": " --canvas 9x9 --img-pos 0,0,4x4"}
    needed["upload-paint"] = needed["inpaint"] + needed["edit"]
    behind = needed.get(start.split()[0], "")

    (request,) = read(f"{start}{prompt}{behind}", link=link).requests

    assert prompt == request.words


@pytest.mark.parametrize("typed", ["--v 7", "--version 6.1", "--niji 6", "--niji"])
def test_a_version_is_said_to_be_ignored(typed):
    """With the request, because that is what it is about."""
    (notice,) = read(f"mj a cat {typed}").request.notices()

    assert f"{typed.split()[0]} is ignored: the version is locked to V7" == notice
