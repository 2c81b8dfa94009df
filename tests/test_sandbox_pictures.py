"""The sandbox's pictures: where they lie, how long, and that the same work has the same pixels."""

from __future__ import annotations

import asyncio
import struct
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reapi_nb.sandbox.ledger import FILE, Ledger
from tests.sandboxes import CAT, Sandbox, follow_up

if TYPE_CHECKING:
    import httpx

_DAY_S = 86_400


@pytest.fixture
def sandbox(home):
    with closing(Ledger(home / FILE)) as ledger:
        yield Sandbox(ledger)


async def _get(sandbox: Sandbox, task_id: str, file: str) -> httpx.Response:
    """A picture as a CDN gives it: without a key."""
    url = f"/media/tasks/{task_id.removeprefix('task_')}/{file}"
    async with sandbox.client(Authorization="") as client:
        return await client.get(url)


async def _picture(sandbox: Sandbox, task_id: str, slot: int = 0) -> bytes:
    answer = await _get(sandbox, task_id, f"{slot}.png")
    assert (200, "image/png") == (answer.status_code, answer.headers["content-type"])
    return answer.content


def _size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def _seeded(prompt: str, seed: int = 7) -> dict[str, str]:
    return {"model": "mj-v7", "prompt": f"{prompt} --seed {seed}"}


@pytest.mark.parametrize(
    ("ratio", "size"), [("1:1", (1024, 1024)), ("3:2", (1344, 896)), ("16:9", (1456, 816))]
)
async def test_a_picture_is_a_png_of_the_size_that_its_ratio_has(sandbox, ratio, size):
    """A picture has about a million pixels at the ratio of --ar, and needs no key."""
    task_id = await sandbox.completed({"model": "mj-v7", "prompt": f"a cat --ar {ratio}"})

    png = await _picture(sandbox, task_id)

    assert size == _size(png)


async def test_there_is_no_picture_before_the_task_is_completed(sandbox):
    """A picture's URL is dead until its task is completed."""
    task_id = await sandbox.submit()

    early = await _get(sandbox, task_id, "0.png")
    sandbox.clock.now += 10
    late = await _get(sandbox, task_id, "0.png")

    assert [404, 200] == [early.status_code, late.status_code]


async def test_a_failed_task_has_no_pictures(sandbox):
    """Nothing was made, so nothing can be fetched."""
    task_id = await sandbox.completed({"model": "mj-v7", "prompt": "a cat (sandbox: fail)"})

    answer = await _get(sandbox, task_id, "0.png")

    assert 404 == answer.status_code


@pytest.mark.parametrize("file", ["2.png", "4.png", "00.png", "-1.png", "0.jpg", "0", "x.png"])
async def test_only_the_files_of_the_answer_exist(sandbox, file):
    """A picture that review took out is not there, nor is any other name."""
    task_id = await sandbox.completed({"model": "mj-v7", "prompt": "a cat (sandbox: three)"})

    answer = await _get(sandbox, task_id, file)

    assert 404 == answer.status_code


async def test_a_picture_of_a_task_that_nobody_made_is_not_there(sandbox):
    """A made-up id is a 404 like any other."""
    answer = await _get(sandbox, "task_1", "0.png")

    assert 404 == answer.status_code


async def test_a_pictures_url_lives_seven_days(sandbox):
    """Seven days after the task's end its pictures are gone, though the task is still known."""
    task_id = await sandbox.completed()

    sandbox.clock.now += 7 * _DAY_S - 60
    before = await _get(sandbox, task_id, "0.png")
    sandbox.clock.now += 120
    after = await _get(sandbox, task_id, "0.png")

    assert [200, 404] == [before.status_code, after.status_code]
    assert "completed" == (await sandbox.look(task_id))["status"]


async def test_pictures_do_not_count_against_the_rate_limit(sandbox):
    """Fetching is not asking: a dozen fetches leave all ten requests of the second."""
    task_id = await sandbox.submit()
    async with sandbox.client() as client:
        for _ in range(12):
            await client.get("/media/tasks/1/0.png")

        answers = [await client.get(f"/api/v1/tasks/{task_id}") for _ in range(11)]

    assert [200] * 10 + [429] == [answer.status_code for answer in answers]


async def test_the_same_seed_and_prompt_have_the_same_pixels(sandbox):
    """Two tasks of one seed are alike in every slot, and no two slots are alike."""
    first, second = [await sandbox.completed(_seeded("a cat")) for _ in range(2)]

    grids = [[await _picture(sandbox, task, slot) for slot in range(4)] for task in (first, second)]

    assert grids[0] == grids[1]
    assert 4 == len(set(grids[0]))


@pytest.mark.parametrize(
    "other",
    [_seeded("a cat", 8), _seeded("a dog"), _seeded("a cat --s 1000")],
    ids=["seed", "words", "stylize"],
)
async def test_another_seed_or_prompt_has_other_pixels(sandbox, other):
    """What one changes can be seen."""
    tasks = [await sandbox.completed(body) for body in (_seeded("a cat"), other)]

    pictures = [await _picture(sandbox, task) for task in tasks]

    assert pictures[0] != pictures[1]


async def test_chaos_can_be_seen(sandbox):
    """More chaos changes the grid, of which the first picture may stay as it was."""
    tasks = [await sandbox.completed(_seeded(f"a cat --c {chaos}")) for chaos in (0, 100)]

    grids = [[await _picture(sandbox, task, slot) for slot in range(1, 4)] for task in tasks]

    assert grids[0] != grids[1]


async def test_without_a_seed_every_task_is_new(sandbox):
    """The same prompt twice gives two different pictures."""
    tasks = [await sandbox.completed() for _ in range(2)]

    pictures = [await _picture(sandbox, task) for task in tasks]

    assert pictures[0] != pictures[1]


