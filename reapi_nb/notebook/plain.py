"""
Text from outside, as it may be shown: what would act on the screen stands there as an escape.

A control character drives a terminal, and one of those that turn the direction of writing makes a
text look like another. Only what is shown is changed: what is sent or copied stays as it was typed.
"""

from __future__ import annotations

import re

_ACTIVE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""C0 but for tab and line feed, C1, separators of lines, and the overrides and isolates of bidi."""


def plain(text: str) -> str:
    """A text in which nothing acts; tabs and line feeds stay."""
    return _ACTIVE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
