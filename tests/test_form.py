"""The form of every request class: what it shows, what it asks for, and what a press sends."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from html import unescape
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import ipywidgets
import pytest

from reapi_nb import catalog, command, prices
from reapi_nb.catalog import REQUESTS
from reapi_nb.errors import InvalidRequest
from reapi_nb.job import Status
from reapi_nb.library import Library
from reapi_nb.notebook.commands import Commands
from reapi_nb.notebook.form import DOUBLE_S, Form
from reapi_nb.notebook.form_fields import PICTURE, PROMPT
from reapi_nb.notebook.names import Names
from reapi_nb.notebook.screen import Screen
from reapi_nb.notebook.sessions import Sessions
from reapi_nb.session import Settings
from tests.faults.kernel import KEY, settings, until
from tests.samples import example, kept, picture
from tests.samples import job as sample
from tests.sandboxes import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reapi_nb.catalog import ImageRequest
    from reapi_nb.job import Snapshot
    from reapi_nb.session import Session

EVERY_KIND = pytest.mark.parametrize(
    "kind", REQUESTS, ids=lambda kind: f"{kind.provider}-{kind.nick}"
)
HOSTILE = '<img src=x onerror="alert(1)"></textarea><script>alert(1)</script>'


class Desk:
    """A notebook without a page: its variables, its sessions, and what is on its screen."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.clock = Clock()
        self.shell = SimpleNamespace(user_ns={}, kernel=object())
        self.sessions = Sessions()
        self.session = self.enter(sandbox_latency_s=60.0)
        self.names = Names(self.shell, self.sessions)
        self.screen = Screen(self.shell, self.sessions)
        self.commands = Commands(self.screen, self.names, self.sessions)

    def enter(self, **given: Any) -> Session:
        return self.sessions.enter(Settings.read("sandbox", home=self.home, **given))

    def form(self, kind: type[ImageRequest] | str, **given: Any) -> Form:
        found = catalog.find(kind) if isinstance(kind, str) else kind
        how = {"board_of": self.screen.board_of, "clock": self.clock} | given
        return Form(found, self.session, self.names, **how)

    def close(self) -> None:
        self.screen.close()
        self.sessions.close()


@pytest.fixture(name="desk")
def _desk(home: Path) -> Iterator[Desk]:
    desk = Desk(home)
    yield desk
    desk.close()


def put(form: Form, **values: str) -> None:
    """Fill controls in, by their labels."""
    for name, value in values.items():
        form.entries[name.replace("_", "-")].control.value = value


def fill(form: Form, request: ImageRequest, fields: set[str] | None = None) -> None:
    """Fill in what a request has set, or some of it, as people would type it."""
    chosen = request.model_fields_set if fields is None else fields
    for entry in form.entries.values():
        if entry.fields and chosen.issuperset(entry.fields):
            entry.control.value = _typed(request, *entry.fields)
    if isinstance(request, catalog.AnyModel):
        put(form, fields=json.dumps(request.model_extra))


