"""
Which pictures a line starts from: `task_x#2`, `job#2`, `_#2`, an address, or a file.

Nothing is guessed: a word is a picture's name only where no other word could stand. A file is
not opened here; who gives it an address is the caller's `upload`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from reapi_nb.command._grammar import FLAG, REFERENCE, short
from reapi_nb.command._options import parent_numbers
from reapi_nb.errors import InvalidRequest
from reapi_nb.job import number_of, slot_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from reapi_nb.catalog import ImageRequest

# A `data:` address is let through, for its class to refuse in better words.
_ADDRESS = re.compile(r"(?:https?://|data:)\S+", re.IGNORECASE)
# One letter and a colon is a drive, more of them are a scheme like `ftp:`.
_FILE = re.compile(
    r"(?![a-z][a-z0-9+.-]+:)(?![\"'\u201c\u2018{]).+\.(?:png|jpe?g|webp)", re.IGNORECASE | re.DOTALL
)


def nobody_knows(task_id: str, slot: int) -> str:
    """The address of a picture, where nobody can be asked for it."""
    raise InvalidRequest(
        f"the link of {short(task_id)}#{number_of(slot)} is not known: type an image URL instead"
    )


def nobody_uploads(path: str) -> str:
    """The address of a file, where nobody can give it one."""
    raise InvalidRequest(
        f"a local picture needs a public address: put {short(path)} on the web and type its URL"
    )


def stand_in(path: str) -> str:
    """An address that a file will never have, where its real one is not needed yet."""
    name = re.split(r"[/\\]", path)[-1]
    return f"https://local.invalid/{quote(name, safe='', errors='replace')}"


def is_url(text: str) -> bool:
    """Whether a text is an address by its form."""
    return _ADDRESS.fullmatch(text) is not None


def is_file(text: str) -> bool:
    """Whether a text is the path of a picture, by its ending."""
    return bool(_FILE.fullmatch(text)) and "://" not in text and FLAG.search(text) is None


@dataclass(frozen=True)
class Pictures:
    """
    The pictures that a line may name.

    Attributes:
        kind: The class of the line.
        resolve: The task id of a notebook variable that holds a job, or None.
        link: The public address of a picture, by task id and slot.
        upload: The public address of a file, by its path.
        named: The jobs that the line has named so far, as typed.
    """

    kind: type[ImageRequest]
    resolve: Callable[[str], str | None]
    link: Callable[[str, int], str]
    upload: Callable[[str], str]
    named: list[str] = field(default_factory=list)

    def parent(self, word: str) -> dict[str, Any]:
        """The fields that name a parent picture."""
        numbers = parent_numbers(self.kind)
        match = REFERENCE.fullmatch(word)
        if match is None:
            raise InvalidRequest(self.missing(word))
        if int(match[2]) not in numbers:
            raise InvalidRequest(f"pictures are numbered #{numbers[0]} to #{numbers[-1]}")
        return {"task_id": self._task(match[1]), "image_number": slot_of(int(match[2]))}

    def address(self, text: str) -> str | None:
        """The address that a text is or stands for; None when it names no picture."""
        if is_url(text):
            return text
        match = REFERENCE.fullmatch(text)
        if match is None:
            return self.upload(text) if is_file(text) else None
        if int(match[2]) == 0:
            raise InvalidRequest("pictures are numbered from #1")
        return self.link(self._task(match[1]), slot_of(int(match[2])))

    def is_certain(self, word: str) -> bool:
        """Whether a word names a picture wherever it stands: C#4 in a prompt does not."""
        match = REFERENCE.fullmatch(word)
        names_a_task = match and (match[1] == "_" or self._is_known(match[1]))
        return bool(is_url(word) or is_file(word) or names_a_task)

    def missing(self, word: str) -> str:
        """What to type, when a word stands where a picture should."""
        name = word.partition("#")[0]
        known = name and self._is_known(name)
        numbers = parent_numbers(self.kind)
        example = f"{self.kind.nick} {short(name) if known else 'task_x'}#1"
        others = f" to #{numbers[-1]}" if numbers else ", or an image URL"
        return f"say which picture: {example}{others}"

    def _is_known(self, name: str) -> bool:
        return name.startswith("task_") or self.resolve(name) is not None

    def _task(self, name: str) -> str:
        self.named.append(name)
        task_id = self.resolve(name)
        if task_id is None and name == "_":
            raise InvalidRequest("_ holds no job yet: name a task, like task_x#1")
        return task_id or name
