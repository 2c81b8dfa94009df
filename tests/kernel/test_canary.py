"""
A whole life in a real kernel with keys that are planted, and the search for them in every byte.

Nothing of the product is replaced: servers, files, variables and words are what is bad.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from tests.canary import APIXO_KEY, KEY, traces, traces_below
from tests.faults import acts
from tests.faults.kernel import until
from tests.faults.server import RecordingServer
from tests.kernels import WIDGET, kernel
from tests.markup import active

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kernels import Kernel, Ran

WATCH = """
import asyncio, copy, dataclasses, gc, json, logging, os, pickle, sys, threading, traceback
from pathlib import Path
seen = Path({folder!r})

def told(error):
    "A traceback with every variable of every frame."
    return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())

def keep(error):
    with (seen / "tracebacks.txt").open("a") as file:
        file.write(told(error))

class Loud(logging.Formatter):
    def formatException(self, info):
        return told(info[1])

handler = logging.FileHandler(seen / "log.txt")
handler.setFormatter(Loud("%(name)s %(message)s %(args)s %(pathname)s"))
logging.getLogger().addHandler(handler)
logging.getLogger().setLevel(logging.DEBUG)
for name in list(logging.root.manager.loggerDict):
    logging.getLogger(name).setLevel(logging.DEBUG)
threading.excepthook = lambda info: keep(info.exc_value)
get_ipython().events.register(
    "post_run_cell", lambda ran: keep(ran.error_in_exec) if ran.error_in_exec else None
)

def locals_of(frame):
    return f"{{frame.f_code}} " + " ".join(f"{{n}}={{v!r}}" for n, v in frame.f_locals.items())

def look_round():
    "What a debugger would show of every thread and of every task."
    lines = []
    for frame in sys._current_frames().values():
        while frame:
            lines.append(locals_of(frame))
            frame = frame.f_back
    for task in [one for one in gc.get_objects() if isinstance(one, asyncio.Task)]:
        step = task.get_coro()
        while step is not None:
            frame = getattr(step, "cr_frame", None) or getattr(step, "gi_frame", None)
            lines += [locals_of(frame)] if frame else []
            step = getattr(step, "cr_await", None) or getattr(step, "gi_yieldfrom", None)
    (seen / "frames.txt").write_text("\\n".join(lines))
    print(sum("httpcore" in line for line in lines), "frames of the transport")

class Unset:
    "An account whose variables are not set."
    names = ("REAPI_API_KEY", "APIXO_API_KEY")
    def __enter__(self):
        from reapi_nb.session import Secret
        self.held = [Secret(os.environ.pop(name)) for name in self.names]
    def __exit__(self, *_):
        for name, key in zip(self.names, self.held):
            os.environ[name] = key.reveal()

class Spoilt:
    "A key that was pasted with something behind it."
    def __enter__(self):
        os.environ["REAPI_API_KEY"] += " x"
    def __exit__(self, *_):
        os.environ["REAPI_API_KEY"] = os.environ["REAPI_API_KEY"][:-2]
