"""Groups, variables and repeats: one line that asks for several requests."""

from __future__ import annotations

import pytest

from reapi_nb import command
from reapi_nb.catalog import Imagine, Upscale, Variation
from tests.lines import prompts, read, refusal

EM = "\u2014"
HELD = {
    "animal": ["cat", "dog"],
    "n": 5,
    "braces": "{a, b}",
    "quotes": 'the "big" one\'s',
    "speed": "--speed turbo",
    "yes": "--yes",
    "raw": "--raw",
    "dash": f"{EM}ar 2:1",
    "nobody": "{{animal}}",
}


def value(name):
    return HELD[name]


# Which braces belong to the prompt.


@pytest.mark.parametrize(
    ("line", "sent"),
    [
        ("mj a {red, green} bird", ["a red bird", "a green bird"]),
        ('mj "a {red, green} bird"', ["a red bird", "a green bird"]),
        ("mj a {b {c, d}, e}", ["a b c", "a b d", "a e"]),
        ("mj a {single} bird", ["a single bird"]),
        # Flags, values and parts of both.
        ("mj a cat --ar {3:2, 1:1}", ["a cat --ar 3:2", "a cat --ar 1:1"]),
        ('mj "a cat" --ar {3:2, 1:1}', ["a cat --ar 3:2", "a cat --ar 1:1"]),
        ("mj a cat {--ar 1:1, --ar 2:1}", ["a cat --ar 1:1", "a cat --ar 2:1"]),
        ("mj a cat {, --raw}", ["a cat", "a cat --raw"]),
        ('mj "a cat {, --raw}"', ["a cat", "a cat --raw"]),
        ('mj "a cat" {, --raw}', ["a cat", "a cat --raw"]),
        ("mj a cat --{v 5, niji}", ["a cat --v 5", "a cat --niji"]),
        ('mj "a cat" --{v 5, niji}', ["a cat --v 5", "a cat --niji"]),
        ("mj {a cat --ar 1:1, a dog --raw}", ["a cat --ar 1:1", "a dog --raw"]),
        ("mj a cat --s {5, 50 --raw}", ["a cat --s 5", "a cat --s 50 --raw"]),
        ("mj a cat --no {red, blue} hats", ["a cat --no red hats", "a cat --no blue hats"]),
        # A flag in front takes the whole braces.
        ("mj --ar {3:2, 1:1} a cat", ["a cat --ar 3:2", "a cat --ar 1:1"]),
        ('mj --ar {3:2, 1:1} "a cat"', ["a cat --ar 3:2", "a cat --ar 1:1"]),
        ("mj --s {5, 50 --raw} a cat", ["a cat --s 5", "a cat --s 50 --raw"]),
        ("mj --tile {a, b} cat", ["a cat --tile", "b cat --tile"]),
        ("mj --ar {{n}}:1 a cat", ["a cat --ar 5:1"]),
        # Quotes in braces are nobody's but the prompt's.
        ('mj "a {"big" one, small}" --ar 2:1', ['a "big" one --ar 2:1', "a small --ar 2:1"]),
        (
            'mj "a "big" --no {5" nails, rust}" --ar 2:1',
            ['a "big" --no 5" nails --ar 2:1', 'a "big" --no rust --ar 2:1'],
        ),
        ("mj 'a {dog's, cat's} bed'", ["a dog's bed", "a cat's bed"]),
        ('mj "{OPEN}" or "{SHUT}"', ['"OPEN" or "SHUT"']),
        # Braces that are only that.
        (r"mj a \{red, green\} bird", ["a {red, green} bird"]),
        (r'mj "\\{ \, "', [r"\{ \, "]),
        ("mj [a, b] <c> (d)", ["[a, b] <c> (d)"]),
    ],
)
def test_braces_are_expanded(line, sent):
    """In the order of the line, the first group slowest."""
    assert sent == prompts(line, values=value)


