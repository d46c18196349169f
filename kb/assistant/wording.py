"""What the assistant says of itself, by the kind of turn: the turn keeps facts, the sentence is made for each reader. Pure."""

from collections.abc import Mapping
from typing import Any

from kb.core.saying import Said, remade, say, say_many


def say_turn(kind: str, detail: Mapping[str, Any]) -> str:
    """The sentence of a turn that holds no text of its own; "" for one that does."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind == "address_wanted":
        return _WANTED.get(detail.get("why", ""), _WANTED["asked"])
    if kind == "handed_off":
        return _say_handed_off(detail)
    if kind == "acted":
        return _say_acted(detail)
    return unpack(detail["said"]) if "said" in detail else ""


_PLAIN = {
    "unknown": say("I don’t know that: nothing here answers it well enough to show you."),
    "which": say("Do you mean one of these?"),
    "use_button": say("Press the button if that is what you want. Writing does not do it."),
    "declined": say("All right: nothing was done."),
    "pressed": say("Yes, do that."),
    "nothing_left": say("What was found before may not be read any more. Ask again, please."),
}

_WANTED = {
    "asked": say("Of course. Leave an e-mail address, so that the answer reaches you even when this page is closed."),
    "misses": say("I have no answer to that. Leave an e-mail address and somebody from the team will look at it."),
    "frustration": say(
        "I am sorry that this did not help. Leave an e-mail address and somebody from the team takes over."
    ),
    "flow": say("Somebody from the team takes over here. Leave an e-mail address, so that the answer reaches you."),
    "button": say("Leave an e-mail address, so that the answer reaches you even when this page is closed."),
    "again": say("That does not look like an e-mail address. It is needed so that the answer reaches you."),
}


def _say_handed_off(detail: Mapping[str, Any]) -> str:
    where = say("The answer comes here, and by e-mail if you have left.")
    return say(
        "I have passed this on to the team, with all that was said here: it is ticket #{number}. {when} {where}",
        number=int(detail["number"]),
        when=say_wait(detail.get("hours")),
        where=where,
    )


def say_wait(hours: float | None) -> str:
    """When an answer usually comes, from the last weeks' tickets; None: too few to say."""
    if hours is None:
        return say("Somebody answers as soon as they are at their desk.")
    if hours < 1:
        return say("Most are answered within an hour.")
    if hours <= 48:
        return say_many("Most are answered within {n} hour.", "Most are answered within {n} hours.", _up(hours))
    return say_many("Most are answered within {n} day.", "Most are answered within {n} days.", _up(hours / 24))


def _up(number: float) -> int:
    return int(-(-number // 1))


def _say_acted(detail: Mapping[str, Any]) -> str:
    if detail.get("failed"):
        return say("That could not be done just now. Nothing was changed; somebody from the team can help.")
    said = {
        "set_tag": say("Noted."),
        "call_webhook": say("Done."),
        "show_article": say("Here it is:"),
        "waiting": say("It is on its way. You will see here when it is done."),
    }
    return said.get(str(detail.get("kind")), "")


def pack(value: object) -> object:
    """A sentence as what it was made of, for the turn to keep."""
    if isinstance(value, Said):
        return [value.msgid, value.plural, {name: pack(one) for name, one in value.values.items()}]
    return value if isinstance(value, str | int | float) else str(value)


def unpack(packed: Any) -> str:
    """The sentence again."""
    if not isinstance(packed, list):
        return str(packed)
    msgid, plural, values = packed
    made = {name: unpack(one) if isinstance(one, list) else one for name, one in values.items()}
    return remade(str(msgid), str(plural), made)