def _typed(request: ImageRequest, name: str, *_more: str) -> str:
    if name == "task_id":
        return f"{request.parent_task}#{request.parent_slot + 1}"
    value = getattr(request, name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "\n".join(value) if isinstance(value, tuple) else str(value)


def widgets(of: Any) -> Iterator[Any]:
    """A widget and everything in it."""
    yield of
    for child in getattr(of, "children", ()):
        yield from widgets(child)


def line(form: Form) -> str:
    """The cell that the form shows."""
    found = re.search(r"<textarea[^>]*>(.*)</textarea>", form.line.value, re.DOTALL)
    assert found
    return unescape(found[1])


def read(cell: str, provider: str = "reapi") -> command.Command:
    """What a cell asks for."""
    first, *below = cell.split("\n", 1)
    nick, _, rest = re.sub(r"^%%?reapi ", "", first).partition(" ")
    assert bool(below) == cell.startswith("%%")
    return command.parse(nick, rest, below[0] if below else None, provider=provider)


def note(form: Form) -> str:
    return unescape(re.sub(r"<[^>]*>", "", form.note.value))


# What it shows.


@EVERY_KIND
def test_every_class_has_a_form_with_labels(desk, kind):
    """Every control has a label, and says nothing before somebody chooses something."""
    form = desk.form(kind)

    assert form.entries
    for name, entry in form.entries.items():
        assert name == entry.control.description
        assert "" == entry.control.value
    assert f"%reapi {kind.nick}" == line(form)


@EVERY_KIND
def test_every_field_has_a_control(desk, kind):
    """What can be said on a line can be said in the form, but for what belongs to the line."""
    asked = {name for entry in desk.form(kind).entries.values() for name in entry.fields}

    told = {option.field for option in command.options(kind).values() if option.field}
    assert told <= asked
    assert {name for name, info in kind.model_fields.items() if info.is_required()} <= asked


def test_what_is_not_set_shows_the_servers_default(desk):
    """A list says first what happens without it; a text says it where one types."""
    form = desk.form("pan")

    assert "(not set: fast)" == form.entries["speed"].control.label
    assert "(not set: 1.5)" in form.entries["scale"].control.placeholder
    assert "a number from 1.1 to 3" in form.entries["scale"].control.placeholder


@pytest.mark.parametrize("name", ["canvas", "img-pos", "mask"])
def test_a_shape_is_typed_as_on_the_line(desk, name):
    """Its control says the form that its option takes."""
    takes = command.options(catalog.Edit)[name].takes

    assert takes in desk.form("edit").entries[name].control.placeholder


def test_help_stands_below_its_control(desk):
    """The description of a field can be read without pointing at anything."""
    texts = [one.value for one in widgets(desk.form("mj")) if isinstance(one, ipywidgets.HTML)]

    assert any("draft is the cheapest" in text for text in texts)


def test_a_form_that_was_just_opened_blames_nobody(desk):
    """It says what is missing, calmly, and cannot be submitted."""
    form = desk.form("mj")

    assert "the prompt has no words" in note(form)
    assert 'role="alert"' not in form.note.value
    assert form.submit.disabled


def test_a_form_says_where_it_leads(desk, home):
    """A sandbox costs nothing, a real place costs credits, and no widget knows a key."""
    free = desk.form("mj")
    desk.session = desk.sessions.enter(settings("http://127.0.0.1:9", home))
    paid = desk.form("mj")

    texts = {form: " ".join(str(one.get_state()) for one in widgets(form)) for form in (free, paid)}
    assert "sandbox: no charge" in texts[free]
    assert "reapi: paid with credits" in texts[paid]
    assert KEY not in texts[paid]


def test_a_long_line_is_shown_whole(desk):
    """It wraps into as many rows as it needs, and a very long one can be scrolled."""
    form = desk.form("mj")

    rows = []
    for words in ("a cat", "a cat " * 20, "a\ncat\non\na mat", "a cat " * 500):
        put(form, prompt=words)
        rows += re.findall(r'rows="(\d+)"', form.line.value)

    assert ["1", "2", "5", "8"] == rows


def test_text_never_becomes_an_element(desk):
    """Whatever is typed or refused, the page has our own few elements and no others."""
    seen: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag, attrs):
            seen.append(tag)

    form = desk.form("edit")
    for value in (HOSTILE, f"{HOSTILE} :: x", f"a cat --ar {HOSTILE}"):
        put(form, picture=HOSTILE, prompt=value, canvas=HOSTILE)
        put(form, picture="task_x#1")
        for one in widgets(form):
            if isinstance(one, ipywidgets.HTML):
                Tags().feed(one.value)

    assert {"div", "span", "textarea"} == set(seen)


def test_every_option_has_the_control_that_it_takes(desk):
    """Lists to choose from where there are choices, lines for pictures, text for all else."""
    form = desk.form("wan")

    kinds = {name: type(entry.control).__name__ for name, entry in form.entries.items()}
    assert {"model", "watermark", "thinking-mode", "enable-sequential"} == {
        name for name, kind in kinds.items() if kind == "Dropdown"
    }
    assert {"prompt", "image"} == {name for name, kind in kinds.items() if kind == "Textarea"}
    assert ["(not set: wan2.7-image)", "wan2.7-image", "wan2.7-image-pro"] == list(
        form.entries["model"].control._options_labels
    )
    assert ("(not set: yes)", "yes", "no") == form.entries["thinking-mode"].control._options_labels


