"""Everything that runs by the clock: how often, and what it repairs or refreshes. OPERATIONS.md is tested against this list."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from jobs.handlers.answers import (
    carry_out_planned_articles,
    recognise_repeated_replies,
    sweep_answers,
    sweep_answers_clusters,
)
from jobs.handlers.api import forget_old_writes
from jobs.handlers.assistant import forget_conversations, sweep_chats, sweep_confirmed
from jobs.handlers.clusters import refresh_clusters_if_due, sweep_labels, sweep_questions, sweep_readers
from jobs.handlers.core import prune_counts, prune_messages
from jobs.handlers.desk import route_waiting, wake_tickets
from jobs.handlers.drafts import sweep_old_drafts
from jobs.handlers.files import sweep_files
from jobs.handlers.forum import fetch_link_cards, run_timers, sweep_renderings
from jobs.handlers.hooks import prune_webhook_log, send_due_webhooks, sweep_untold_webhooks
from jobs.handlers.imports import fetch_imported_files, sweep_imports
from jobs.handlers.mail import ask, forget_mail, poll_mailbox, sweep_mail_in, sweep_mail_out
from jobs.handlers.moderation import forget_proofs, sweep_flagged, sweep_screened
from jobs.handlers.notices import mail_digests, mail_notices, remind, sweep_untold_notices
from jobs.handlers.outreach import sweep_unsent_messages
from jobs.handlers.people import sweep_sanctions
from jobs.handlers.product import sweep_untold_people, weigh_all_pain
from jobs.handlers.promotion import propose_all_promotions
from jobs.handlers.search import reconcile_search
from jobs.handlers.signals import relink_friction, sweep_events
from jobs.handlers.sla import watch as watch_promises
from jobs.handlers.staleness import measure_stale_articles
from jobs.handlers.standing import sweep_badges, sweep_trust
from jobs.tools import Tools


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A job by the clock. `every` is in seconds and divides a minute, an hour or a day, so that runs fall on round times."""

    name: str
    every: int
    run: Callable[[Tools], Awaitable[object]]
    help: str


