"""Whoever watches is told; what may not wait goes out at once."""

from jobs.registry import Handlers
from jobs.tools import Tools
from kb.answers.messages import ArticlePublished, ArticleReturned
from kb.clusters.duplicates.messages import (
    DuplicateConfirmed,
    DuplicateContested,
    DuplicateMarked,
    DuplicateUndone,
)
from kb.forum.messages import PostAccepted, PostEdited, PostWritten, TopicAsked
from kb.moderation.messages import ReviewDecided, ReviewUndone
from kb.notices import sweeping, telling
from kb.notices.confirming import mail_confirmation
from kb.notices.digesting import prepare_digests
from kb.notices.mailing import prepare_mails
from kb.notices.messages import NoticeMailPrepared, PeopleNotified
from kb.notices.password_mail import mail_password_link, mail_password_set
from kb.notices.pushing import forget_browsers, push_notices
from kb.notices.reminding import remind_of_bookmarks
from kb.notices.sending import send_mail, sweep_unsent_mails
from kb.notices.site import site_of
from kb.notices.telling_of_articles import tell_of_publication, tell_of_return
from kb.notices.telling_of_duplicates import CONFIRMED, CONTESTED, MARKED, UNDONE, tell_of_duplicate
from kb.notices.telling_of_reviews import forget_decision, tell_of_decision
from kb.notices.telling_of_tickets import tell_of_note, tell_of_promise
from kb.people.messages import ConfirmationAsked, PasswordLinkAsked, PasswordSet
from kb.sla.messages import SlaBreached, SlaWarned
from kb.tickets.messages import NoteWritten


async def tell_of_reply(tools: Tools, heard: PostWritten) -> None:
    """Those who watch the topic, and whoever is called by name."""
    await telling.tell_of_post(heard.post_id)


async def tell_of_topic(tools: Tools, heard: TopicAsked) -> None:
    """Those who watch the space, and whoever is called by name."""
    await telling.tell_of_topic(heard.topic_id)


async def tell_of_new_mentions(tools: Tools, heard: PostEdited) -> None:
    """Whoever is called by name since the edit."""
    await telling.tell_of_new_mentions(heard.post_id)


async def tell_of_acceptance(tools: Tools, heard: PostAccepted) -> None:
    """Whose answer it is, and those who watch."""
    await telling.tell_of_acceptance(heard.post_id)


async def tell_of_mark(tools: Tools, heard: DuplicateMarked) -> None:
    """The asker may object."""
    await tell_of_duplicate(heard.duplicate_id, MARKED)


async def tell_of_confirmation(tools: Tools, heard: DuplicateConfirmed) -> None:
    """The asker and those who watch learn where it goes on."""
    await tell_of_duplicate(heard.duplicate_id, CONFIRMED)


async def tell_of_contest(tools: Tools, heard: DuplicateContested) -> None:
    """Staff who may decide, and those who said so, learn that the asker objects."""
    await tell_of_duplicate(heard.duplicate_id, CONTESTED)


async def tell_of_undoing(tools: Tools, heard: DuplicateUndone) -> None:
    """Those who heard of the duplicate learn that it is none."""
    await tell_of_duplicate(heard.duplicate_id, UNDONE)


async def tell_of_review(tools: Tools, heard: ReviewDecided) -> None:
    """Its author and those who flagged it learn what came of it."""
    await tell_of_decision(heard.decision_id)


async def forget_review(tools: Tools, heard: ReviewUndone) -> None:
    """What was undone is told to nobody."""
    await forget_decision(heard.decision_id)


async def tell_of_returned_article(tools: Tools, heard: ArticleReturned) -> None:
    """Its author learns what is missing."""
    await tell_of_return(heard.return_id)


async def tell_of_new_article(tools: Tools, heard: ArticlePublished) -> None:
    """Whoever asked the same learns that there is an article now."""
    await tell_of_publication(heard.article_id)