def test_only_a_whole_name_is_looked_up(desk):
    """A picture is read when its control is left, the words with every key."""
    entries = desk.form("wan").entries | desk.form("retexture").entries

    live = {name: getattr(one.control, "continuous_update", None) for name, one in entries.items()}
    assert {"picture", "image"} == {name for name, is_live in live.items() if is_live is False}


# What it asks for.


@EVERY_KIND
def test_the_example_filled_in_is_the_example(desk, kind):
    """What the form would send is what the line would send."""
    form = desk.form(kind)

    fill(form, example(kind))

    assert form.offer, note(form)
    assert (example(kind),) == form.offer.requests


@EVERY_KIND
def test_what_nobody_chose_is_not_sent(desk, kind):
    """With nothing but what is required, the body has nothing else."""
    form, wanted = desk.form(kind), example(kind)
    required = {name for name, info in kind.model_fields.items() if info.is_required()}
    first = {field for entry in form.entries.values() for field in entry.fields}
    needed = (required | {"prompt", "image_number"}) & first & wanted.model_fields_set

    fill(form, wanted, needed)

    assert form.offer, note(form)
    [request] = form.offer.requests
    assert needed == request.model_fields_set & kind.model_fields.keys() - kind.implied


@EVERY_KIND
def test_the_line_asks_for_the_same(desk, kind):
    """The cell that is shown can be run instead."""
    form = desk.form(kind)

    fill(form, example(kind))

    assert form.offer
    assert form.offer.requests == read(line(form), kind.provider).requests


@pytest.mark.parametrize(
    "prompt",
    [
        'a sign that says "OPEN"',
        'a sign that says "OPEN" --ar 16:9',
        "a cat that isn't easy to quote",
        """both "kinds" of quote, isn't it?""",
        '"quoted" from end to "end"',
        "two\nlines",
        "who is this?",
        "a cat;",
        "a {red, green} cat --ar {1:1, 16:9}",
        r"a \{brace\}",
        "caf\u00e9 \u2014 d\u00e9j\u00e0 vu",
        "a cat \u2014ar 16:9",
        '? "\u2019" b',
        '?"\u2019"b',
    ],
)
def test_any_prompt_has_a_cell(desk, prompt):
    """However it is quoted, the cell asks for the prompt that was typed."""
    form = desk.form("mj")

    put(form, prompt=prompt, speed="draft")

    assert form.offer, note(form)
    [*expected] = command.parse("mj", "--speed draft", prompt).requests
    assert expected == list(form.offer.requests)
    assert expected == list(read(line(form)).requests)


def test_everything_that_wan_takes(desk):
    """Each kind of control says what the line would."""
    form = desk.form("wan")

    put(
        form,
        prompt="two\nlines",
        model="wan2.7-image-pro",
        image="https://example.com/a.png\n\n  https://example.com/b.png",
        n="3",
        negative_prompt="blurry, low quality",
        watermark="no",
        thinking_mode="yes",
        bbox_list="[[[1, 2, 30, 40]], []]",
        color_palette="#C2D1E6 50%, #636574 30%, #000000 20%",
    )

    assert form.offer, note(form)
    [request] = form.offer.requests
    assert {
        "model": "wan2.7-image-pro",
        "prompt": "two\nlines",
        "image_urls": ["https://example.com/a.png", "https://example.com/b.png"],
        "n": 3,
        "negative_prompt": "blurry, low quality",
        "watermark": False,
        "thinking_mode": True,
        "bbox_list": [[[1, 2, 30, 40]], []],
        "color_palette": [
            {"hex": "#C2D1E6", "ratio": "50%"},
            {"hex": "#636574", "ratio": "30%"},
            {"hex": "#000000", "ratio": "20%"},
        ],
    } == request.body()
    assert form.offer.requests == read(line(form)).requests


