"""What the extension does to a shell: loading, Tab, Stop, threads, and cells that keep it busy."""

from __future__ import annotations

import asyncio
import time

import pytest

from reapi_nb.errors import InvalidRequest
from reapi_nb.notebook import nest
from tests.kernels import Kernel, loaded

WAITING_S = 1.0
"""How long a cell is left waiting before it is stopped; its job takes longer."""

_TRACES = """
import threading
shell = get_ipython()
print(
    [kind for kind, magics in shell.magics_manager.magics.items() if "reapi" in magics],
    sum("reapi" in one.__name__ for one in shell.Completer.custom_matchers),
    sum("reapi" in one.__module__ for one in shell.input_transformer_manager.token_transformers),
    sum(one.name == "reapi-nb" for one in threading.enumerate()),
)
"""


def _traces(kernel: Kernel) -> str:
    """Where the magic is, and how many matchers, transformers and threads are ours."""
    return kernel.run(_TRACES).text.strip()


def test_loading_again_adds_nothing_and_unloading_leaves_nothing(kernel):
    """However often it is loaded there is one of everything, and then none."""
    once = _traces(kernel)
    kernel.run("%load_ext reapi_nb\n%load_ext reapi_nb")
    twice = _traces(kernel)
    kernel.run("%reload_ext reapi_nb\n%reload_ext reapi_nb")
    reloaded = _traces(kernel)
    kernel.run("%unload_ext reapi_nb\n%unload_ext reapi_nb")
    unloaded = _traces(kernel)
    gone = kernel.run("%reapi", fail=True).text
    kernel.run("%load_ext reapi_nb")

    assert "['line', 'cell'] 1 1 1" == once == twice == reloaded == _traces(kernel)
    assert "[] 0 0 0" == unloaded
    assert "`%reapi` not found" in gone


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("%reapi ", {"mj", "upscale", "vary", "wait", "status"}),
        ("%reapi mj --", {"--speed", "--ar", "--stylize"}),
        ("x = %reapi up", {"upscale"}),
        ("%%reapi mj --sp", {"--speed"}),
        ("%reapi mj a cat --speed ", {"draft", "fast", "turbo"}),
        ("%reapi use ", {"sandbox", "reapi", "apixo"}),
        ("%reapi login ", {"reapi", "apixo"}),
        ("%reapi help ", {"wan", "wait"}),
    ],
)
def test_tab_knows_what_may_follow(kernel, typed, expected):
    """Tab offers nicks, commands, flags and values of ours, and nothing of Python."""
    offered = set(kernel.complete(typed))

    assert expected <= offered
    assert {offer for offer in offered if offer.startswith(typed.split(" ")[-1])} == offered
    assert "abs" not in offered


def test_tab_offers_forms_of_models_only(kernel):
    """A command has no form; after one word there is nothing more to say."""
    forms = set(kernel.complete("%reapi form "))

    assert {"wan", "raw"} <= forms
    assert "wait" not in forms
    assert "sandbox" not in kernel.complete("%reapi use apixo ")


def test_a_board_fills_while_a_cell_keeps_the_kernel_busy(kernel):
    """News of a job reaches the page while a cell sleeps, its pictures included."""
    kernel.run('import time\njob = %reapi mj "a busy bee" --speed draft')

    slept = kernel.run(
        "while not job.task_id or job.status.facts.moving: time.sleep(1)\ntime.sleep(1)"
    )

    told = [
        one["content"]["data"]
        for one in (*slept.messages, *slept.beside)
        if one["msg_type"] == "comm_msg"
    ]
    told_traits = {name for data in told for name in data.get("state", {})}
    assert {"view", "pixels_0"} <= told_traits


@pytest.mark.parametrize("waiting", ["%reapi wait", "job.wait()", "await job"])
def test_stop_ends_the_waiting_and_not_the_job(kernel, waiting):
    """However one waits, Stop is heard within a second and the job still completes."""
    kernel.run(f'job = %reapi mj "a cat that is patient with {waiting}"')
    asked = kernel.start(waiting)
    time.sleep(WAITING_S)

    began = time.perf_counter()
    kernel.interrupt()
    stopped = kernel.end(asked, fail=waiting != "%reapi wait")

    assert 1.0 > time.perf_counter() - began
    assert ("stopped waiting; the jobs go on" in stopped.text) == (waiting == "%reapi wait")
    assert "1 job completed" in kernel.run("%reapi wait").text


def test_nesting_is_asked_for_and_then_works(tmp_path):
    """After `%reapi nest` a cell may call `asyncio.run`, and the cells after it still run."""
    nested = "import asyncio\nprint(asyncio.run(asyncio.sleep(0, 'nested')))"

    with loaded(tmp_path) as kernel:
        refused = kernel.run(nested, fail=True).text
        kernel.run("%reapi nest")
        queued = [kernel.start(code) for code in (nested, "print('second')", "print('third')")]
        said = [kernel.end(asked).text for asked in queued]

    assert "asyncio.run() cannot be called from a running event loop" in refused
    assert ["nested\n", "second\n", "third\n"] == said


def test_nesting_is_refused_on_uvloop():
    """A loop that cannot be patched is left alone, with a word about what works instead."""

    class Loop(asyncio.SelectorEventLoop):
        __module__ = "uvloop"

    async def ask() -> None:
        nest.apply()

    refused = pytest.raises(InvalidRequest, match=r"uvloop.*await")
    with asyncio.Runner(loop_factory=Loop) as runner, refused:
        runner.run(ask())

    assert not hasattr(asyncio, "_nest_patched")