@pytest.mark.parametrize(
    ("line", "sent"),
    [
        ("mj a {red, green} cat --speed turbo", ["a red cat", "a green cat"]),
        ("mj --speed turbo a {red, green} cat", ["a red cat", "a green cat"]),
        ("mj a cat --speed turbo {, --raw}", ["a cat", "a cat --raw"]),
        ("mj a cat --speed turbo {--raw}", ["a cat --raw"]),
        ("mj a cat --speed turbo {,--raw}", ["a cat", "a cat --raw"]),
        ("mj a cat {, --raw} --speed turbo", ["a cat", "a cat --raw"]),
        ('mj "a cat" {, --raw} --speed turbo', ["a cat", "a cat --raw"]),
        ('mj "a cat" --speed turbo --{v 5, niji}', ["a cat --v 5", "a cat --niji"]),
        ("mj a cat --speed turbo --{v 5, niji}", ["a cat --v 5", "a cat --niji"]),
        ("mj a cat --ar {3:2, 1:1} --speed turbo", ["a cat --ar 3:2", "a cat --ar 1:1"]),
        (r"mj a \{ cat --speed turbo", ["a { cat"]),
        (r"mj a \{ cat \} --speed turbo", ["a { cat }"]),
    ],
)
def test_options_are_cut_out_around_the_braces(line, sent):
    """Each of the requests has them, and no prompt has a word of them."""
    assert [Imagine(prompt=prompt, speed="turbo") for prompt in sent] == list(read(line).requests)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("mj a {cat --speed turbo, dog}", "--speed is an option of the line"),
        ('mj "a {cat --speed turbo, dog}"', "--speed is an option of the line"),
        ("mj a {cat --repeat 2, dog}", "--repeat is an option of the line: put it outside quotes"),
        ("mj a {cat --fresh, dog}", "--fresh is not a flag of Midjourney V7"),
        ("mj a {cat --yes, dog}", "--yes is not a flag of Midjourney V7"),
        ("mj a cat {--dry-run}", "--dry-run is not a flag of Midjourney V7"),
        ("mj a cat --speed{, turbo}", "--speed is an option of the line"),
    ],
)
def test_an_option_inside_braces_is_part_of_the_prompt(line, says):
    """There it acts on nothing, so the class refuses it before anything is sent."""
    assert says in refusal(line)


def test_a_flag_of_braces_stands_behind_the_prompt():
    """Nobody can tell how many words it takes in front of one."""
    assert refusal("mj --{v 5, niji} a cat").startswith("put --{v 5, niji} after the prompt: ")
    assert ["a cat --v 5", "a cat --niji"] == prompts("mj --{v 5, niji}", "a cat\n")


@pytest.mark.parametrize(
    ("line", "at", "rest"),
    [
        ("mj a { cat --speed turbo", 3, "close the group"),
        ('mj "a { cat" --speed turbo', 3, "close the group"),
        ("mj a } cat --speed turbo", 3, "begin the group"),
        ("mj --speed turbo a } cat", 3, "begin the group"),
        ("mj a {} cat", 3, "put options into it"),
        ("mj a {{no name}} cat", 3, "only a variable's name may stand there"),
    ],
)
def test_wrong_braces_are_refused_with_their_place(line, at, rest):
    """The characters of the prompt are counted, from 1."""
    says = refusal(line)

    assert f" at character {at} " in says
    assert rest in says


def test_the_place_in_a_cell_is_that_of_its_body():
    """Line breaks count like every other character."""
    assert " at character 7 " in refusal("mj", "a cat\n{ sat\n")


def test_a_class_without_prompt_knows_no_braces():
    """There a brace is a letter of a wrong value."""
    assert "not '{standard, creative}'" in refusal("upscale task_x#1 --type {standard, creative}")


def test_words_that_may_be_left_out_are_expanded_too():
    """A follow-up with several prompts is several follow-ups of one picture."""
    got = read("vary task_x#2 more {rain, snow} --type strong").requests

    assert [
        Variation(task_id="task_x", image_number=1, prompt=f"more {what}", type="strong")
        for what in ("rain", "snow")
    ] == list(got)


# What is wrong with one of them.


def test_a_refusal_says_which_prompt_it_is_about():
    """All are checked before anything is sent, and the code is that of the class."""
    from reapi_nb.errors import InvalidRequest

    with pytest.raises(InvalidRequest) as no:
        read("mj a {cat --s 5, dog --s 5000, cow}")

    assert (
        'prompt 2 of 3, "a dog --s 5000": --s takes a whole number from 0 to 1000, not "5000"'
        == str(no.value)
    )
    assert "INVALID_REQUEST" == no.value.code