def test_a_picture_goes_in_front_of_midjourneys_words(desk):
    """Where the class has no field for it, it is sent as its line would send it."""
    form = desk.form("mj")

    put(form, prompt="a cat", image="https://example.com/a.png")

    assert form.offer, note(form)
    assert "https://example.com/a.png a cat" == form.offer.requests[0].prompt


@pytest.mark.parametrize("said", ['"quoted" from end to "end"', "it's", 'it\'s "both"', "{a, b}"])
def test_words_beside_the_prompt_are_sent_as_typed(desk, said):
    """Quotes and braces in them are theirs."""
    form = desk.form("wan")

    put(form, prompt="a cat", negative_prompt=said)

    assert form.offer, note(form)
    assert said == form.offer.requests[0].negative_prompt


def test_a_choice_that_is_taken_back_is_not_sent(desk):
    """The first line of a list means nothing, not the default."""
    form = desk.form("mj")
    put(form, prompt="a cat", speed="fast")
    assert form.offer
    assert {"prompt", "speed"} == form.offer.requests[0].model_fields_set

    put(form, speed="")

    assert {"prompt"} == form.offer.requests[0].model_fields_set


@pytest.mark.parametrize(
    ("nick", "values"),
    [
        ("mj", {"prompt": "a :: b"}),
        ("mj", {"prompt": "a cat --ar 0:1"}),
        ("mj", {"prompt": "a cat --stylise 100"}),
        ("pan", {"picture": "task_x#2", "scale": "9"}),
        ("pan", {"picture": "task_x#2", "scale": "wide"}),
        ("upscale", {"picture": "task_x#5"}),
        ("upscale", {"picture": "a cat"}),
        ("edit", {"picture": "task_x#1", "prompt": "a cat", "canvas": "12"}),
        ("retexture", {"picture": "ftp://example.com/a.png", "prompt": "paper"}),
    ],
)
def test_a_refusal_is_told_in_its_own_words(desk, nick, values):
    """One line, as text and as an alert, and nothing can be submitted."""
    form = desk.form(nick)

    put(form, **values)

    with pytest.raises(InvalidRequest) as no:
        read(line(form))
    assert no.value.message in note(form)
    assert 'role="alert"' in form.note.value
    assert "\u26a0" in form.note.value
    assert form.submit.disabled
    assert form.offer is None


def test_a_parent_of_another_kind_is_refused_before_a_press(desk):
    """What the library knows of a picture is looked at while one types."""
    job = desk.session.submit(catalog.Imagine(prompt="a cat"), clicked=True)
    desk.shell.user_ns["job"] = job
    form = desk.form("upscale")

    put(form, picture="job#2")

    assert "job has no task yet" in note(form)


@pytest.mark.parametrize(
    "value", ["2 --speed turbo", "2 --dry-run", "2 --yes", "2 --fresh", "2 a cat"]
)
def test_a_control_says_nothing_for_another(desk, value):
    """A flag that is smuggled into a field is refused, not obeyed behind the form's back."""
    for nick, name in (("pan", "scale"), ("edit", "canvas"), ("vary", "picture")):
        form = desk.form(nick)
        put(form, picture="task_x#1")
        put(form, **{name: value.replace("2", "task_x#2") if name == PICTURE else value})

        assert 'role="alert"' in form.note.value
        assert form.submit.disabled


def test_a_choice_is_read_from_what_the_notebook_holds(desk):
    """`{{name}}` and braces mean in a form what they mean on a line."""
    desk.shell.user_ns["colours"] = ["red", "blue"]
    form = desk.form("mj")

    put(form, prompt="a {{colours}} {cat, dog}")

    assert form.offer
    assert 4 == len(form.offer.requests)
    assert "Submit 4 requests \u00b7 ~352 credits" == form.submit.description


def test_the_button_says_the_price(desk):
    """The figure stands on the button, its source and the notices beside it."""
    form = desk.form("mj")

    put(form, prompt="a cat --v 7 --oref https://example.com/a.png")

    [request] = form.offer.requests
    assert f"Submit \u00b7 {prices.estimate(request).short}" == form.submit.description
    assert str(prices.estimate(request)) in note(form)
    assert request.notices()
    assert all(notice in note(form) for notice in request.notices())


