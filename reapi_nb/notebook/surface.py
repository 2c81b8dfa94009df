"""The browser side of our widgets: small plain files, joined into one module per surface.

A widget's module cannot import a neighbour, so a surface is a list of files that share one scope;
the last one exports. Nothing is bundled, downloaded or translated.
"""

from __future__ import annotations

import re
from pathlib import Path

_STATIC = Path(__file__).parent / "static"

SURFACES = {
    "board": (
        "board_dom.js",
        "board_icon.js",
        "board_press.js",
        "board_again.js",
        "board_thumb.js",
        "board_full.js",
        "board_hint.js",
        "board_button.js",
        "board_tools.js",
        "board_tile.js",
        "board_caption.js",
        "board_card.js",
        "board_question.js",
        "board_form.js",
        "board_ask.js",
        "board_plan.js",
        "board_progress.js",
        "board_strip.js",
        "board_lightbox.js",
        "board_twin.js",
        "board_main.js",
    ),
    "form": ("form_keys.js",),
}
"""Which files make a surface, in the order in which they are joined."""

_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*\*.*?\*/[ \t]*)\n", re.DOTALL | re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)  # no text of ours runs over several lines


def esm(name: str) -> str:
    """One ES module: the surface's files without comments and indentation.

    Every widget carries its module to the browser, and some front ends save it with the notebook.
    """
    parts = ((_STATIC / file).read_text(encoding="utf-8") for file in SURFACES[name])
    return "\n".join(_INDENT.sub("", _COMMENT.sub("", part)) for part in parts)


def css(name: str) -> str:
    """The surface's style sheet."""
    return (_STATIC / f"{name}.css").read_text(encoding="utf-8")
