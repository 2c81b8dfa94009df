"""
Prompts of plain words, and how long they may be.

The API's validators are written in JavaScript, so a length is counted in UTF-16 units: an
emoji counts two.
"""

from __future__ import annotations

from reapi_nb.catalog._terms import reject


def utf16_length(text: str) -> int:
    """Length in UTF-16 units, as the API's validator counts: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def check_prompt(prompt: str, most: int) -> str:
    """
    A prompt that is neither empty nor too long.

    Args:
        most: The longest that is taken, in UTF-16 units.
    """
    if not prompt.strip():
        raise reject("prompt is required", kind="missing")
    return check_length(prompt, most)


def check_length(prompt: str, most: int) -> str:
    """A prompt that may be empty, but not too long."""
    length = utf16_length(prompt)
    if length > most:
        said = f"prompt must be at most {most} characters: it has {length}"
        raise reject(said, kind="string_too_long")
    return prompt
