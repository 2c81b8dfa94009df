"""
What can go wrong, sorted by the two questions a user asks:
*was I charged?* and *is it worth trying again?*

    ReapiError
    ├── InvalidRequest      refused before any charge, here or by the server
    ├── Unauthorized        the key is missing, wrong or revoked
    ├── OutOfCredits        the balance is too low
    ├── CapReached          a cap of our own said no
    ├── RateLimited         too many requests; nothing was created
    ├── NotSent             no connection; nothing left this machine
    ├── OutcomeUnknown      a POST may have arrived; nobody can know
    ├── Unreachable         a free question got no answer
    ├── ServerFault         the server answered, but not in its own language
    ├── TaskNotFound        the server does not know this task
    ├── TaskFailed          the task ended in failure; credits were refunded
    ├── PictureLost         a finished picture cannot be fetched any more
    ├── BadPicture          what was fetched is not a picture
    ├── BadSettings         a setting cannot be used
    ├── LibraryFault        the library's folder cannot be used
    └── TakenOver           another kernel looks after the job now

This room knows no transport and no front end: it only names outcomes.
"""

from __future__ import annotations

from typing import Any, ClassVar


class ReapiError(Exception):
    """
    Base of every error that this package raises on purpose.

    Attributes:
        code: The server's own code (`20003`, `"INVALID_REQUEST"`), or None when
            the error never reached a server.
        request_id: Quote it to support.
    """

    charged: ClassVar[bool | None] = False
    """Whether credits are gone. None means that nobody can know."""

    again: ClassVar[bool] = False
    """Whether the same request may succeed if it is simply made again."""

    retry_after: float | None = None
    """Seconds the server asked to wait, or None."""

    title: ClassVar[str] = "Something went wrong"
    advice: ClassVar[str] = ""

    def __init__(
        self,
        message: str,
        *,
        code: int | str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.request_id = request_id

    @property
    def message(self) -> str:
        return str(self)

    @property
    def money(self) -> str:
        """What happened to the credits, in words."""
        return {True: "charged", False: "not charged", None: "may have been charged"}[self.charged]

    def to_dict(self) -> dict[str, Any]:
        """The error as plain JSON values, for the library."""
        return {
            "kind": type(self).__name__,
            "message": self.message,
            "code": self.code,
            "request_id": self.request_id,
        }

    @staticmethod
    def from_dict(kept: dict[str, Any]) -> ReapiError:
        """The error that `to_dict` described; an unknown kind becomes a plain one."""
        kinds = {kind.__name__: kind for kind in ReapiError.__subclasses__()}
        kind = kinds.get(kept["kind"], ReapiError)
        return kind(kept["message"], code=kept["code"], request_id=kept["request_id"])


class InvalidRequest(ReapiError):
    """The request breaks a rule of its model."""

    title = "Refused"
    advice = "Change the request and submit it again."


class Unauthorized(ReapiError):
    """The key is missing, wrong or revoked."""

    title = "Key not accepted"
    advice = "Set a valid key with %reapi login (APIXO: %reapi login apixo), then run it again."


class OutOfCredits(ReapiError):
    """The account's balance is too low."""

    title = "Out of credits"
    advice = "Top up the account, then send it again."


class CapReached(ReapiError):
    """A cap of credits would be passed, of the day or of the kernel."""

    title = "Cap reached"
    advice = "Raise it with %reapi cap <credits> (--kernel for a kernel's own), then run it again."


class RateLimited(ReapiError):
    """The server asked for fewer requests; nothing was created."""

    again = True
    title = "Too many requests"
    advice = "It goes on by itself in a moment."

    def __init__(
        self,
        message: str,
        *,
        code: int | str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, code=code, request_id=request_id)
        self.retry_after = retry_after


class NotSent(ReapiError):
    """The connection was never made, so the request never left this machine."""

    again = True
    title = "No connection"
    advice = "It is sent as soon as the network is back."


class OutcomeUnknown(ReapiError):
    """A request that costs money may have arrived, and no answer proves either way."""

    charged = None
    title = "Outcome unknown"
    advice = (
        "Look at the account's task list before you send it again: "
        "sending again is a new charge. It is never repeated by itself."
    )


class Unreachable(ReapiError):
    """A question that costs nothing got no answer."""

    again = True
    title = "No answer"
    advice = "It is asked again by itself."


class ServerFault(ReapiError):
    """The server answered 5xx, or not in its own language."""

    again = True
    title = "The server stumbled"
    advice = "It is asked again by itself."


class TaskNotFound(ReapiError):
    """The server does not know the task, or no longer."""

    charged = None
    title = "Task not found"
    advice = "The key may belong to another account, or the task's record was removed."


class TaskFailed(ReapiError):
    """The task ended in failure; the server refunds before it says so."""

    again = True
    title = "The task failed"
    advice = "Reroll sends it again as a new charge."

    @property
    def money(self) -> str:
        return "credits refunded"


class PictureLost(ReapiError):
    """A finished task's picture can no longer be fetched."""

    charged = True
    title = "Picture expired"
    advice = "The links of a task live some days only; Reroll makes new pictures as a new charge."


class BadPicture(ReapiError):
    """What was fetched is not a picture that can be kept."""

    charged = True
    title = "Not a picture"
    advice = "It is fetched again by itself."


class BadSettings(ReapiError):
    """A setting cannot be used."""

    title = "Bad setting"


class LibraryFault(ReapiError):
    """The library's folder cannot be used."""

    title = "Library not usable"
    advice = "Set REAPI_NB_HOME to a folder that can be written."


class TakenOver(ReapiError):
    """Another kernel looks after the job now."""

    charged = None
    title = "Taken over"