def test_a_link_is_asked_for_once(desk):
    """The line is read with every key, the server is not; a new name is a new question."""
    asked: list[tuple[str, int]] = []

    def link(task_id: str, slot: int) -> str:
        asked.append((task_id, slot))
        if task_id == "task_lost":
            raise InvalidRequest("there is no such task")
        return f"https://example.com/{slot}.png"

    desk.session = SimpleNamespace(
        link=link, plan=desk.session.plan, settings=desk.session.settings
    )
    form = desk.form("retexture")
    put(form, picture="task_lost#1")
    put(form, prompt="paper")
    put(form, prompt="cut paper")
    assert "there is no such task" in note(form)

    put(form, picture="task_x#2")
    put(form, prompt="paper")
    assert [("task_lost", 0), ("task_x", 1)] == asked
    put(form, picture="")
    put(form, picture="task_lost#1")

    assert ("task_lost", 0) == asked[-1]
    put(form, picture="task_x#2")
    assert ("https://example.com/1.png",) == form.offer.requests[0].image_urls


def test_what_was_read_differently_is_told(desk):
    """The notices of a line are those of its form."""
    form = desk.form("mj")

    put(form, prompt="a cat \u2014ar 16:9")

    notices = read(line(form)).notices
    assert notices
    assert all(notice in note(form) for notice in notices)


def test_the_price_is_that_of_a_new_request(desk, notebook):
    """What the library has already is sent again by a press, and costs again."""
    with notebook.running():
        desk.session.submit(catalog.Imagine(prompt="a cat"))
    with notebook.running():
        form = desk.form("mj")
        put(form, prompt="a cat")

    assert "Submit \u00b7 ~88 credits" == form.submit.description


def test_an_unknown_price_is_unknown(desk):
    """A model without a rate is never shown as free."""
    form = desk.form("raw")

    put(form, model="flux-2", fields='{"prompt": "a cat"}')

    assert "Submit \u00b7 price unknown" == form.submit.description
    assert "price unknown" in note(form)


def test_a_line_survives_the_notebook(desk):
    """An address may end in what IPython takes for help: the line is guarded against that."""
    form = desk.form("remove-bg")

    put(form, picture="https://example.com/a.png?")

    assert "%reapi remove-bg https://example.com/a.png?;" == line(form)
    assert form.offer
    assert form.offer.requests == read(line(form)).requests


# What it sends.


def test_a_press_sends_what_was_shown(desk):
    """The job's request is the offer's, and its board stands below the form."""
    form = desk.form("mj")
    put(form, prompt="a cat", speed="draft")
    [request] = form.offer.requests

    form.submit.click()

    [board], [job] = form.boards.children, desk.session.moving()
    assert request == job.request
    assert [job] == board.jobs
    assert job is desk.names.last
    assert "sent" in note(form)


def test_a_double_click_is_one_charge(desk):
    """A second press at once is the same press; a later one is another, its board on top."""
    form = desk.form("mj")
    put(form, prompt="a cat")

    form.submit.click()
    desk.clock.now += DOUBLE_S / 2
    form.submit.click()
    assert 1 == len(desk.session.moving())
    assert not form.submit.disabled

    desk.clock.now += DOUBLE_S
    form.submit.click()

    first, second = sorted(desk.session.moving(), key=lambda job: job.snapshot.times.made)
    assert [[second], [first]] == [board.jobs for board in form.boards.children]


def test_presses_on_two_threads_are_one_charge(desk):
    """Handlers may run on any thread, and at once."""
    form = desk.form("mj")
    put(form, prompt="a cat")

    with ThreadPoolExecutor(8) as threads:
        for _ in range(8):
            threads.submit(form.submit.click)

    assert 1 == len(desk.session.moving())


