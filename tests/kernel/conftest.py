"""One kernel a module on a real place that counts, and one on the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.kernel import KEY
from tests.faults.server import RecordingServer
from tests.kernels import Kernel, loaded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module", name="server")
def _server() -> Iterator[RecordingServer]:
    with RecordingServer() as server:
        yield server


@pytest.fixture(scope="module", name="real")
def _real(server: RecordingServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """A kernel whose requests all reach that server."""
    folder = tmp_path_factory.mktemp("real")
    with loaded(folder, REAPI_API_KEY=KEY, REAPI_BASE_URL=server.origin) as kernel:
        yield kernel


@pytest.fixture(scope="module", name="library")
def _library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library of the kernel on the sandbox."""
    return tmp_path_factory.mktemp("sandbox") / "library"


@pytest.fixture(scope="module", name="kernel")
def _kernel(library: Path) -> Iterator[Kernel]:
    """A kernel without a key, so its place is the sandbox."""
    with loaded(library.parent) as kernel:
        yield kernel