def test_a_single_prompt_needs_no_number():
    """The refusal is that of the class, word for word."""
    assert refusal("mj a {dog --s 5000}").startswith("--s takes a whole number")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("mj a {cat, dog} --speed warp", "speed should be"),
        ("pan task_x#1 a {cat, dog} --scale 9", "scale should be"),
        ("edit task_x#1 a {cat, dog} --canvas 1x1", "img_pos is required"),
    ],
)
def test_what_is_wrong_beside_the_prompts_is_not_blamed_on_one(line, says):
    """A wrong option is wrong for all of them."""
    assert refusal(line).startswith(says)


def test_the_longest_prompt_is_measured_after_the_expansion():
    """A long template may make short prompts, and a short one too long a prompt."""
    long = "x" * 5000

    assert 2 == len(read(f"mj a {{{long}, y{long}}}").requests)
    assert 'prompt 2 of 2, "b xxx' in refusal(f"mj {{a, b {long}}} {long}")


def test_every_prompt_is_charged_for_what_it_says():
    """`{, --oref URL}` doubles the bill of one of two."""
    got = read("mj a cat {, --oref https://example.com/a.png}").requests

    assert [1, 2] == [request.units() for request in got]


# Equal prompts.


@pytest.mark.parametrize(
    ("line", "sent", "notices"),
    [
        ("mj a {red, red} cat", 1, ("1 of 2 prompts is the same as another: left out",)),
        ("mj {a, a, b} {c, c}", 2, ("4 of 6 prompts are the same as others: left out",)),
        ("mj {a, b} {c, d}", 4, ()),
    ],
)
def test_equal_prompts_are_sent_once(line, sent, notices):
    """How many are left out is said."""
    got = read(line)

    assert sent == len(got.requests)
    assert notices == got.notices


def test_what_is_left_out_beside_repeats_is_counted_without_them():
    """Repeats are wanted, and are no duplicates."""
    got = read("mj a {red, red, blue} cat --repeat 2")

    assert ["a red cat"] * 2 + ["a blue cat"] * 2 == [each.words for each in got.requests]
    assert ("1 of 3 prompts is the same as another: left out",) == got.notices


# Variables.


@pytest.mark.parametrize(
    ("line", "sent"),
    [
        ("mj a {{animal}}", ["a cat", "a dog"]),
        ('mj "a {{ animal }}"', ["a cat", "a dog"]),
        ("mj {{animal}} and {{animal}}", ["cat and cat", "dog and dog"]),
        ("mj a {{{animal}}, bird}", ["a cat", "a dog", "a bird"]),
        ("mj a cat --s {{n}}", ["a cat --s 5"]),
        ("mj --s {{n}} a cat", ["a cat --s 5"]),
        ("mj a cat {{raw}}", ["a cat --raw"]),
        # A value is words, whatever it looks like.
        ("mj a {{braces}} cat", ["a {a, b} cat"]),
        ("mj a {{nobody}} cat", ["a {{animal}} cat"]),
        ("mj {{quotes}}", ['the "big" one\'s']),
        ('mj "{{quotes}} cat" --ar 1:1', ['the "big" one\'s cat --ar 1:1']),
        ("mj '{{quotes}} cat' --ar 1:1", ['the "big" one\'s cat --ar 1:1']),
    ],
)
def test_a_variable_is_put_in_as_it_is(line, sent):
    """The line is read first, and the values come last."""
    assert sent == prompts(line, values=value)


@pytest.mark.parametrize("line", ["mj a cat {}", 'mj "a cat {}"', "mj"])
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("speed", "--speed is an option of the line, not part of the prompt"),
        ("yes", "--yes is not a flag of Midjourney V7"),
        ("dash", f"{EM}ar begins with a long dash: type --ar"),
    ],
)
def test_nothing_in_a_value_acts_on_the_line(line, name, says):
    """It is a word of the prompt, which the class refuses."""
    place = f"{{{{{name}}}}}"
    body = f"a cat {place}\n" if line == "mj" else None

    assert says in refusal(line.format(place), body, values=value)


