"""The sandbox's keys: who is let in, and what is each one's own."""

from __future__ import annotations

from contextlib import closing

import pytest

from reapi_nb.sandbox.ledger import FILE, Ledger
from reapi_nb.sandbox.ledger.keys import tag_of
from tests.sandboxes import CAT, SUBMIT, Sandbox, follow_up

_LOOK = "/api/v1/tasks/task_1"


@pytest.fixture
def sandbox(home):
    with closing(Ledger(home / FILE)) as ledger:
        yield Sandbox(ledger)


@pytest.mark.parametrize(("state", "code"), [("revoked", 10004), ("session", 10005)])
@pytest.mark.parametrize(
    ("method", "path"), [("POST", SUBMIT), ("GET", _LOOK), ("GET", "/_sandbox/state")]
)
async def test_a_key_that_is_known_and_not_active_has_a_code_of_its_own(
    sandbox, state, code, method, path
):
    """Revoked keys and those that need a sign-in are refused everywhere, and pay nothing."""
    other = await sandbox.key_named("other-key", state)

    answer = await other.ask(method, path, json=CAT)

    assert (401, code) == (answer.status_code, answer.json()["error"]["code"])
    assert () == sandbox.ledger.entries()


async def test_a_key_can_be_revoked_under_way_and_let_in_again(sandbox):
    """A look that was answered is refused when its key is revoked, and then answered again."""
    other = await sandbox.key_named("other-key")
    task_id = await other.submit()

    statuses = []
    for state in ("revoked", "active"):
        await sandbox.key_named("other-key", state)
        statuses.append((await other.ask("GET", f"/api/v1/tasks/{task_id}")).status_code)

    assert [401, 200] == statuses


async def test_the_first_key_is_active_whenever_a_sandbox_starts(sandbox):
    """Whoever revoked the key that the sandbox was started with starts it again."""
    await sandbox.key_named(sandbox.key, "revoked")

    answer = await sandbox.ask("GET", _LOOK)

    assert 404 == answer.status_code


async def test_every_key_has_a_rate_limit_of_its_own(sandbox):
    """Ten requests of one key leave ten to the other."""
    await sandbox.key_named("other-key")
    other = {"Authorization": "Bearer other-key"}
    async with sandbox.client() as client:
        mine = [(await client.get(_LOOK)).status_code for _ in range(11)]
        others = [(await client.get(_LOOK, headers=other)).status_code for _ in range(11)]

    assert [404] * 10 + [429] == mine == others


async def test_every_key_has_tasks_of_its_own(sandbox):
    """Another key's task is not found: neither by a look nor as a parent."""
    other = await sandbox.key_named("other-key")
    task_id = await other.completed()

    look = await sandbox.ask("GET", f"/api/v1/tasks/{task_id}")
    parent = await sandbox.ask("POST", SUBMIT, json=follow_up("mj-v7-upscale", task_id))

    assert (404, "task not found") == (look.status_code, look.json()["error"]["message"])
    assert (400, "INVALID_REQUEST") == (parent.status_code, parent.json()["error"]["code"])
    assert "not found, not yours" in parent.json()["error"]["message"]


async def test_every_key_has_a_balance_of_its_own(sandbox):
    """What one cannot pay the other can."""
    other = await sandbox.key_named("other-key", balance=87)

    refusal = await other.refused(CAT)
    await sandbox.submit()

    assert (402, "INSUFFICIENT_CREDITS") == refusal
    assert [tag_of("test-key")] == [entry.account for entry in sandbox.ledger.entries()]


async def test_kernels_share_their_keys(sandbox, home):
    """A key that one kernel's sandbox was told is known to the next one's."""
    await sandbox.key_named("other-key")

    with closing(Ledger(home / FILE)) as ledger:
        answer = await Sandbox(ledger, sandbox.clock).ask(
            "GET", _LOOK, headers={"Authorization": "Bearer other-key"}
        )

    assert 404 == answer.status_code


async def test_no_key_is_ever_written_down(sandbox, home):
    """Neither the file nor anything that the controls tell has a key in it."""
    other = await sandbox.key_named("a-key-of-somebody")
    await other.submit()
    await other.ask("GET", _LOOK, headers={"Authorization": "Bearer a-key-of-nobody"})

    told = [str(await other.control(name)) for name in ("state", "ledger", "log")]
    sandbox.ledger.close()
    written = b"".join(file.read_bytes() for file in home.iterdir())

    for key in ("test-key", "a-key-of-somebody", "a-key-of-nobody"):
        assert key.encode() not in written
        assert not [text for text in told if key in text]


@pytest.mark.parametrize("key", ["", " ", " k", "k ", "k\n", "schlüssel", "x" * 201, 7, None])
async def test_a_key_has_to_fit_into_a_header(sandbox, key):
    """What no client could send is no key."""
    answer = await sandbox.ask("POST", "/_sandbox/keys", json={"key": key})

    assert (400, 20003) == (answer.status_code, answer.json()["error"]["code"])
