"""Scoring a text, where it reaches the judge that the settings name."""

import structlog

from kb.core.errors import Unavailable
from kb.ports.spam_judge import Suspect
from kb.screening.learning_spam import read_learned
from kb.screening.links import links_of
from kb.screening.rules import SPAM, Finding, Screen, Writing
from kb.text.plain import plain_from_html

log = structlog.get_logger()


async def find_spam(writing: Writing, screen: Screen) -> list[Finding]:
    """Why it looks like spam, where it does. A judge that is away holds nobody up."""
    if screen.judge is None:
        return []
    text = f"{writing.title}\n{plain_from_html(writing.html)}"
    history = writing.history
    suspect = Suspect(
        text=text,
        links=tuple(link for link in links_of(writing.html) if link.startswith(("http:", "https:", "//"))),
        account_age=history.account_age,
        in_sight=history.in_sight,
        last_hour=history.last_hour,
        copies=history.copies,
        learned=await read_learned(text),
    )
    try:
        judgement = await screen.judge.judge(suspect)
    except Unavailable as away:
        log.warning("spam.unscored", reason=away.message)
        return []
    if judgement.score < screen.spam_from:
        return []
    because = "; ".join(judgement.reasons)
    return [Finding(SPAM, f"{judgement.score:.0%}: {because}.", holds=True)]