"""

PLAIN = (
    "%reapi",
    "%reapi status",
    "%reapi help mj",
    "%reapi models",
    "%reapi history",
    "%reapi spend",
    "%reapi doctor",
    'plan = %reapi mj "a {red, blue, green, grey, pink} fox"',
    "plan.drop()",
    '%reapi mj "a dry fox" --dry-run',
    "%reapi show good",
    "%reapi form mj",
    "%whos",
    "good.settings = session.settings; vars(good), vars(session), dir(session.settings.key)",
    "session.settings, session.settings.key, session.settings.account, f'{session.settings.key}'",
    "[repr(one) for one in (good, plan, session, session.settings, *session.history())]",
    "good[1].save(seen / 'copy.png'), good.snapshot, good.request.body()",
    "from reapi_nb import describe; settings = session.settings",
    "describe.as_curl(good.request, settings.base_url), describe.as_python(good.request)",
    "look_round()",
)
"""Cells that go well."""

ERRORS = (
    "Settings.read('nowhere')",
    "Settings.read(nonsense=1)",
    "Settings.read('reapi', origin='http://example.com')",
    "Settings.read('reapi', origin='https://example.com:x')",
    "with Spoilt(): Settings.read()",
    "with Spoilt(): save_key(Secret(os.environ['REAPI_API_KEY'].strip()))",
    "with Unset(): Settings.read('reapi')",
    "file = save_key(settings.key); file.chmod(0o644)\nwith Unset(): Settings.read('reapi')",
    "file.chmod(0o600); _ = file.open('a').write('7')\nwith Unset(): Settings.read('reapi')",
    "_ = file.write_text('{\"https://x.y\": 7}')\nwith Unset(): Settings.read('reapi')",
    "file.unlink(); file.mkdir()\nwith Unset(): Settings.read('reapi')",
    "save_key(settings.key)",
    "Session(dataclasses.replace(settings, home=Path('/dev/null/x')))",
    "Session(7)",
    "Session(settings, 7)",
    "session.submit(None)",
    "session.submit('a cat')",
    "session.plan([None])",
    "session.find('nobody')",
    "session.link('task_nowhere', 0)",
    "session.link('../../etc', 'x')",
    "session.upload('/nowhere.png')",
    "session.spend('nonsense')",
    "session.reroll(None)",
    "session.cancel(good)",
    "session.adopt(good, 'task_x')",
    "session.count_by(good, 'x')",
    "good[9]",
    "good.wait('x')",
    "good[1].save('/nowhere/at/all.png')",
    "settings.key.nothing",
    "settings.key + 'x'",
    "settings.key.tag(7)",
    "settings.daily_cap = 7",
    "vars(settings.key)",
    "pickle.dumps(settings)",
    "pickle.dumps(session)",
    "pickle.dumps(good)",
    "copy.deepcopy(settings)",
    "copy.copy(settings.key)",
    "dataclasses.asdict(settings)",
    "json.dumps(vars(settings))",
    "json.dumps({'key': settings.key})",
    "Imagine(prompt=7)",
    "raise refused.error",
    "raise lost.error",
    "raise garbled.error",
    "%reapi upscale nobody#9",
    "%reapi use nowhere",
    "%reapi link",
    "get_ipython().run_line_magic('reapi', 'pan good#1 --scale 9')",
    "Client(settings, 7).close(7)",
    "await Client(settings, 7).submit(good.request)",
    "await Client(settings, None)._api.get('https://example.com/')",
)
"""Cells that fail, wherever one can make them fail."""


class Life:
    """One kernel, and all that it ever said."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self.heard: list[dict[str, Any]] = []
        self.cells: list[nbformat.NotebookNode] = []

    def run(self, code: str, *, fail: bool = False) -> Ran:
        ran = self._kernel.run(code, fail=fail)
        self.hear(ran)
        said = [one for one in ran.messages if one["msg_type"] in _KEPT]
        outputs = [nbformat.v4.output_from_msg(one) for one in said]
        self.cells.append(nbformat.v4.new_code_cell(code, outputs=outputs))
        return ran

    def press(self, ran: Ran, **pressed: Any) -> None:
        told = self._kernel.press(ran.board, **pressed)
        self.heard += [{"told": state} for state in told]

    def hear(self, ran: Ran) -> None:
        self.heard += [*ran.messages, *ran.beside]

    def saved(self, folder: Path) -> nbformat.NotebookNode:
        """The notebook as a front end saves it, with the state of all widgets."""
        file = folder / "widgets.json"
        self.run(
            "import ipywidgets\n"
            f"_ = Path({str(file)!r}).write_text(json.dumps(ipywidgets.Widget.get_manager_state()))"
        )
        notebook = nbformat.v4.new_notebook(cells=self.cells)
        state = json.loads(file.read_text())
        notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": state}
        nbformat.write(notebook, folder / "saved.ipynb")
        return notebook


_KEPT = ("stream", "display_data", "execute_result", "error")


@pytest.fixture(scope="module", name="folder")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("canary")
    (folder / "seen").mkdir()
    return folder


@pytest.fixture(scope="module", name="server")
def _server() -> Any:
    with RecordingServer() as server:
        yield server


