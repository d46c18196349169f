"""What our own codes are called: states, roles, kinds. The database and the API hold the code, people read the name."""

from kb.core.saying import Said, say

_STATES = {
    "open": say("open"),
    "pending": say("pending"),
    "solved": say("solved"),
    "answered": say("answered"),
    "accepted": say("accepted"),
    "dismissed": say("dismissed"),
    "overtaken": say("overtaken"),
    "closed": say("closed"),
    "draft": say("draft"),
    "review": say("in review"),
    "published": say("published"),
    "archived": say("archived"),
    "filing": say("being filed"),
    "filed": say("filed"),
    "shipped": say("shipped"),
    "not_planned": say("not planned"),
    "duplicate": say("duplicate"),
    "seen": say("seen"),
    "clustered": say("clustered"),
    "told": say("told"),
    "recovered": say("recovered"),
    "dropped": say("dropped"),
    "waiting": say("waiting"),
    "sent": say("sent"),
    "failed": say("failed"),
    "withheld": say("withheld"),
    "send": say("spoke"),
    "refuse": say("stayed silent"),
    "joined": say("joined"),
    "new": say("new"),
    "stopped": say("stopped"),
    "completed": say("completed"),
    "operational": say("operational"),
    "rising": say("rising"),
    "falling": say("falling"),
    "steady": say("steady"),
}

_ROLES = {
    "anonymous": say("anonymous"),
    "member": say("member"),
    "agent": say("agent"),
    "product_manager": say("product manager"),
    "moderator": say("moderator"),
    "admin": say("admin"),
    "asker": say("asker"),
    "customer": say("customer"),
}

_READERS = {
    "public": say("everybody"),
    "members": say("members"),
    "staff": say("staff"),
    "private": say("private"),
}

_KINDS = {
    "topic": say("topic"),
    "ticket": say("ticket"),
    "article": say("article"),
    "post": say("post"),
    "reply": say("reply"),
    "search": say("search"),
    "help": say("help"),
    "note": say("note"),
    "form": say("form"),
    "email": say("e-mail"),
    "widget": say("widget"),
    "chat": say("chat"),
    "import": say("import"),
    "founded": say("founded"),
    "merged": say("merged"),
    "split": say("split"),
    "dissolved": say("dissolved"),
    "renamed": say("renamed"),
    "moved": say("moved"),
}

_SIGNALS = {
    "rage_click": say("rage click"),
    "failed_logins": say("failed sign-ins"),
}

_LEVELS = {
    "watching": say("watching"),
    "tracking": say("tracking"),
    "normal": say("normal"),
    "muted": say("muted"),
    "space": say("space"),
    "tag": say("tag"),
}

_MASKED = {
    "name": say("name"),
    "company": say("company"),
    "address": say("address"),
    "card number": say("card number"),
    "e-mail": say("e-mail"),
    "bank account": say("bank account"),
    "IP address": say("IP address"),
    "private link": say("private link"),
    "phone": say("phone"),
    "secret": say("secret"),
}
"""What was masked, by the word that stands in its place (kb/answers/masking.py)."""

_USES = {
    "shown": say("shown"),
    "opened": say("opened"),
    "inserted": say("inserted"),
    "edited_then_sent": say("sent to them"),
    "said_solved": say("said it solved it"),
    "reopened": say("did not last"),
    "re_asked": say("asked again"),
    "ask": say("while asking"),
    "desk": say("desk"),
    "api": say("a program"),
    "asked": say("asked"),
    "came_out": say("came out"),
    "in_app": say("in the product"),
}

NAMES: dict[str, Said] = {**_STATES, **_ROLES, **_READERS, **_KINDS, **_SIGNALS, **_LEVELS, **_USES, **_MASKED}


COLOUR_NAMES = {
    "": say("By its name"),
    "teal": say("Teal"),
    "blue": say("Blue"),
    "indigo": say("Indigo"),
    "violet": say("Violet"),
    "pink": say("Pink"),
    "orange": say("Orange"),
    "amber": say("Amber"),
    "green": say("Green"),
}


def name_of(code: str) -> str:
    """The name, telling as any sentence does; a code without one, as people may have made it, with its underscores opened."""
    return NAMES.get(code) or code.replace("_", " ")
