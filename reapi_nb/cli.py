"""The command line: `reapi-nb sandbox` serves the sandbox, `reapi-nb doctor` mends the library."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from reapi_nb.errors import ReapiError
from reapi_nb.session import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it went well, 1 when it found harm, 2 when it said why it did not."""
    options = _parser().parse_args(words)
    try:
        return int(options.act(options) or 0)
    except ReapiError as no:
        print(f"reapi-nb: {no.message}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="reapi-nb", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    sandbox = commands.add_parser("sandbox", help="serve the same API, played locally")
    sandbox.add_argument("--port", type=int, default=8731, help="0 picks a free one")
    sandbox.add_argument(
        "--key", default="sandbox", help="a key that is accepted; the controls add others"
    )
    sandbox.add_argument("--latency", type=float, default=3.0, metavar="SECONDS", help="of a task")
    sandbox.set_defaults(act=_sandbox)
    doctor = commands.add_parser("doctor", help="look for what is damaged or about to expire")
    doctor.add_argument(
        "--fix", action="store_true", help="mend it; no picture is deleted and nothing is sent"
    )
    doctor.set_defaults(act=_doctor)
    return parser


def _sandbox(options: argparse.Namespace) -> None:
    from reapi_nb.sandbox import serve  # noqa: PLC0415 - only this command needs a server

    serve.serve(
        port=options.port,
        key=options.key,
        latency_s=options.latency,
        home=Settings.read(place="sandbox").home,
    )


def _doctor(options: argparse.Namespace) -> int:
    from reapi_nb import doctor  # noqa: PLC0415 - only this command needs it

    # The sandbox's settings need no key, and the library is the same one.
    settings = Settings.read(place="sandbox")
    found = doctor.mend(settings) if options.fix else doctor.examine(settings)
    for one in found:
        print(one)
    return int(any(one.level == "bad" and not one.mended for one in found))