def test_a_press_during_a_press_does_nothing(desk):
    """From the first press to its answer the button is off."""
    seen = []

    def board_of(job):
        seen.append(form.submit.disabled)
        desk.clock.now += 10 * DOUBLE_S  # it takes long
        put(form, prompt="a dog")
        seen.append(form.submit.disabled)
        form.submit.click()
        return desk.screen.board_of(job)

    form = desk.form("mj", board_of=board_of)
    put(form, prompt="a cat")

    form.submit.click()

    assert [True, True] == seen
    assert 1 == len(desk.session.moving())
    assert not form.submit.disabled


def test_a_press_never_sends_more_than_its_button_said(desk):
    """When a variable holds something else by now, the form shows that and sends nothing."""
    desk.shell.user_ns["colour"] = "red"
    form = desk.form("mj")
    put(form, prompt="a {{colour}} cat")
    desk.shell.user_ns["colour"] = ["red", "blue"]

    form.submit.click()
    assert [] == desk.session.moving()
    assert "changed" in note(form)
    assert "Submit 2 requests" in form.submit.description

    desk.clock.now += DOUBLE_S
    form.submit.click()
    assert 2 == len(desk.session.moving())


def test_a_press_that_breaks_is_not_pressed_again_blindly(desk):
    """When nobody knows whether it was sent, the form says where to look."""

    def board_of(_job):
        raise RuntimeError("no board")

    form = desk.form("mj", board_of=board_of)
    put(form, prompt="a cat")

    form.submit.click()

    assert "%reapi history" in note(form)
    assert 1 == len(desk.session.moving())


def test_a_local_picture_is_uploaded_by_the_press(desk, tmp_path):
    """Not while one types; what is sent has its address, and its board comes as ever."""
    photo = tmp_path / "my photo.png"
    photo.write_bytes(picture())
    form = desk.form("wan")
    put(form, image=str(photo), prompt="at night")
    assert f"{photo} is uploaded when you press" in note(form)

    form.submit.click()
    form.submit.click()

    until(lambda: form.boards.children)
    until(lambda: not form.submit.disabled)
    [job] = desk.session.history()
    assert "/media/uploads/" in job.request.image_urls[0]
    assert str(photo) in line(form)


def test_an_upload_that_fails_sends_nothing(desk, tmp_path):
    """Its own words are shown, and the form can be pressed again."""
    photo = tmp_path / "photo.png"
    photo.write_bytes(picture()[:99])
    form = desk.form("wan")
    put(form, image=str(photo), prompt="at night")

    form.submit.click()

    until(lambda: "cannot be sent" in note(form))
    until(lambda: not form.submit.disabled)
    assert [] == desk.session.history()


def test_a_file_that_is_not_there_is_told_at_once(desk):
    """A mistyped path is noticed before a press."""
    form = desk.form("wan")

    put(form, image="./nowhere.png", prompt="at night")

    assert "there is no picture ./nowhere.png" in note(form)
    assert form.submit.disabled


def test_several_requests_share_a_board(desk):
    """One press, one board, however many prompts the braces make."""
    form = desk.form("mj")
    put(form, prompt="a {red, blue} cat")

    form.submit.click()

    [board] = form.boards.children
    assert ["a red cat", "a blue cat"] == [job.request.words for job in board.jobs]
    assert {board.board_id} == {job.snapshot.board_id for job in board.jobs}


def test_a_press_is_a_new_request_whatever_cell_runs(desk, notebook):
    """Nothing of a form is answered from the library, and no cell counts it."""
    form = desk.form("mj")
    with notebook.running():
        typed = desk.session.submit(catalog.Imagine(prompt="a cat"))
        put(form, prompt="a cat")
        form.submit.click()
        again = desk.session.submit(catalog.Imagine(prompt="a cat"))

    assert 3 == len({typed.job_id, again.job_id, desk.names.last.job_id})
    assert desk.names.last.snapshot.cell is None
    assert 1 == again.snapshot.ordinal


def test_a_form_stays_at_its_place(desk, home, endless):
    """Using another place changes no form that is open."""
    form = desk.form("mj")
    real = desk.sessions.enter(settings(endless.origin, home))
    put(form, prompt="a cat")

    form.submit.click()

    assert "sandbox" == desk.names.last.snapshot.account.place
    assert [] == real.moving()
    assert [] == endless.submits


