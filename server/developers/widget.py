"""What the page for developers says of the help widget; a test compares it with the widget itself."""

from dataclasses import dataclass

from kb.core.saying import Said, say

Rows = tuple[tuple[str, Said], ...]


@dataclass(frozen=True, slots=True)
class Widget:
    """What may be written beside the script, what its object does, what it tells of, and what a stylesheet may set."""

    attributes: Rows
    acts: Rows
    events: Rows
    variables: Rows


WIDGET = Widget(
    attributes=(
        ("data-key", say("The product’s public write key.")),
        (
            "data-token",
            say(
                "Who the customer is: a JWT your server signs (HS256) with sub, exp, and if you like email, name, account."
            ),
        ),
        ("data-page", say("The page’s address, where it is not the product’s own.")),
        ("data-release", say("The version of the product that runs; answers checked for it come first.")),
        ("data-language", say("Which language to speak, where the page’s lang does not say.")),
        ("data-position", say("“start” puts it at the other side of the window.")),
        ("data-launcher", say("“none” leaves the button out; the page opens the panel itself.")),
    ),
    acts=(
        ("Answerloop.open()", say("Opens the panel.")),
        ("Answerloop.close()", say("Closes it and gives the keyboard back.")),
        ("Answerloop.show(article)", say("Opens an article by its number or address.")),
        ("Answerloop.search(text)", say("Searches.")),
        ("Answerloop.ask({subject, body})", say("Opens the form for a question, filled in.")),
        ("Answerloop.identify(token)", say("Somebody else looks from now on, or the same with a fresh token.")),
        ("Answerloop.on(event, listener)", say("Tells the page what happens; gives back a function that ends it.")),
    ),
    events=(
        ("open", say("The panel was opened.")),
        ("close", say("The panel was closed.")),
        ("shown", say("Answers stood before the customer’s eyes.")),
        ("opened", say("An answer was opened.")),
        ("solved", say("An answer solved it, the customer says.")),
        ("asked", say("A ticket was opened.")),
        ("unread", say("So many tickets hold a reply not yet seen.")),
        ("message", say("A message came.")),
        ("expired", say("The token is no good any more; give a new one.")),
    ),
    variables=(
        ("--answerloop-accent", say("Colour of the button and of what is chosen.")),
        ("--answerloop-accent-text", say("Colour of text on it.")),
        ("--answerloop-surface", say("Colour of the ground.")),
        ("--answerloop-text", say("Colour of text.")),
        ("--answerloop-line", say("Colour of lines.")),
        (
            "--answerloop-scheme",
            say("light, dark, or “light dark” for what the customer’s system has; by default the page’s."),
        ),
        ("--answerloop-font", say("Typeface.")),
        ("--answerloop-size", say("Size of text; everything is measured by it.")),
        ("--answerloop-radius", say("How round it is.")),
        ("--answerloop-width", say("Width of the panel.")),
        ("--answerloop-height", say("Height of the panel.")),
        ("--answerloop-side", say("How far from the window’s side.")),
        ("--answerloop-bottom", say("How far from the window’s foot.")),
        ("--answerloop-z", say("Its place above the page.")),
    ),
)
