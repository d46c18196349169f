"""The few ways a request to the product can be refused. Doors map each to a status; nothing here knows HTTP."""

from collections.abc import Mapping


class KbError(Exception):
    """A refusal with a code for machines, a sentence for people and, for input, one sentence per field.

    The sentence is shown to whoever asked: it names what to do and holds no secret.
    """

    code = "error"

    def __init__(self, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields = dict(fields or {})


class NotSignedIn(KbError):
    """Nobody is signed in and the act needs somebody."""

    code = "not_signed_in"


class NotAllowed(KbError):
    """The actor is known and may not do this."""

    code = "not_allowed"


class NotFound(KbError):
    """It does not exist, or the actor may not know that it does."""

    code = "not_found"


class Gone(KbError):
    """It existed and was removed for good."""

    code = "gone"


class Invalid(KbError):
    """The input is wrong; `fields` says where."""

    code = "invalid"


class Conflict(KbError):
    """The act does not fit the present state (already accepted, already filed)."""

    code = "conflict"


class PreconditionFailed(KbError):
    """It is no longer what the caller said it knew."""

    code = "precondition_failed"


class TooLarge(KbError):
    """The input exceeds a size limit; the message names the limit."""

    code = "too_large"


class TooMany(KbError):
    """A rate limit was reached. `retry_after` is in seconds."""

    code = "too_many"

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(KbError):
    """A part the act needs is down; trying again later may work."""

    code = "unavailable"
