"""
A typed line <-> requests: parses what stands after `%reapi`, and renders it back.

    mj "a {red, green} cat --ar 16:9" --speed turbo --repeat 2
    upscale task_x#1 --type creative
    retexture https://example.com/cat.png "cut from {{material}}"
    wan "in the style of the second" --image task_x#1 --image ./style.png --pro
    raw flux-2 {"prompt": "a cat"}

A prompt is never split like a shell line: it goes out as it was typed, once the options around it
are cut out and its braces are expanded. What cannot be read for certain is refused, because a
request that was misread is paid for all the same. This room sends nothing, and looks up nothing
but what its caller's `resolve`, `link`, `values`, `maker` and `upload` tell it.
"""

from __future__ import annotations

from reapi_nb.command._command import Command
from reapi_nb.command._fields import meaning
from reapi_nb.command._grammar import nearest, one_line
from reapi_nb.command._keys import KEY_SHOWN, refuse_keys, shows_key
from reapi_nb.command._options import (
    IMAGE,
    PARENT,
    SOURCE,
    WORD,
    WORDS,
    Option,
    find_option,
    has_flags,
    has_prompt,
    has_source,
    options,
    parent_numbers,
    spellings,
    takes_json,
    takes_pictures,
)
from reapi_nb.command._pictures import stand_in
from reapi_nb.command._reading import parse
from reapi_nb.command._rendering import NO_SOURCES, escaped, is_unchecked, render, render_cell

__all__ = [
    "IMAGE",
    "KEY_SHOWN",
    "NO_SOURCES",
    "PARENT",
    "SOURCE",
    "WORD",
    "WORDS",
    "Command",
    "Option",
    "escaped",
    "find_option",
    "has_flags",
    "has_prompt",
    "has_source",
    "is_unchecked",
    "meaning",
    "nearest",
    "one_line",
    "options",
    "parent_numbers",
    "parse",
    "refuse_keys",
    "render",
    "render_cell",
    "shows_key",
    "spellings",
    "stand_in",
    "takes_json",
    "takes_pictures",
]