SCHEDULE: tuple[Scheduled, ...] = (
    Scheduled(
        "refresh_clusters", 300, refresh_clusters_if_due, "Groups all questions afresh once 5 % new ones have come."
    ),
    Scheduled("sweep_labels", 60, sweep_labels, "Names clusters that are new or whose name no longer holds."),
    Scheduled("sweep_questions", 60, sweep_questions, "Extracts and clusters what a lost message left behind."),
    Scheduled(
        "sweep_imports", 60, sweep_imports, "Goes on reading what an import brought and a lost message left unread."
    ),
    Scheduled(
        "fetch_imported_files",
        60,
        fetch_imported_files,
        "Fetches files of imported messages and keeps them with these.",
    ),
    Scheduled("sweep_readers", 3600, sweep_readers, "Brings questions up to who may read their space now."),
    Scheduled(
        "reconcile_search",
        600,
        reconcile_search,
        "Repairs what the search index lacks, holds too old or should not hold.",
    ),
    Scheduled(
        "sweep_answers",
        600,
        sweep_answers,
        "Collects accepted posts and replies that a lost message left behind, and what the ledger lacks.",
    ),
    Scheduled(
        "carry_out_planned_articles",
        30,
        carry_out_planned_articles,
        "Publishes and archives articles whose approved time has come.",
    ),
    Scheduled(
        "recognise_repeated_replies",
        300,
        recognise_repeated_replies,
        "Finds replies that agents write again and again, and proposes them as macros.",
    ),
    Scheduled(
        "sweep_answers_clusters", 3600, sweep_answers_clusters, "Moves answers to the clusters their questions are in."
    ),
    Scheduled(
        "sweep_unsent_messages", 60, sweep_unsent_messages, "Sends messages to people that still wait to be sent."
    ),
    Scheduled(
        "mail_notices", 60, mail_notices, "Mails notices that were not seen in time, and what still waits to be sent."
    ),
    Scheduled(
        "read_mail",
        30,
        sweep_mail_in,
        "Reads mail that came in and that a lost message or a killed worker left unread.",
    ),
    Scheduled("forget_old_mail", 3600, forget_mail, "Forgets the raw text of mail that was handled a year ago."),
    Scheduled("poll_mailbox", 60, poll_mailbox, "Takes in mail that lies in the mailbox of IMAP_URL."),
    Scheduled(
        "ask_how_it_was",
        600,
        ask,
        "Asks customers by mail how their ticket was handled, once, some hours after it was solved.",
    ),
    Scheduled(
        "send_ticket_mail",
        60,
        sweep_mail_out,
        "Mails agents' replies and acknowledgements that a lost message left out, and what still waits.",
    ),
    Scheduled("mail_digests", 3600, mail_digests, "Makes digests for those who chose one, from 7:00 UTC on."),
    Scheduled("remind_of_bookmarks", 60, remind, "Reminds people of what they kept, at the time they chose."),
    Scheduled("sweep_untold_notices", 600, sweep_untold_notices, "Tells of posts what a lost message left untold."),
    Scheduled("run_topic_timers", 60, run_timers, "Closes topics and brings them up again at the time set for it."),
    Scheduled(
        "route_waiting_tickets",
        60,
        route_waiting,
        "Gives tickets of a team to whoever has room, where nobody was there before or a message was lost.",
    ),
    Scheduled(
        "watch_promises",
        30,
        watch_promises,
        "Warns of promises to customers that are about to be broken, notes those that are, and catches up with tickets.",
    ),
    Scheduled("wake_snoozed_tickets", 60, wake_tickets, "Brings tickets back that were snoozed until now."),
    Scheduled("sweep_renderings", 300, sweep_renderings, "Renders posts again that an older renderer made."),
    Scheduled("sweep_old_drafts", 3600, sweep_old_drafts, "Forgets drafts nobody wrote on for 180 days."),
    Scheduled("forget_old_writes", 3600, forget_old_writes, "Forgets the idempotency keys of writes after a day."),
    Scheduled("sweep_unused_files", 3600, sweep_files, "Forgets uploaded files that no text has used for two days."),
    Scheduled(
        "sweep_flagged", 300, sweep_flagged, "Hides what enough people flagged and a lost message left in sight."
    ),
    Scheduled(
        "sweep_screened", 300, sweep_screened, "Puts in the review queue what was held and a lost message left out."
    ),
    Scheduled("forget_spent_proofs", 3600, forget_proofs, "Forgets proofs of work that are too old to be used again."),
    Scheduled(
        "fetch_link_cards",
        60,
        fetch_link_cards,
        "Asks listed hosts for pages that posts link to, and shows them as cards.",
    ),
    Scheduled(
        "send_due_webhooks",
        30,
        send_due_webhooks,
        "Sends webhooks whose next attempt is due, and what a lost message or a killed worker left untried.",
    ),
    Scheduled(
        "sweep_untold_webhooks",
        300,
        sweep_untold_webhooks,
        "Plans for webhooks what a lost message left untold, and tells admins of one that was switched off.",
    ),
    Scheduled("prune_webhook_log", 3600, prune_webhook_log, "Forgets webhook deliveries after 30 days."),
    Scheduled("prune_messages", 3600, prune_messages, "Forgets messages between rooms that were handled a week ago."),
    Scheduled("prune_counts", 3600, prune_counts, "Forgets what rate limits counted more than a day ago."),
    Scheduled("end_sanctions", 60, sweep_sanctions, "Gives access back to people whose suspension has run out."),
    Scheduled("give_badges", 3600, sweep_badges, "Gives badges that were earned and not given yet."),
    Scheduled(
        "weigh_trust",
        86400,
        sweep_trust,
        "Raises levels of trust that were earned, takes those that are no longer held, and forgets days of reading too long ago.",
    ),
    Scheduled("relink_friction", 3600, relink_friction, "Weighs which questions the last day's pain belongs to."),
    Scheduled("sweep_chats", 60, sweep_chats, "Extracts what was asked in chats and a lost message left behind."),
    Scheduled(
        "sweep_confirmed",
        60,
        sweep_confirmed,
        "Carries out what was confirmed in a chat and a lost message left undone.",
    ),
    Scheduled(
        "forget_conversations", 3600, forget_conversations, "Forgets chats after CHAT_KEPT_DAYS, and empty ones."
    ),
    Scheduled("sweep_events", 30, sweep_events, "Runs the detectors over events that a lost message left behind."),
    Scheduled("weigh_all_pain", 300, weigh_all_pain, "Counts whom each problem hurts and sorts the triage board."),
    Scheduled(
        "propose_promotions",
        3600,
        propose_all_promotions,
        "Proposes as articles and issues what crossed its threshold, once, and settles what was done by hand.",
    ),
    Scheduled(
        "measure_stale_articles",
        3600,
        measure_stale_articles,
        "Rolls up yesterday's reading and measures which articles do not hold any more, once a day.",
    ),
    Scheduled(
        "sweep_untold_people", 300, sweep_untold_people, "Tells of a shipped fix those whom a lost message left out."
    ),
)
