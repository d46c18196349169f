"""What this room announces."""

from uuid import UUID

from kb.core.messages import Message, message


@message
class IssueFiled(Message, frozen=True):
    """An issue was filed here and, where it goes to an outside tracker, waits to be sent there."""

    issue_id: UUID


@message
class IssueShipped(Message, frozen=True):
    """The tracker says completed: the people hurt are to be told that a fix has shipped."""

    issue_id: UUID


@message
class IssueClosed(Message, frozen=True):
    """Closed without a fix; nobody is told that there is one."""

    issue_id: UUID