def test_a_strange_name_is_refused():
    """It says what to do, and without a notebook no name is known."""
    assert "no variable 'bird': assign it in a cell first" == refusal("mj a {{bird}}", values=value)
    assert "no variable 'animal': assign it in a cell first" == refusal("mj a {{animal}}")


def test_names_are_asked_for_only_where_they_stand():
    """A line without variables never looks into the notebook."""
    asked = []

    read("mj a {red, green} $x [y] {z}", values=lambda name: asked.append(name) or "a")
    read("upscale task_x#1", values=lambda name: asked.append(name) or "a")

    assert [] == asked


# Repeats.


@pytest.mark.parametrize(
    "line",
    [
        "mj a cat --repeat 3",
        "mj --repeat 3 a cat",
        "mj a cat --r 3",
        "mj --R 3 a cat",
        'mj "a cat" --repeat 3',
        "mj a cat --REPEAT  3;",
        f"mj a cat {EM}repeat 3",
        f"mj a cat {EM}r 3",
    ],
)
def test_a_prompt_may_be_repeated(line):
    """Three requests, each a charge of its own; nothing of it is in the prompt."""
    assert (Imagine(prompt="a cat"),) * 3 == read(line).requests


def test_repeats_multiply_groups():
    """The repeats of one prompt stand side by side."""
    assert ["a cat", "a cat", "a dog", "a dog"] == prompts("mj a {cat, dog} --repeat 2")


def test_edits_may_be_repeated():
    """A class without a prompt has repeats too, also with its line in a cell."""
    upscale = Upscale(task_id="task_x", image_number=0)

    assert (upscale, upscale) == read("upscale task_x#1 --repeat 2").requests
    assert (upscale, upscale) == read("upscale task_x#1 --repeat 2", "\n").requests
    assert 2 == len(read("mj --repeat 2", "a cat\n").requests)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("mj a cat --repeat", "--repeat needs a value: a whole number from 1 to 40"),
        ("mj a cat --repeat 2 --r 3", "--r stands beside --repeat: keep one of them"),
        (
            "mj a cat --repeat 3 in the rain",
            '"in the rain" stands after --repeat 3: move it in front of --repeat',
        ),
        ("mj a cat --repeat=3", "mj has no --repeat=3: did you mean --repeat 3?"),
        ("mj a cat --repeat3", "mj has no --repeat3: did you mean --repeat 3?"),
        ("mj a cat --r3", "mj has no --r3: did you mean --r 3?"),
        ("mj a cat --repaet 3", "mj has no --repaet: did you mean --repeat?"),
        ('mj "a cat --repeat 3"', "put --repeat outside the quotes"),
        ('mj "a cat --r 3"', "put --r outside the quotes"),
    ],
)
def test_a_repeat_that_cannot_be_read_is_refused(line, says):
    """Nothing is guessed about a number of charges."""
    assert says == refusal(line)


@pytest.mark.parametrize(
    "number", ["0", "41", "-1", "1.5", "two", "{2, 3}", "{{n}}", "\u0663", "040"]
)
def test_a_wrong_number_of_repeats_says_what_to_type(number):
    """From 1 to 40, in digits."""
    for line in (f"mj a cat --r {number}", f"mj --r {number} a cat"):
        says = refusal(line, values=value)

        assert says.startswith(f'--r takes a whole number from 1 to 40, not "{number}": ')
        assert says.endswith(": type --r 4 to send it four times")


@pytest.mark.parametrize("option", ["--repeat 3", "--r 3"])
def test_a_repeat_in_the_body_of_a_cell_is_refused(option):
    """It would be paid for as words, so the class says where it goes."""
    says = refusal("mj --unchecked", f"a cat {option}\n")

    assert f"{option[:-2]} is an option of the line: put it outside quotes and braces" in says
    assert says.endswith("or on the %%reapi line")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("mj {1,2,3,4,5,6,7,8} --r 6", "8 prompts, 6 times each, are 48 requests"),
        ("mj {1,2,3,4,5,6,7,8} --r 6", "and one line may make 40: type --repeat 5"),
        ("mj {1,2,3,4,5,6,7}{1,2,3} --r 2", "21 prompts, 2 times each, are 42 requests"),
        ("mj {1,2,3,4,5,6,7}{1,2,3} --r 2", "and one line may make 40: leave out --repeat"),
        ("mj {1,2,3,4,5,6,7}{1,2,3,4,5,6}", "this makes 42 different texts"),
    ],
)
def test_more_than_forty_requests_are_refused(line, says):
    """With their number, whatever makes them so many."""
    assert says in refusal(line)


