"""
Our client, through `Session`, in a process of its own.

It submits so many requests at once, as a cell with a plan does, and waits for all of them.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reapi_nb.session import Secret, Session, Settings
from tests.benchmarks.profiles import PROFILES

if TYPE_CHECKING:
    from reapi_nb.library import Library
    from tests.benchmarks.profiles import Profile

PLENTY = 10**9


def settings(origin: str, home: str) -> Settings:
    """An account that may spend whatever it likes."""
    caps = {f.name: PLENTY for f in fields(Settings) if f.name.endswith("_cap")}
    return Settings.read("reapi", origin=origin, key=Secret("bench"), home=Path(home), **caps)


def warm(library: Library, profile: Profile) -> None:
    """Give a library the history of somebody who has used this model before."""
    if not hasattr(library, "learn"):  # a library that does not learn has no history
        return
    request = profile.request(0)
    library.learn(("reapi", *request.kind_of_task()), profile.history())


def main(told: dict[str, Any]) -> None:
    profile = PROFILES[told["profile"]]
    with Session(settings(told["origin"], told["home"])) as session:
        session.ready()
        print("ready", flush=True)
        sys.stdin.readline()
        many = range(told["from"], told["from"] + told["n"])
        jobs = [session.submit(profile.request(n), fresh=True, clicked=True) for n in many]
        for job in jobs:
            job.wait()
        ends = Counter(job.status.value for job in jobs)
        print(json.dumps({"completed": ends["completed"], "ends": ends}), flush=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
