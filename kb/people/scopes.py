"""What each scope of a key lets a program do, in words for the person who chooses it."""

from kb.core.actor import Actor
from kb.core.permissions import Permission as P
from kb.core.saying import Said, say

SCOPES: dict[P, Said] = {
    P.ANSWER_ACCEPT: say("Say which answer solved it"),
    P.API_KEY_MAKE: say("Make and revoke your keys"),
    P.API_KEY_MANAGE: say("See and revoke everybody’s keys"),
    P.ARTICLE_DRAFT: say("Write articles"),
    P.ARTICLE_PUBLISH: say("Publish and archive articles"),
    P.ARTICLE_READ: say("Read the knowledge base"),
    P.ASSISTANT_ASK: say("Talk with the assistant"),
    P.BOOKMARK_KEEP: say("Keep bookmarks"),
    P.CLUSTER_CORRECT: say("Correct clusters"),
    P.CLUSTER_READ: say("Read clusters and pain points"),
    P.DUPLICATE_CONFIRM: say("Confirm duplicates"),
    P.DUPLICATE_MARK: say("Say what was asked before"),
    P.EVENT_READ: say("Read what products sent"),
    P.EVENT_WRITE: say("Send events that are believed"),
    P.FILE_READ: say("Read uploaded files"),
    P.FILE_UPLOAD: say("Upload files"),
    P.FLAG_WRITE: say("Flag posts"),
    P.FLOW_MANAGE: say("Write the assistant’s flows and switch them on"),
    P.GROUP_MANAGE: say("Manage groups"),
    P.HELP_READ: say("Read help for a product’s page"),
    P.INCIDENT_MANAGE: say("Tell of incidents on the status page"),
    P.ISSUE_FILE: say("File and close issues"),
    P.ISSUE_READ: say("Read issues"),
    P.LOOP_READ: say("Read the loop’s figures"),
    P.MAIL_RECEIVE: say("Hand in mail"),
    P.MESSAGE_READ: say("Read your messages"),
    P.MODEL_MANAGE: say("Manage models"),
    P.NOTICE_READ: say("Read your notices, choose what you watch"),
    P.PERSON_MANAGE: say("Give roles"),
    P.PERSON_READ: say("Read about people as staff do"),
    P.PERSON_SANCTION: say("Warn, silence and suspend"),
    P.POST_VOTE: say("Vote, and say “me too”"),
    P.POST_WRITE: say("Reply and edit in your name"),
    P.REVIEW_DECIDE: say("Decide on what was flagged"),
    P.REVIEW_MANAGE: say("Manage reasons for decisions"),
    P.SPACE_MANAGE: say("Manage spaces"),
    P.TAG_MANAGE: say("Manage tags"),
    P.TEAM_MANAGE: say("Manage the desk’s teams"),
    P.TICKET_ANSWER: say("Answer tickets"),
    P.TICKET_ASK: say("Open tickets in your name"),
    P.TICKET_READ: say("Read and write in your tickets"),
    P.TOPIC_ARRANGE: say("Move, lock, pin, split and merge topics"),
    P.TOPIC_ASK: say("Ask in your name"),
    P.TOPIC_HIDE: say("Hide topics and posts"),
    P.TOPIC_READ: say("Read spaces and topics"),
    P.TRIGGER_MANAGE: say("Switch triggers on and off"),
    P.TRUST_GRANT: say("Give trust and badges"),
    P.WATCHED_WORD_MANAGE: say("Manage watched words"),
    P.WEBHOOK_MANAGE: say("Manage webhooks"),
}
"""Every permission, in plain words."""


def scopes_for(actor: Actor) -> list[tuple[str, Said]]:
    """What a key of theirs may be given, by name: no more than they hold themselves."""
    return [(scope.value, words) for scope, words in SCOPES.items() if actor.holds(scope)]
