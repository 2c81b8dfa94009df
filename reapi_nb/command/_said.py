"""
What the options of a line have said so far: fields of the request, and what is the line's own.

Each is said once; what contradicts another is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reapi_nb.command._grammar import bare, shown
from reapi_nb.command._options import WORD, WORDS, Option, options
from reapi_nb.command._values import addresses, times, value_for
from reapi_nb.errors import InvalidRequest

if TYPE_CHECKING:
    from reapi_nb.catalog import ImageRequest
    from reapi_nb.command._pictures import Pictures


@dataclass
class Said:
    """The options of one line, one after the other."""

    kind: type[ImageRequest]
    pictures: Pictures

    own: dict[str, int] = field(default_factory=dict)
    """The options of the line itself, by name; a number where they take one."""

    fields: dict[str, Any] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    """Addresses that go in front of every prompt."""

    notices: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.options = {name: of for of in options(self.kind).values() for name in of.names}
        self._typed: dict[str, str] = {}
        self._by: dict[str, str] = {}

    def option(self, spelled: str) -> Option | None:
        """The option that is spelled so."""
        return self.options.get(bare(spelled))

    def take(self, spelled: str, text: str) -> bool:
        """Keep an option and the text of its value; False when it is none."""
        option = self.option(spelled)
        if option is None:
            return False
        if text and not option.has_value:
            raise InvalidRequest(f"{spelled} takes no value: move {shown(text)} in front of it")
        if option.has_value and not text:
            needed = option.meaning if option.takes == WORD else option.takes
            raise InvalidRequest(f"{spelled} needs a value: {needed}")
        self._once(option, spelled)
        self._keep(option, spelled, text)
        return True

    def _once(self, option: Option, spelled: str) -> None:
        """Refuse what is said twice, unless that changes nothing."""
        before = self._typed.get(option.name)
        self._typed[option.name] = spelled
        if before is None or option.is_many or not (option.has_value or option.sets):
            return
        if before.lower() == spelled.lower():
            raise InvalidRequest(f"{spelled} is given twice: keep one of them")
        raise InvalidRequest(f"{spelled} stands beside {before}: keep one of them")

    def _keep(self, option: Option, spelled: str, text: str) -> None:
        if option.sets:
            for name, meant in option.sets:
                self._set(spelled, name, False if bare(spelled) == option.opposite else meant)
        elif option.is_many:
            found = addresses(option, spelled, text, self.pictures)
            if option.field:
                self.fields[option.field] = (*self.fields.get(option.field, ()), *found)
            else:
                self.links += found
        elif option.field:
            self._set(spelled, option.field, value_for(option, spelled, text, self.pictures))
            if option.takes == WORDS and ("{" in text or "}" in text):
                self.notices.append(f"braces in {spelled} are sent as typed")
        else:
            self.own[option.name] = times(option, spelled, text) if option.has_value else 1

    def _set(self, spelled: str, name: str, meant: object) -> None:
        """Set a field, unless another option says something else of it."""
        if name in self.fields and self.fields[name] != meant:
            raise InvalidRequest(f"{spelled} contradicts {self._by[name]}: keep one of them")
        self.fields[name] = meant
        self._by[name] = spelled
