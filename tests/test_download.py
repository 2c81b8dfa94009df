"""Full pictures travel in chunks that the browser acknowledges."""

from __future__ import annotations

import pytest

from reapi_nb.notebook.download import CHUNK, Downloads

FILES = {"a/0": ("image/png", b"x" * (2 * CHUNK + 5)), "b/1": ("image/webp", b"small")}


@pytest.fixture
def sent():
    return []


@pytest.fixture
def downloads(sent):
    return Downloads(sent.append, FILES.get)


def test_a_picture_arrives_whole(downloads, sent):
    """Each acknowledged chunk brings the next, and the last one ends the transfer."""
    downloads.want("a/0")
    while sent[-1]:
        downloads.acknowledge("a/0", sent[-1]["seq"])

    *chunks, end = sent
    assert FILES["a/0"][1] == b"".join(chunk["data"] for chunk in chunks)
    assert [(0, 3), (1, 3), (2, 3)] == [(chunk["seq"], chunk["total"]) for chunk in chunks]
    assert end is None


def test_no_chunk_is_longer_than_a_front_end_takes(downloads, sent):
    """No message is longer than the limit."""
    downloads.want("a/0")

    assert CHUNK == len(sent[0]["data"])


def test_one_picture_at_a_time(downloads, sent):
    """What is asked for meanwhile waits for its turn."""
    downloads.want("a/0")
    downloads.want("b/1")
    for seq in range(3):
        downloads.acknowledge("a/0", seq)

    assert ["a/0", "a/0", "a/0", "b/1"] == [chunk["key"] for chunk in sent]


def test_an_echo_moves_nothing(downloads, sent):
    """Two views of one board acknowledge the same chunk; the second word counts for nothing."""
    downloads.want("a/0")
    downloads.acknowledge("a/0", 0)
    downloads.acknowledge("a/0", 0)

    assert 1 == sent[-1]["seq"]


def test_a_picture_that_is_not_there_is_said_to_be_missing(downloads, sent):
    """The browser hears at once that there is nothing to wait for."""
    downloads.want("nowhere")

    assert 0 == sent[-1]["total"]
