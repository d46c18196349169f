"""When two replies are one answer: what differs from ticket to ticket is looked past, a word that counts is not."""

import pytest

from kb.answers.copies import are_copies, shape_reply
from kb.answers.drafting_macros import Copy, draft_macro
from kb.macros.rules import check_macro

RESET = (
    "To reset your password, open Settings, choose Security and press Reset. We send a link to your address;"
    " it is good for 30 minutes. Open it in the same browser you started in."
)

SAME = [
    f"Hello Ines,\n\n{RESET}\n\nKind regards\nTom Berg\nSupport",
    f"Hi Yusuf,\n{RESET.replace('30', '45')}\n\nBest\nOlga",
    RESET.replace("browser", "broswer").replace("Settings", "Setings"),
    RESET.replace(", choose", " and choose") + " The mail bears our name.",
    f"{RESET}\n\n> To reset your 2FA device, call us.\n",
    "**" + RESET.replace("press Reset", "press `Reset`") + "**",
]

OTHER = [
    RESET.replace("your password", "your 2FA device"),
    RESET.replace("reset your password", "change your e-mail address"),
    RESET.replace("Open it", "Do not open it"),
    RESET.replace("We send", "We cannot send"),
    RESET.replace("in the same browser", "in another browser"),
    RESET.replace("you started in", "you stopped in"),
    RESET.replace("Security", "Billing"),
    "To reset your password, ask the owner of your team: only they may do that since version 3.1.",
    "Please reset your password.",
    "",
]


@pytest.mark.parametrize("text", SAME)
def test_a_greeting_a_name_a_number_and_a_slip_make_no_other_answer(text: str) -> None:
    assert are_copies(shape_reply(RESET), shape_reply(text, ["Ines Duarte", "Tom Berg", "Yusuf Kaya", "Olga"]))


@pytest.mark.parametrize("text", OTHER)
def test_another_thing_in_the_same_words_is_another_answer(text: str) -> None:
    one, other = shape_reply(RESET), shape_reply(text)

    assert not are_copies(one, other)
    assert not are_copies(other, one)


@pytest.mark.parametrize(
    ("text", "word", "instead"),
    [
        ("You were {} twice for May, the second time goes back to your card.", "charged", "changed"),
        ("This works in version {} and later, please update the app from the store first.", "3.1", "4.0"),
        ("You can turn the digest {} under Notifications, at the end of the page.", "off", "on"),
        ("{}, sorry for the wait.", "Done", "Done"),
        ("Starten Sie das Gerät {} neu und warten Sie danach eine Minute lang.", "ohne Karte", "Karte"),
    ],
)
def test_one_word_that_counts_and_too_few_words_make_no_copy(text: str, word: str, instead: str) -> None:
    assert not are_copies(shape_reply(text.format(word)), shape_reply(text.format(instead)))


def test_a_macro_is_what_the_copies_share_with_places_where_they_differ() -> None:
    def written(greeting: str, order: int, money: str, day: str, agent: str) -> str:
        return (
            f"{greeting},\n\nwe refunded order {order} with {money} on {day}. It takes 5 days.\n"
            f"See https://a.example/r/{order} for it, or write to billing@shop.example.\n\nKind regards\n{agent}"
        )

    def of(name: str) -> dict[str, str]:
        return {"requester.name": name, "requester.first_name": name.split(maxsplit=1)[0]}

    copies = [
        Copy(written("Hello Ines", 4711, "12.50 €", "2026-05-03", "Tom"), of("Ines Duarte")),
        Copy(written("Hello Yusuf", 4712, "99 €", "2026-06-03", "Olga"), of("Yusuf Kaya")),
        Copy(written("Dear Wei Chen", 88123, "7 €", "2026-06-11", "Tom"), of("Wei Chen")),
    ]

    body = draft_macro(copies)

    assert body == (
        "Dear {{requester.name}},\n\nwe refunded order {{fill: order number}} with {{fill: number}} € on {{fill: date}}. It takes 5 days.\n"
        "See {{fill: link}} for it, or write to billing@shop.example."
    )
    check_macro(name="Refund", body=body)


def test_braces_of_a_reply_make_no_placeholder() -> None:
    body = draft_macro([Copy("Write {{ user }} there, {{twice", {}), Copy("Write {{ user }} there, {{twice", {})])

    check_macro(name="Template", body=body)