def test_clear_sets_nothing_and_keeps_the_boards(desk):
    """The form is as it was opened, without a word of blame; what was sent stays."""
    form = desk.form("mj")
    put(form, prompt="a cat", speed="draft")
    form.submit.click()

    form.clear.click()

    assert {""} == {entry.control.value for entry in form.entries.values()}
    assert "%reapi mj" == line(form)
    assert 'role="alert"' not in form.note.value
    assert 1 == len(form.boards.children)


def test_a_closed_session_is_an_answer(desk):
    """A press on a form whose session is gone says so, and nothing breaks."""
    form = desk.form("mj")
    put(form, prompt="a cat")
    desk.session.close()

    form.submit.click()

    assert "closed" in note(form)


# How it is opened.


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("upscal", "did you mean %reapi form upscale?"),
        ("qqqq", "type %reapi form for a list"),
        ("raw task_x#2", "starts from no picture"),
    ],
)
def test_what_has_no_form_is_told(desk, words, says):
    """One line that says what to type."""
    with pytest.raises(InvalidRequest, match=re.escape(says)):
        desk.commands.run("form", words)


def test_a_form_of_nothing_lists_the_nicks(desk, capsys):
    """Without a nick, every nick is named."""
    desk.commands.run("form", "")

    told = re.findall(r"[\w-]+", capsys.readouterr().out)
    assert {kind.nick for kind in REQUESTS} <= set(told)


def test_a_terminal_has_no_forms(desk):
    """Where there is no page it says so in one line."""
    desk.shell.kernel = None

    with pytest.raises(InvalidRequest, match="a form needs a notebook"):
        desk.commands.run("form", "mj")


@pytest.mark.parametrize("nick", ["upscale", "vary", "remove-bg", "retexture"])
def test_an_edit_opens_with_its_picture(desk, nick):
    """`%reapi form upscale task_x#2` has the picture in it."""
    form = desk.form(nick, picture="task_x#2")

    assert "task_x#2" == form.entries[PICTURE].control.value
    assert f"%reapi {nick} task_x#2" == line(form)
    assert PROMPT not in form.entries or "" == form.entries[PROMPT].control.value


@pytest.fixture(name="apixo")
def _apixo(desk, home) -> Snapshot:
    """A finished job of APIXO's, which the sandbox plays too."""
    made = sample(
        request=catalog.ApixoImagine(prompt="a cat"),
        account=desk.session.settings.account,
        task_id="task_apixo",
        status=Status.COMPLETED,
    )
    made = made.but(pictures=(kept(made, 0, url="https://example.com/0.png"),))
    with closing(Library(home)) as library:
        library.keep(made)
    return made


def test_a_nick_of_two_providers_is_that_of_its_picture(desk, apixo):
    """The form that opens is the one whose line edits that picture."""
    desk.commands.run("form", f"upscale {apixo.task_id}#1")
    desk.commands.run("form", "upscale task_x#1")

    assert [catalog.ApixoUpscale, catalog.Upscale] == [form.kind for form in desk.screen._forms]
    assert all(form.offer for form in desk.screen._forms)


def test_a_picture_of_another_provider_needs_another_form(desk, apixo):
    """What its line would ask of somebody else is not asked from here."""
    form = desk.form(catalog.Upscale)

    put(form, picture=f"{apixo.task_id}#1")

    assert "another provider made that picture" in note(form)
    assert form.submit.disabled


def test_a_form_of_a_variable_names_its_task(desk, apixo):
    """The variable may hold another job tomorrow, and the form would still mean this one."""
    desk.shell.user_ns["grid"] = desk.session.find(apixo.task_id)

    desk.commands.run("form", "upscale grid#1")

    [form] = desk.screen._forms
    assert "task_apixo#1" == form.entries[PICTURE].control.value


def test_a_form_that_is_let_go_hears_nothing(desk, capsys):
    """Unloading the extension closes the forms with the boards."""
    desk.commands.run("form", "mj")
    [form] = desk.screen._forms
    assert form.comm is not None

    desk.screen.close()

    assert {None} == {form.comm, form.submit.comm, form.entries[PROMPT].control.comm}