@pytest.fixture(scope="module", name="life")
def _life(folder: Path, server: RecordingServer) -> Any:
    """The whole of it, until the kernel has ended."""
    places = ("HOME", "REAPI_NB_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "IPYTHONDIR", "TMPDIR")
    (folder / "tmpdir").mkdir()
    variables = {name: str(folder / name.lower()) for name in places}
    variables |= {"REAPI_API_KEY": KEY, "REAPI_BASE_URL": server.origin}
    variables |= {"APIXO_API_KEY": APIXO_KEY, "APIXO_BASE_URL": server.origin}
    with kernel(**variables) as running:
        life = Life(running)
        _live(life, server, folder)
        life.run(f"%notebook {folder / 'history.ipynb'}")
        life.saved(folder)
        running.manager.shutdown_kernel(now=False)  # in good order: history is written at the end
    return life


def _live(life: Life, server: RecordingServer, folder: Path) -> None:
    life.run(WATCH.format(folder=str(folder / "seen")))
    life.run("%xmode Verbose")
    life.run("%load_ext reapi_nb")
    life.run(
        "from reapi_nb import Session, Settings\n"
        "from reapi_nb.catalog import Imagine, ApixoImagine\n"
        "from reapi_nb.client import Client\n"
        "from reapi_nb.session import Secret, save_key\n"
        "session = get_ipython()._reapi_nb.sessions.current"
    )
    server.cue("submit", acts.limit("0.2"), acts.answer)
    made = life.run('good = %reapi mj "a cat"')
    life.run("good.wait(30); edit = get_ipython().run_line_magic('reapi', 'upscale good#2')")
    job = re.findall(r"<<(\w+)>>", life.run("print(f'<<{good.job_id}>>')").text)[-1]
    life.press(made, action="vary.subtle", job=job, number=2)
    _bad_submits(life, server)
    _bad_pictures(life, server)
    life.run("%reapi use apixo")
    life.run('other = %reapi mj "a cat of APIXO"')
    life.run("%reapi use reapi")
    for code in PLAIN:
        life.run(code)
    for code in ERRORS:
        life.run(code, fail=True)
    life.run("%reapi login", fail=True)
    life.run("for job in (edit, other, blind): job.wait(30)")


def _bad_submits(life: Life, server: RecordingServer) -> None:
    for name, act in {
        "lost": acts.drop(reset=True),
        "broken": acts.status(502),
        "cut": acts.truncate(20),
        "garbled": acts.speak(b"SSH-2.0-OpenSSH_9.6\r\n"),
        "moved": acts.redirect("http://localhost:9/elsewhere"),
        "wrong": acts.refuse(400, acts.envelope(20003, "no")),
    }.items():
        server.cue("submit", act)
        life.run(f'{name} = %reapi mj "a {name} cat"\n{name}.wait(30)')
    server.cue("submit", acts.hang(0.8))
    life.run('stalled = %reapi mj "a cat that waits"')
    until(lambda: any(b"that waits" in heard.body for heard in server.submits))
    said = life.run("look_round()\nstalled.wait(30)").text
    assert re.search(r"[1-9]\d* frames of the transport", said)  # in the middle of a submit
    server.cue("submit", acts.refuse(401, acts.envelope(10003, "the key is bad")))
    life.run('refused = %reapi mj "a refused cat"\nrefused.wait(30)')
    life.run("%reapi status")
    life.run("%reapi send all\nrefused.wait(30)")
    server.cue("look", acts.refuse(401, acts.envelope(10003, "bad")), acts.status(500), acts.drop())
    server.cue("submit", acts.answer, acts.refuse(401, acts.envelope(10003, "the key is bad")))
    life.run('unseen = %reapi mj "a cat that nobody may see"\nunseen.wait(30)')
    life.run('refused = %reapi mj "a cat that is refused again"\nrefused.wait(30)')
    life.run("%reapi cancel")


def _bad_pictures(life: Life, server: RecordingServer) -> None:
    own = f"{server.origin}/api/v1/tasks/task_x"
    server.cue("picture", acts.redirect(own), acts.mangle(lambda _: acts.HTML), acts.status(404))
    life.run('blind = %reapi mj "a cat without pictures"')


def test_every_part_of_that_life_was_lived(life, folder, server):
    """The search below would find nothing in a life that ended early."""
    said = "".join(map(str, life.heard))
    kept = (folder / "seen" / "tracebacks.txt").read_text()

    assert 8 <= server.charges
    assert kept.count("Traceback (most recent call last)") >= len(ERRORS) // 2
    assert "completed" in said
    assert "POST" in (folder / "seen" / "log.txt").read_text()
    assert {"history.ipynb", "saved.ipynb", "widgets.json"} <= {p.name for p in folder.iterdir()}
    assert list(folder.rglob("history.sqlite"))
    assert list(folder.rglob("library.sqlite3"))


def test_no_key_is_in_any_file(life, folder):
    """Notebooks, history, library, logs, tracebacks with all variables: none has a key in it."""
    notebook = nbformat.read(folder / "saved.ipynb", 4)
    exported = HTMLExporter().from_notebook_node(notebook)[0]
    (folder / "exported.html").write_text(exported)

    assert {} == traces_below(folder)


_OF_MARKDOWN = re.compile(
    r'<h\d id="[^"]*">|<a class="anchor-link" href="#[^"]*">.{1,6}</a>| style="text-align:\w+"'
)
"""What a page makes of headings and columns by itself."""


def test_what_is_saved_holds_nothing_active(life, folder):
    """No output and no widget has markup that acts: a click on it would be a command."""
    notebook = nbformat.read(folder / "saved.ipynb", 4)
    outputs = [one for cell in notebook.cells for one in cell.outputs]
    kinds = {kind for one in outputs for kind in one.get("data", {})}
    widgets = notebook.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    controls = [widget["state"] for widget in widgets.values()]
    pages = [one.data["text/markdown"] for one in outputs if "text/markdown" in one.get("data", {})]

    written = [one["value"] for one in controls if one.get("_model_name") == "HTMLModel"]
    written += [_OF_MARKDOWN.sub("", markdown2html_mistune(page)) for page in pages]

    assert kinds <= {"text/plain", "text/markdown", "image/jpeg", WIDGET}
    assert len(written) > 5
    assert not [one for one in controls if one.get("_model_name") == "PasswordModel"]
    assert [] == [active(one) for one in written if active(one)]


def test_no_key_is_in_any_message(life):
    """Neither in what cells say nor in what boards and forms tell their pages."""
    said = [repr(one).encode() for one in life.heard]

    assert len(said) > 300
    assert [] == [traces(one) for one in said if traces(one)]


def test_each_key_goes_to_its_own_api_in_one_header(life, server):
    """Nowhere else in a request, and to no host of pictures."""
    for heard in server.requests:
        signed = heard.headers.pop("authorization", None)
        key = APIXO_KEY if heard.is_apixos else KEY
        # The last one is where a picture's host has sent us.
        is_picture = heard.host == "pictures" or heard.path.endswith("/task_x")
        assert signed == (None if is_picture else f"Bearer {key}")
        assert [] == traces(repr(heard).encode())
