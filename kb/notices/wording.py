"""What a notice says, in a few words, wherever it is shown. Pure."""

from kb.core.saying import say
from kb.notices.queries import NoticeView
from kb.notices.rules import ACCEPTED, ARTICLE, DUE, FLAG, MENTION, PUBLISHED, REMINDER, TOPIC

_OF_DUPLICATE = {
    "marked": say("Was this asked before?"),
    "confirmed": say("This was asked before:"),
    "undone": say("A question of its own again:"),
    "contested": say("The asker objects:"),
}
_OF_KIND = {REMINDER: say("You wanted to come back to"), PUBLISHED: say("There is an article now:")}
_OF_PROMISE = {
    "warned": say("Soon due:"),
    "breached": say("Overdue:"),
}
_OF_FLAG = {
    "hide": say("Moderators agreed with your flag and hid"),
    "keep": say("Moderators looked at what you flagged and left it:"),
    "dismiss": say("Moderators found nothing wrong with"),
}
_OF_REVIEW = {
    "hide": say("A moderator hid what you wrote in"),
    "keep": say("Everybody sees now what you wrote in"),
}


def lead_of(notice: NoticeView) -> str:
    """The words before the title."""
    if notice.kind == ACCEPTED:
        return say("Your answer solved") if notice.is_own_post else say("An answer was accepted in")
    if notice.kind in _OF_KIND:
        return _OF_KIND[notice.kind]
    if notice.kind == DUE:
        return _OF_PROMISE[notice.happened]
    if notice.duplicate_id:
        return _OF_DUPLICATE[notice.happened]
    if notice.decision_id:
        return _OF_FLAG[notice.happened] if notice.kind == FLAG else _OF_REVIEW.get(notice.happened, "")
    return _of_deed(notice.kind, notice.actor or say("Somebody"))


def _of_deed(kind: str, who: str) -> str:
    if kind == MENTION:
        return say("{name} mentioned you in", name=who)
    if kind == ARTICLE:
        return say("{name} handed back your revision of", name=who)
    return say("{name} asked", name=who) if kind == TOPIC else say("{name} replied in", name=who)


def headline_of(notice: NoticeView) -> str:
    """The whole on one line of plain text."""
    return say("{lead} {title}", lead=lead_of(notice), title=notice.title or say("a post"))


def explanation_of(notice: NoticeView) -> str:
    """What stands below it: the post's beginning, or what a duplicate means for the reader."""
    if notice.duplicate_id:
        return _meaning_of_duplicate(notice)
    if notice.kind == PUBLISHED:
        return say("It answers what you asked, or what you follow.")
    if notice.kind == DUE:
        return say("It was promised to the customer by then.")
    if notice.kind == FLAG:
        return say("Thank you for looking after this place.")
    return notice.excerpt


def _meaning_of_duplicate(notice: NoticeView) -> str:
    if notice.happened == "marked":
        return say("Somebody thinks it asks the same as “{title}”. If not, say so.", title=notice.original_title)
    if notice.happened == "confirmed":
        return say("It leads to “{title}” now. You hear there what comes of it.", title=notice.original_title)
    if notice.happened == "contested":
        return say("Whoever asked says that it is not “{title}”. Staff decide.", title=notice.original_title)
    return say("It is no longer a duplicate of “{title}”.", title=notice.original_title)
