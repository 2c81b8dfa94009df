"""What a typed line is refused for, and what it says to type instead."""

from __future__ import annotations

import pytest

from reapi_nb.command import parse
from reapi_nb.errors import InvalidRequest

EM = "\u2014"
URL = "https://example.com/a.png"


def read(line, body=None):
    nick, _, rest = line.partition(" ")
    return parse(nick, rest, body)


def refusal(line, body=None):
    with pytest.raises(InvalidRequest) as no:
        read(line, body)
    assert "\n" not in str(no.value)
    return str(no.value)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("mjj a cat", 'unknown model "mjj": did you mean mj?'),
        ("dalle a cat", 'unknown model "dalle": there are mj, upscale and vary'),
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
            "upscale task_x#1 --speed turbo",
            "upscale has no --speed: it takes --type, --fresh and --unchecked",
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
