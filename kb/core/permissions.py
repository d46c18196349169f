"""Every permission there is. Grammar: `thing:verb`, both singular, lower case. Keep alphabetical.

Rules that depend on the object (its asker, its space) live in the room's `access.py`; this says what a role may do at all.
"""

from enum import StrEnum


class Permission(StrEnum):
    """What a role may be given. The names appear in API key scopes and in OPERATIONS.md."""

    ANSWER_ACCEPT = "answer:accept"
    API_KEY_MANAGE = "api_key:manage"
    ARTICLE_DRAFT = "article:draft"
    ARTICLE_PUBLISH = "article:publish"
    ARTICLE_READ = "article:read"
    CLUSTER_CORRECT = "cluster:correct"
    CLUSTER_READ = "cluster:read"
    DUPLICATE_CONFIRM = "duplicate:confirm"
    DUPLICATE_MARK = "duplicate:mark"
    EVENT_READ = "event:read"
    EVENT_WRITE = "event:write"
    FILE_READ = "file:read"
    FILE_UPLOAD = "file:upload"
    GROUP_MANAGE = "group:manage"
    HELP_READ = "help:read"
    ISSUE_FILE = "issue:file"
    ISSUE_READ = "issue:read"
    LOOP_READ = "loop:read"
    MAIL_RECEIVE = "mail:receive"
    MESSAGE_READ = "message:read"
    MODEL_MANAGE = "model:manage"
    NOTICE_READ = "notice:read"
    PERSON_MANAGE = "person:manage"
    PERSON_READ = "person:read"
    PERSON_SANCTION = "person:sanction"
    POST_VOTE = "post:vote"
    POST_WRITE = "post:write"
    SPACE_MANAGE = "space:manage"
    TAG_MANAGE = "tag:manage"
    TICKET_ANSWER = "ticket:answer"
    TICKET_ASK = "ticket:ask"
    TICKET_READ = "ticket:read"
    TOPIC_ARRANGE = "topic:arrange"
    TOPIC_ASK = "topic:ask"
    TOPIC_HIDE = "topic:hide"
    TOPIC_READ = "topic:read"
    TRIGGER_MANAGE = "trigger:manage"
    TRUST_GRANT = "trust:grant"