@pytest.mark.parametrize("line", ["mj a --r 40", "mj {1,2,3,4,5,6,7,8} --r 5"])
def test_forty_requests_are_as_many_as_one_line_may_make(line):
    """Neither more nor fewer."""
    assert 40 == len(read(line).requests)


# Before anything is sent.


@pytest.mark.parametrize(
    ("line", "yes", "dry_run"),
    [
        ("mj a cat", False, False),
        ("mj a cat --yes", True, False),
        ("mj --yes a cat", True, False),
        ("mj a cat --dry-run", False, True),
        ("mj --dry-run a cat --YES --yes", True, True),
        ("upscale task_x#1 --yes --dry-run", True, True),
    ],
)
def test_people_may_decide_on_the_line(line, yes, dry_run):
    """Send without asking, or show and send nothing; neither is part of a request."""
    got = read(line)

    assert (yes, dry_run) == (got.yes, got.dry_run)
    assert got.request in (Imagine(prompt="a cat"), Upscale(task_id="task_x", image_number=0))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("mj a cat --yes please", '--yes takes no value: move "please" in front of it'),
        ('mj "a cat --dry-run"', "put --dry-run outside the quotes"),
        ("mj a cat --dryrun", "mj has no --dryrun: did you mean --dry-run?"),
        (f"mj a cat {EM}dry-run", f"{EM}dry-run begins with a long dash: type --dry-run"),
        (f"mj a cat {EM}Yes", f"{EM}Yes begins with a long dash: type --Yes"),
    ],
)
def test_a_decision_must_be_read_for_certain(line, says):
    """Money depends on it."""
    assert refusal(line).startswith(says)


@pytest.mark.parametrize("option", ["--fresh", "--yes", "--dry-run", "--unchecked"])
def test_an_option_below_its_line_is_refused(option):
    """It would be sent as words, and act on nothing."""
    assert f"put {option} on the %%reapi line, not below it" == refusal("mj", f"a cat {option}\n")


def test_unchecked_lets_an_option_below_its_line_be_a_word():
    """A request that was sent with such words can be asked for again."""
    assert ["a cat --fresh"] == prompts("mj --unchecked", "a cat --fresh\n")


def test_a_field_of_an_edit_below_its_line_is_refused():
    """Also where Midjourney knows no such flag."""
    says = refusal("vary task_x#1", "more rain --type strong\n")

    assert "put --type on the %%reapi line, not below it" == says


# Cells.


@pytest.mark.parametrize(
    ("line", "body", "sent"),
    [
        ("mj", "a {red, green} cat\n", ["a red cat", "a green cat"]),
        ("mj", "a {red,\n   green} cat\n\n", ["a red cat\n", "a green cat\n"]),
        ("mj --speed turbo", "a {{animal}}\n", ["a cat", "a dog"]),
        ("mj --ar {3:2, 1:1}", "a cat\n", ["a cat --ar 3:2", "a cat --ar 1:1"]),
        ("mj --no {{animal}}s", "no {{animal}}\n", ["no cat --no cats", "no dog --no dogs"]),
        ("mj --{v 5, niji}", "a {b, c}\n", ["a b --v 5", "a b --niji", "a c --v 5", "a c --niji"]),
        ("mj", r"a \{cat\}", ["a {cat}"]),
        # A flag of the line is for those that have none of their own.
        ("mj --ar 16:9", "a {cat, dog --ar 1:1}", ["a cat --ar 16:9", "a dog --ar 1:1"]),
        (
            "mj --c 5 --ar 16:9 --raw",
            "a {cat, dog --aspect 1:1}\n\n",
            ["a cat\n--c 5 --ar 16:9 --raw", "a dog --aspect 1:1\n--c 5 --raw"],
        ),
        ("mj --ar {16:9, 1:1}", "a cat --ar 2:1", ["a cat --ar 2:1"]),
        (
            "mj --ar {16:9, 1:1}",
            "a {cat, dog --ar 2:1}",
            ["a cat --ar 16:9", "a cat --ar 1:1", "a dog --ar 2:1"],
        ),
    ],
)
def test_the_body_of_a_cell_is_a_template(line, body, sent):
    """The flags of its line go behind each text that has not its own."""
    assert sent == prompts(line, body, values=value)


