"""
A typed line <-> a request: parses what stands after `%reapi`, and renders it back.

    mj "a cat --ar 16:9" --speed turbo
    upscale task_x#1 --type creative

A prompt is never split like a shell line: it goes out as it was typed, once the options around
it are cut out. What cannot be read for certain is refused, because a request that was misread
is paid for all the same. This room sends nothing, and looks up nothing but what its caller's
`resolve` tells it.
"""

from __future__ import annotations

from reapi_nb.command._grammar import nearest
from reapi_nb.command._options import (
    Option,
    has_flags,
    has_prompt,
    options,
    parent_numbers,
    spellings,
)
from reapi_nb.command._reading import Command, parse
from reapi_nb.command._rendering import is_unchecked, render, render_cell

__all__ = [
    "Command",
    "Option",
    "has_flags",
    "has_prompt",
    "is_unchecked",
    "nearest",
    "options",
    "parent_numbers",
    "parse",
    "render",
    "render_cell",
    "spellings",
]