async def test_stage_directions_are_not_painted(sandbox):
    """A rehearsed picture looks like the real one."""
    prompts = ("a cat in the snow", "a cat (sandbox: three) in the snow")
    tasks = [await sandbox.completed(_seeded(prompt)) for prompt in prompts]

    pictures = [await _picture(sandbox, task) for task in tasks]

    assert pictures[0] == pictures[1]


async def test_an_upscale_is_its_parents_picture_but_larger(sandbox):
    """Each slot of a grid has an upscale of its own, with more pixels at the same ratio."""
    grid = await sandbox.completed({"model": "mj-v7", "prompt": "a cat --ar 3:2"})
    upscales = [await sandbox.completed(follow_up("mj-v7-upscale", grid, slot)) for slot in (1, 2)]

    pictures = [await _picture(sandbox, upscale) for upscale in upscales]

    width, height = _size(pictures[0])
    assert width * height > 1344 * 896
    assert pytest.approx(3 / 2, abs=0.01) == width / height
    assert pictures[0] != pictures[1]


async def test_an_upscale_can_be_standard_or_creative(sandbox):
    """The two types can be told apart."""
    grid = await sandbox.completed()
    upscales = [
        await sandbox.completed(follow_up("mj-v7-upscale", grid, 1, type=kind))
        for kind in ("standard", "creative")
    ]

    pictures = [await _picture(sandbox, upscale) for upscale in upscales]

    assert pictures[0] != pictures[1]


async def test_a_variation_keeps_the_size_of_its_parent_and_changes_the_picture(sandbox):
    """Four new pictures of the parent's size, none of them the parent."""
    grid = await sandbox.completed({"model": "mj-v7", "prompt": "a cat --ar 3:2"})
    parent = await _picture(sandbox, grid, 2)
    variation = await sandbox.completed(follow_up("mj-v7-variation", grid, 2, type="strong"))

    pictures = [await _picture(sandbox, variation, slot) for slot in range(4)]

    assert {(1344, 896)} == {_size(png) for png in pictures}
    assert 5 == len({parent, *pictures})


async def test_a_variation_can_be_subtle_or_strong(sandbox):
    """With the same seed and words, the two types can be told apart."""
    grid = await sandbox.completed()
    variations = [
        await sandbox.completed(_seeded("a cat") | follow_up("mj-v7-variation", grid, 1, type=kind))
        for kind in ("subtle", "strong", "strong")
    ]

    pictures = [await _picture(sandbox, variation) for variation in variations]

    assert pictures[0] != pictures[1]
    assert pictures[1] == pictures[2]


async def test_a_variation_of_an_upscale_has_the_size_of_a_grid_again(sandbox):
    """However long the chain of follow-ups, pictures do not grow without end."""
    grid = await sandbox.completed()
    upscale = await sandbox.completed(follow_up("mj-v7-upscale", grid))
    variation = await sandbox.completed(follow_up("mj-v7-variation", upscale))

    sizes = [_size(await _picture(sandbox, task)) for task in (upscale, variation)]

    assert [(2048, 2048), (1024, 1024)] == sizes


async def test_pictures_are_painted_alike_after_a_restart(sandbox, home):
    """Another kernel paints a picture and its descendants again, pixel by pixel."""
    grid = await sandbox.completed()
    upscale = await sandbox.completed(follow_up("mj-v7-upscale", grid, 3))
    variation = await sandbox.completed(follow_up("mj-v7-variation", upscale))
    wanted = [(grid, 3), (upscale, 0), (variation, 1)]
    before = [await _picture(sandbox, task, slot) for task, slot in wanted]

    with closing(Ledger(home / FILE)) as ledger:
        restarted = Sandbox(ledger, sandbox.clock)
        after = [await _picture(restarted, task, slot) for task, slot in reversed(wanted)]

    assert before == after[::-1]


async def test_a_prompt_that_is_all_pictures_is_painted_without_fetching_them(sandbox):
    """An input URL is never fetched: what it leads to gets a stand-in."""
    prompts = [
        f"https://example.com/{name}.png https://example.com/b.png" for name in ("cat", "dog")
    ]
    tasks = [await sandbox.completed(_seeded(prompt)) for prompt in prompts]

    pictures = [await _picture(sandbox, task) for task in tasks]

    assert {(1024, 1024)} == {_size(png) for png in pictures}
    assert pictures[0] != pictures[1]


async def test_looks_are_answered_while_a_picture_is_painted(sandbox):
    """Painting happens elsewhere: the loop that asks is never held up."""
    task_id = await sandbox.completed()
    async with sandbox.client() as client:
        name = task_id.removeprefix("task_")
        painting = asyncio.create_task(client.get(f"/media/tasks/{name}/0.png"))
        await asyncio.sleep(0)  # no time passes: the painting begins
        looks = [await client.get(f"/api/v1/tasks/{task_id}") for _ in range(3)]
        still_painting = not painting.done()
        picture = await painting

    assert still_painting
    assert [200] * 4 == [answer.status_code for answer in (*looks, picture)]


async def test_pictures_asked_for_together_all_come(sandbox):
    """A front end fetches a whole family at once."""
    grid = await sandbox.completed(CAT)
    variation = await sandbox.completed(follow_up("mj-v7-variation", grid, 1))
    async with sandbox.client() as client:
        urls = [
            f"/media/tasks/{task.removeprefix('task_')}/{slot}.png"
            for task in (variation, grid)
            for slot in range(4)
        ]

        answers = await asyncio.gather(*map(client.get, urls))

    assert [200] * 8 == [answer.status_code for answer in answers]
    assert 8 == len({answer.content for answer in answers})