async def tell_of_called(tools: Tools, heard: NoteWritten) -> None:
    """Agents called by name in a note."""
    await tell_of_note(heard.message_id)


async def warn_of_promise(tools: Tools, heard: SlaWarned) -> None:
    """Whoever has the ticket still can keep it."""
    await tell_of_promise(heard.clock_id, "warned")


async def tell_of_breach(tools: Tools, heard: SlaBreached) -> None:
    """It was promised by then."""
    await tell_of_promise(heard.clock_id, "breached")


async def sweep_untold_notices(tools: Tools) -> int:
    """Tell of what a lost message left untold."""
    return await sweeping.sweep_untold()


async def mail_at_once(tools: Tools, heard: PeopleNotified) -> None:
    """To those who do not want to wait."""
    await prepare_mails(thing=heard.thing)


async def push_at_once(tools: Tools, heard: PeopleNotified) -> None:
    """To browsers that want to be told."""
    if tools.push:
        await push_notices(
            heard.thing,
            tools.push,
            base_url=tools.settings.base_url,
            language=tools.settings["DEFAULT_LANGUAGE"],
        )


async def send_notice_mail(tools: Tools, heard: NoticeMailPrepared) -> None:
    """Hand it over; a mail server that is down is tried again."""
    if "email" in tools.channels:
        await send_mail(heard.mail_id, tools.channels["email"], site_of(tools.settings))


async def send_confirmation(tools: Tools, heard: ConfirmationAsked) -> None:
    """To the address that somebody gave as theirs."""
    if "email" in tools.channels:
        await mail_confirmation(heard.person_id, heard.asking_id, tools.channels["email"], site_of(tools.settings))


async def send_password_link(tools: Tools, heard: PasswordLinkAsked) -> None:
    """To whoever has the address, if anybody."""
    if "email" in tools.channels:
        takes_new = tools.settings["SIGN_UP"] == "open"
        await mail_password_link(heard, tools.channels["email"], site_of(tools.settings), takes_new=takes_new)


async def tell_of_password(tools: Tools, heard: PasswordSet) -> None:
    """Its owner, in case it was somebody else."""
    if "email" in tools.channels:
        await mail_password_set(heard, tools.channels["email"], site_of(tools.settings))


async def stop_pushing(tools: Tools, heard: PasswordSet) -> None:
    """To browsers whose sessions have ended."""
    await forget_browsers(heard.person_id, before=heard.at)


async def mail_notices(tools: Tools) -> int:
    """What nobody saw in time goes out by mail, and so does what still waits."""
    await prepare_mails()
    if "email" not in tools.channels:
        return 0
    return await sweep_unsent_mails(tools.channels["email"], site_of(tools.settings))


async def remind(tools: Tools) -> int:
    """Of bookmarks, at the time their owners chose."""
    return await remind_of_bookmarks()


async def mail_digests(tools: Tools) -> int:
    """Digests that are due."""
    return await prepare_digests()


HANDLERS: Handlers = {
    PeopleNotified: (push_at_once, mail_at_once),
    NoticeMailPrepared: (send_notice_mail,),
    ConfirmationAsked: (send_confirmation,),
    PasswordLinkAsked: (send_password_link,),
    PasswordSet: (tell_of_password, stop_pushing),
    PostWritten: (tell_of_reply,),
    TopicAsked: (tell_of_topic,),
    PostEdited: (tell_of_new_mentions,),
    PostAccepted: (tell_of_acceptance,),
    DuplicateMarked: (tell_of_mark,),
    DuplicateConfirmed: (tell_of_confirmation,),
    DuplicateContested: (tell_of_contest,),
    DuplicateUndone: (tell_of_undoing,),
    ReviewDecided: (tell_of_review,),
    ReviewUndone: (forget_review,),
    ArticleReturned: (tell_of_returned_article,),
    NoteWritten: (tell_of_called,),
    SlaWarned: (warn_of_promise,),
    SlaBreached: (tell_of_breach,),
    ArticlePublished: (tell_of_new_article,),
}
