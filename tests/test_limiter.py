"""Ten cool-down slots shared by every kernel on this machine."""

from __future__ import annotations

import asyncio
import os
import random
import selectors
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import AsyncExitStack, closing, contextmanager
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from reapi_nb.errors import LibraryFault
from reapi_nb.limiter import LEASE_S, Limiter, _Holder

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from pathlib import Path

_NOON = 1_700_000_000.0
"""What the machine's clock shows when a virtual loop begins."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop on which waiting costs no time: where others would sleep, its clock jumps."""

    def __init__(self) -> None:
        self._elapsed = 0.0
        super().__init__(_Jumping(self))

    def time(self) -> float:
        return self._elapsed

    def jump(self, seconds: float) -> None:
        self._elapsed += seconds


class _Jumping(selectors.DefaultSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[Any]:
        assert timeout is not None, "everybody waits and nobody will wake them"
        self._loop.jump(max(0.0, timeout))
        return super().select(0)


class Machine:
    """One machine in virtual time: its clock, its file, and what happens on it."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "limiter.sqlite3"
        self.set_forward_by = 0.0
        self.sleeps: list[float] = []
        self._runner = asyncio.Runner(loop_factory=VirtualLoop)

    def run(self, story: Coroutine[Any, Any, None]) -> None:
        with self._runner as runner:
            runner.run(story)

    def clock(self) -> float:
        return _NOON + self.elapsed() + self.set_forward_by

    def elapsed(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        await asyncio.sleep(seconds)

    @contextmanager
    def kernel(self, account: str = "reapi", **options: Any) -> Iterator[Limiter]:
        """The limiter of one more kernel on this machine."""
        limiter = Limiter(self.file, account, clock=self.clock, sleep=self.sleep, **options)
        with closing(limiter):
            yield limiter

    async def seconds_for(self, limiter: Limiter, requests: int) -> float:
        """How long it takes until this many requests, sent now, have a slot; they take no time."""
        began = self.elapsed()
        await asyncio.gather(*(_request(limiter) for _ in range(requests)))
        return self.elapsed() - began


@pytest.fixture(name="machine")
def _machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


async def _request(limiter: Limiter, seconds: float = 0.0) -> None:
    async with limiter.slot():
        await asyncio.sleep(seconds)


def _fullest_second(requests: list[tuple[float, float]]) -> int:
    """The most requests any server may have seen in one second.

    Each was handled at some moment between its two stamps, sent and answered. A second that holds
    as many as possible may be taken to begin at some answer.
    """
    return max(
        sum(1 for sent, answered in requests if answered >= begin and sent <= begin + 1.0)
        for _, begin in requests
    )


class SlidingServer:
    """Counts what reaches it, over a network whose delays are random."""

    def __init__(self, machine: Machine, rng: random.Random, rtt_s: float) -> None:
        self._machine = machine
        self._rng = rng
        self._rtt_s = rtt_s
        self.stamps: list[tuple[float, float]] = []
        self.arrivals: list[float] = []

    async def ask(self, limiter: Limiter) -> None:
        rtt = self._rng.lognormvariate(0, 0.7) * self._rtt_s
        there = rtt * self._rng.random()
        async with limiter.slot():
            sent = self._machine.elapsed()
            await asyncio.sleep(there)
            self.arrivals.append(self._machine.elapsed())
            await asyncio.sleep(rtt - there)
            self.stamps.append((sent, self._machine.elapsed()))

    def fullest_second(self) -> int:
        """The most requests it has counted in one second."""
        return max(sum(1 for t in self.arrivals if s <= t <= s + 1.0) for s in self.arrivals)


@pytest.mark.parametrize("rtt_s", [0.02, 0.2, 2.0])
@pytest.mark.parametrize("seed", range(4))
def test_a_server_never_sees_more_than_ten_requests_in_a_second(machine, seed, rtt_s):
    """Whatever the network does, two kernels together cause no 429."""
    rng = random.Random(seed)
    server = SlidingServer(machine, rng, rtt_s)

    async def story() -> None:
        with machine.kernel() as one, machine.kernel() as other:
            async with asyncio.TaskGroup() as group:
                for _ in range(120):
                    group.create_task(server.ask(rng.choice((one, other))))
                    await asyncio.sleep(rng.choice((0.0, 0.0, 0.0, rng.random())))

    machine.run(story())

    assert 120 == len(server.arrivals)
    assert 10 >= server.fullest_second()
    assert 10 >= _fullest_second(server.stamps)


def test_the_budget_is_used_up(machine):
    """Ten slots carry ten requests per second and round trip."""

    async def story() -> None:
        with machine.kernel() as kernel:
            began = machine.elapsed()
            await asyncio.gather(*(_request(kernel, 0.02) for _ in range(100)))

            # Ten rounds, nine cool-downs between them, a little for the shortest sleep.
            assert pytest.approx(10 * 0.02 + 9 * 1.0, abs=0.1) == machine.elapsed() - began

    machine.run(story())


def test_a_slot_cools_down_from_the_answer_on(machine):
    """The second begins when the answer has arrived, not when the request was sent."""

    async def story() -> None:
        with machine.kernel(slots=1) as kernel:
            await _request(kernel, 30.0)

            assert 1.0 <= await machine.seconds_for(kernel, 1) < 1.01

    machine.run(story())


def test_waiting_is_no_busy_loop(machine):
    """A kernel sleeps until a slot may be free, also when all are in use for a long time."""

    async def story() -> None:
        with machine.kernel() as kernel, machine.kernel() as other:
            await asyncio.gather(*(_request(kernel, 60.0) for _ in range(10)), _request(other))

    machine.run(story())

    assert 0.005 <= min(machine.sleeps)
    assert 65 >= len(machine.sleeps)


def test_the_living_are_not_counted_at_every_step(machine):
    """Dead holders are looked for only when nothing is free, and once in a cool-down."""
    statements: list[str] = []

    async def story() -> None:
        with machine.kernel() as kernel:
            await _request(kernel)
            kernel._db.set_trace_callback(statements.append)
            for _ in range(100):
                await asyncio.gather(_request(kernel), asyncio.sleep(0.03))

        searches = [text for text in statements if "DISTINCT host" in text]
        assert 1 <= len(searches) <= machine.elapsed() + 1
        assert 100 < len([text for text in statements if text.startswith("BEGIN")])

    machine.run(story())


def test_first_come_first_served(machine):
    """Requests of one kernel leave in the order in which they were made."""
    left: list[int] = []

    async def request(limiter: Limiter, number: int) -> None:
        async with limiter.slot():
            left.append(number)
            await asyncio.sleep(random.Random(number).random())

    async def story() -> None:
        with machine.kernel() as kernel:
            waiting = []
            for number in range(60):
                waiting.append(asyncio.create_task(request(kernel, number)))
                await asyncio.sleep(0.03)
            waiting[50].cancel()
            await asyncio.wait(waiting)

    machine.run(story())

    assert [*range(50), *range(51, 60)] == left


@pytest.mark.parametrize("turns", range(12))
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_cancelled_request_leaks_no_slot(machine, turns, place):
    """Stopping a request that waits, is about to go or is under way costs one cool-down at most."""

    async def story() -> None:
        with machine.kernel(slots=1) as kernel:
            requests = [asyncio.create_task(_request(kernel)) for _ in range(3)]
            for _ in range(turns):
                await asyncio.sleep(0)
            requests[place].cancel()
            await asyncio.wait(requests)

            assert 1.01 > await machine.seconds_for(kernel, 1)

    machine.run(story())


def test_the_first_in_line_may_leave(machine):
    """When the request that sleeps for the next slot is stopped, the one behind it has its turn."""

    async def story() -> None:
        with machine.kernel(slots=1) as kernel:
            await _request(kernel)
            first, second = (asyncio.create_task(_request(kernel)) for _ in range(2))
            await asyncio.sleep(0.5)
            first.cancel()
            await second

            assert pytest.approx(1.0, abs=0.01) == machine.elapsed()

    machine.run(story())


@pytest.mark.parametrize("failure", [ValueError, asyncio.CancelledError])
def test_a_failed_request_cools_down_too(machine, failure):
    """A request that ended in an exception may have reached the server, so it counts."""

    async def story() -> None:
        with machine.kernel(slots=1) as kernel:
            with pytest.raises(failure):
                async with kernel.slot():
                    raise failure

            assert 1.0 <= await machine.seconds_for(kernel, 1) < 1.01

    machine.run(story())


def test_accounts_do_not_share_a_budget(machine):
    """Two accounts in one file have ten slots each."""

    async def story() -> None:
        with machine.kernel("reapi one") as one, machine.kernel("reapi two") as two:
            await _request(two)

            assert 0.0 == await machine.seconds_for(one, 10)
            assert 1.0 <= await machine.seconds_for(one, 1) < 1.01
            assert 0.0 == await machine.seconds_for(two, 10)

    machine.run(story())


@pytest.mark.parametrize("step", [-86_400.0, -100.0])
def test_a_clock_that_is_set_back_costs_one_cool_down(machine, step):
    """After a summer-time mistake or a wrong date nobody waits for yesterday to pass."""

    async def story() -> None:
        with machine.kernel() as kernel:
            await machine.seconds_for(kernel, 20)
            machine.set_forward_by = step

            assert 1.0 <= await machine.seconds_for(kernel, 10) < 1.01

    machine.run(story())


def test_a_clock_that_is_set_back_does_not_free_what_is_in_use(machine):
    """Requests that are under way while the clock is set back still hold their slots."""

    async def story() -> None:
        with machine.kernel() as kernel, machine.kernel() as other:
            under_way = [asyncio.create_task(_request(kernel, 20.0)) for _ in range(10)]
            await asyncio.sleep(1.0)
            machine.set_forward_by = -86_400.0

            assert pytest.approx(20.0, abs=0.01) == await machine.seconds_for(other, 1)
            await asyncio.gather(*under_way)

    machine.run(story())


def test_a_clock_that_is_set_back_does_not_prolong_a_lease(machine):
    """What a holder out of sight leaves behind is free after one lease, whatever the date is."""

    async def story() -> None:
        with machine.kernel(slots=1) as kernel:
            async with kernel.slot():
                with closing(sqlite3.connect(machine.file)) as db, db:
                    db.execute("UPDATE slots SET host = 'another container', ticket = 99")
            machine.set_forward_by = -86_400.0

            assert pytest.approx(LEASE_S, abs=0.01) == await machine.seconds_for(kernel, 1)

    machine.run(story())


_HOLDER_THAT_DIES = """
import asyncio, os, sys
from contextlib import AsyncExitStack
from pathlib import Path
from reapi_nb.limiter import Limiter

async def main():
    limiter = Limiter(Path(sys.argv[1]), "reapi", clock=lambda: float(sys.argv[2]))
    async with AsyncExitStack() as slots:
        for _ in range(10):
            await slots.enter_async_context(limiter.slot())
        print("holding", flush=True)
        sys.stdin.readline()
        os._exit(9)

asyncio.run(main())
"""


@contextmanager
def _kernel_that_holds_all_slots(machine: Machine) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", _HOLDER_THAT_DIES, str(machine.file), str(_NOON)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert "holding\n" == process.stdout.readline()
        yield process


def _die(process: subprocess.Popen[str]) -> None:
    """Let it end, and leave it to its parent as a zombie."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)


def _die_and_be_gone(process: subprocess.Popen[str]) -> None:
    _die(process)
    process.wait()


@pytest.mark.parametrize("die", [_die, _die_and_be_gone])
def test_the_slots_of_a_dead_kernel_come_back(machine, die: Callable[..., None]):
    """A kernel that was killed with requests under way blocks the others for one cool-down."""

    async def story() -> None:
        with machine.kernel() as kernel:
            assert 1.0 <= await machine.seconds_for(kernel, 10) < 1.01

    with _kernel_that_holds_all_slots(machine) as other:
        die(other)

        machine.run(story())


def test_the_death_of_a_kernel_is_noticed_while_waiting(machine):
    """A kernel that dies while others wait for its slots is found out within a cool-down."""

    async def story(other: subprocess.Popen[str]) -> None:
        with machine.kernel() as kernel:
            waiting = asyncio.create_task(machine.seconds_for(kernel, 10))
            await asyncio.sleep(30.5)
            _die(other)

            assert 31.5 <= await waiting < 32.6

    with _kernel_that_holds_all_slots(machine) as other:
        machine.run(story(other))


def test_the_slots_of_a_living_kernel_stay_its_own(machine):
    """What a living kernel holds is free only when its lease, longer than any request, is over."""

    async def story(other: subprocess.Popen[str]) -> None:
        with machine.kernel() as kernel:
            assert pytest.approx(LEASE_S, abs=0.01) == await machine.seconds_for(kernel, 10)
        _die(other)

    with _kernel_that_holds_all_slots(machine) as other:
        machine.run(story(other))


def test_a_late_answer_does_not_free_the_slot_of_another(machine):
    """A request that outlived its lease gives back nothing: its slot belongs to somebody else."""

    async def story() -> None:
        with machine.kernel(slots=1) as kernel:
            late = asyncio.create_task(_request(kernel, LEASE_S + 10))
            await asyncio.sleep(1.0)
            heir = asyncio.create_task(_request(kernel, 100.0))
            await late

            assert pytest.approx(91.0, abs=0.1) == await machine.seconds_for(kernel, 1)
            await heir

    machine.run(story())


@pytest.mark.parametrize(
    ("is_dead", "changes"),
    [
        (False, {}),
        (True, {"pid": 2**30}),
        (True, {"started": psutil.Process().create_time() - 60}),
        (False, {"started": psutil.Process().create_time() + 60}),
        (False, {"pid": 2**30, "host": "another container"}),
    ],
    ids=["ourselves", "gone", "its number reused", "clock set back", "out of sight"],
)
def test_who_is_dead(is_dead, changes):
    """A holder is dead when its process is gone or its number has passed to a younger one."""
    me = {"host": socket.gethostname(), "pid": os.getpid()}
    me |= {"started": psutil.Process().create_time()}

    assert is_dead is _Holder(**me | changes).is_dead()


def test_the_file_is_its_owners_alone(machine):
    """Whatever the umask is, nobody else may read or block the file."""

    async def story() -> None:
        with machine.kernel() as kernel:
            await _request(kernel)
            modes = {
                path.name: path.stat().st_mode & 0o777 for path in machine.file.parent.iterdir()
            }

        names = ("limiter.sqlite3", "limiter.sqlite3-shm", "limiter.sqlite3-wal")
        assert dict.fromkeys(names, 0o600) == modes

    before = os.umask(0)
    try:
        machine.run(story())
    finally:
        os.umask(before)


def test_an_answer_is_never_lost_to_the_limiter(machine):
    """When the file breaks while a request is under way, its answer still reaches the caller."""

    async def story() -> None:
        with machine.kernel() as kernel:
            async with kernel.slot():
                with closing(sqlite3.connect(machine.file)) as vandal:
                    vandal.execute("DROP TABLE slots")

            with pytest.raises(LibraryFault, match="Nothing was sent"):
                await _request(kernel)

    machine.run(story())


@pytest.mark.parametrize("content", [b"not a database at all" * 99, None], ids=["garbage", "dir"])
def test_a_file_that_cannot_be_used_is_an_error_before_anything_is_sent(machine, content):
    """A damaged file is reported as such, and the block is not entered."""
    if content is None:
        machine.file.mkdir()
    else:
        machine.file.write_bytes(content)

    async def story() -> None:
        with machine.kernel() as kernel:
            async with AsyncExitStack() as slots:
                with pytest.raises(LibraryFault, match="Nothing was sent"):
                    await slots.enter_async_context(kernel.slot())

    machine.run(story())


def test_closing_under_a_request_is_quiet(machine):
    """A request that ends after the limiter was closed ends as it would have."""

    async def story() -> None:
        with machine.kernel() as kernel:
            async with kernel.slot():
                kernel.close()

    machine.run(story())


def test_closing_sends_those_who_wait_away(machine):
    """A request that still waits when the limiter is closed is told that it was not sent."""

    async def story() -> None:
        with machine.kernel(slots=1) as kernel:
            await _request(kernel)
            waiting = asyncio.create_task(_request(kernel))
            await asyncio.sleep(0.5)
            kernel.close()

            with pytest.raises(LibraryFault, match="Nothing was sent"):
                await waiting

    machine.run(story())


_KERNEL = """
import asyncio, sys, time
from pathlib import Path
from reapi_nb.limiter import Limiter

async def request(limiter):
    async with limiter.slot():
        sent = time.monotonic()
        await asyncio.sleep(0.005)
        print(sent, time.monotonic())

async def main():
    limiter = Limiter(Path(sys.argv[1]), "reapi")
    sys.stdin.readline()
    await asyncio.gather(*(request(limiter) for _ in range(60)))
    limiter.close()

asyncio.run(main())
"""


def test_two_real_kernels_keep_within_one_budget(tmp_path):
    """Two processes that start at once share ten requests per second, in real time."""
    command = [sys.executable, "-W", "error", "-c", _KERNEL, str(tmp_path / "limiter.sqlite3")]
    kernels = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]

    began = time.monotonic()
    for kernel in kernels:
        kernel.stdin.write("\n")
        kernel.stdin.flush()
    outputs = [kernel.communicate(timeout=60)[0] for kernel in kernels]
    took = time.monotonic() - began

    lines = [[line.split() for line in output.splitlines()] for output in outputs]
    stamps = [(float(sent), float(answered)) for part in lines for sent, answered in part]
    assert [60, 60] == [len(part) for part in lines]
    assert 10 == _fullest_second(stamps)
    assert 11.0 <= took < 20.0