def test_a_flag_of_the_line_that_only_some_prompts_need_is_told():
    """Whether all or some of the prompts have their own."""
    some = read("mj --ar 16:9 --raw", "a {cat, dog --ar 1:1}").notices
    all_of_them = read("mj --ar 16:9 --raw", "a {cat --ar 2:1, dog --ar 1:1}").notices

    assert ("left out --ar 16:9 where the prompt has its own",) == some
    assert ("left out --ar 16:9: the prompt has its own",) == all_of_them


def test_a_flag_that_stands_twice_on_the_line_is_refused():
    """Neither of the two is dropped in silence."""
    assert "--ar repeats --ar" in refusal("mj --ar 1:1 --ar 1:1", "a cat")
    assert "--ar repeats --ar" in refusal("mj --ar 1:1 --ar 1:1", "a {cat, dog --ar 2:1}")
    assert "--chaos repeats --c" in refusal("mj --c 5 --chaos 5", "a {cat, dog --c 2}")


def test_what_a_flag_of_the_line_makes_equal_is_counted():
    """Together with what was equal in the body."""
    got = read("mj --ar {16:9, 1:1}", "a {cat, cat, dog --ar 2:1}")

    assert 3 == len(got.requests)
    assert "3 of 6 prompts are the same as others: left out" == got.notices[-1]


# Quotes that a keyboard made.


@pytest.mark.parametrize(
    ("line", "prompt", "notices"),
    [
        ("mj \u201ca cat\u201d", "a cat", ("read \u201c\u2026\u201d as quotes around the prompt",)),
        (
            "mj --tile \u201ca cat\u201d --ar 2:1",
            "a cat --ar 2:1 --tile",
            ("read \u201c\u2026\u201d as quotes around the prompt",),
        ),
        (
            "mj \u2018a cat\u2019s bed\u2019",
            "a cat\u2019s bed",
            ("read \u2018\u2026\u2019 as quotes around the prompt",),
        ),
        ('mj "a \u201cbig\u201d cat"', "a \u201cbig\u201d cat", ()),
        ("mj a \u201cbig\u201d cat", "a \u201cbig\u201d cat", ()),
        ("mj \u201cOPEN\u201d in neon", "\u201cOPEN\u201d in neon", ()),
        ('mj "a cat"', "a cat", ()),
        ("mj 'a cat'", "a cat", ()),
    ],
)
def test_curly_quotes_around_a_prompt_are_quotes(line, prompt, notices):
    """Only as the outer pair, which is said; every other one is text."""
    got = read(line)

    assert prompt == got.request.words
    assert notices == got.notices


def test_curly_quotes_below_a_line_are_text():
    """There nothing has to be quoted."""
    got = read("mj", "\u201ca cat\u201d\n")

    assert ("\u201ca cat\u201d", ()) == (got.request.words, got.notices)


@pytest.mark.parametrize("line", ["mj a {cat}", 'mj "a {cat} in {rain}"', "%%mj a {cat}"])
def test_a_group_without_a_choice_is_told(line):
    """Braces that vanish without a permutation were meant otherwise, perhaps."""
    nick, _, rest = line.removeprefix("%%").partition(" ")
    below = line.startswith("%%")

    asked = command.parse(nick, "" if below else rest, rest if below else None)

    assert 1 == len(asked.requests)
    assert asked.notices[-1].startswith('"{cat}" has one option, and goes without its braces')


def test_a_choice_is_not_told():
    """Where there is a permutation, an option alone is part of it, and variables are no groups."""
    several = command.parse("mj", '"a {cat, dog} {here}"')
    named = command.parse("mj", '"a {{animal}} \\{x\\}"', values=lambda _: "cat")

    assert () == several.notices
    assert () == named.notices
