"""A filter as conditions in SQL on a ticket `t`. Merged tickets are never among those found: they are read in another."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from kb.core.actor import Actor
from kb.core.arguments import Arguments
from kb.desk.grammar import TicketFilter

_STATES = {
    "": "t.state <> 'solved'",
    "open": "t.state = 'open' and t.snoozed_at is null",
    "waiting": "t.state = 'pending' and t.snoozed_at is null",
    "solved": "t.state = 'solved'",
    "any": "true",
}

_WORDED = (
    "t.id in (select id from ticket where to_tsvector('simple', subject) @@ websearch_to_tsquery('simple', {text})"
    " union all select coalesce(o.merged_into, o.id) from ticket_message m join ticket o on o.id = m.ticket_id"
    "   where to_tsvector('simple', left(m.body_source, 20000)) @@ websearch_to_tsquery('simple', {text})"
    "   and (m.kind <> 'note' or o.requester_id <> {me}))"
)


def conditions(actor: Actor, filter_: TicketFilter, args: Arguments, *, as_of: datetime) -> str:
    """All of them, ready to stand after `where`. What is overdue, older or newer is so at `as_of`."""
    me, moment = f"{args.place(actor.person_id)}::uuid", f"{args.place(as_of)}::timestamptz"
    stated = [
        _STATES[filter_.state],
        *_sides(filter_, moment),
        *_kept(filter_, args),
        *_people(filter_, args, me),
        *_aged(filter_, args, as_of),
        *_worded(filter_, args, me),
    ]
    used = f"{me} is null or {moment} is not null"  # whatever is asked, the statement knows both values
    return " and ".join(f"({one})" for one in ("t.merged_into is null", used, *stated))


_SIDES = {
    "overdue": "coalesce(t.due_at <= {as_of}, false)",
    "snoozed": "t.snoozed_at is not null",
    "problem": "exists (select 1 from ticket_link l where l.problem_id = t.id)",
    "incident": "exists (select 1 from ticket_link l where l.incident_id = t.id)",
}


def _sides(filter_: TicketFilter, as_of: str) -> Iterator[str]:
    for side, wanted in filter_.sides:
        said = _SIDES[side].format(as_of=as_of)
        yield said if wanted else f"not ({said})"


def _kept(filter_: TicketFilter, args: Arguments) -> Iterator[str]:
    if filter_.priorities:
        yield f"t.priority = any({args.place(list(filter_.priorities))}::text[])"
    for tag in filter_.tags:
        yield f"t.id in (select ticket_id from ticket_tag where name = {args.place(tag)})"
    for tag in filter_.without_tags:
        yield f"not exists (select 1 from ticket_tag g where g.ticket_id = t.id and g.name = {args.place(tag)})"
    if filter_.channel:
        yield f"t.channel = {args.place(filter_.channel)}"


def _people(filter_: TicketFilter, args: Arguments, me: str) -> Iterator[str]:
    if filter_.team == "none":
        yield "t.team_id is null"
    elif filter_.team == "mine":
        yield f"t.team_id in (select team_id from team_member where person_id = {me})"
    elif filter_.team:
        yield f"t.team_id in (select id from team where lower(name) = {args.place(filter_.team)})"
    if filter_.assignee == "none":
        yield "t.assignee_id is null"
    elif filter_.assignee == "me":
        yield f"t.assignee_id = {me}"
    elif filter_.assignee:
        name = args.place(filter_.assignee.lstrip("@"))
        yield f"t.assignee_id in (select id from person where lower(username) = {name} or lower(name) = {name})"
    if filter_.requester:
        yield _asked_by(filter_.requester, args)


def _asked_by(said: str, args: Arguments) -> str:
    """An address as a whole; of a name, a part will do."""
    if "@" in said:
        return f"t.requester_id in (select id from person where lower(email) = {args.place(said)})"
    part = args.place(said)
    return (
        "exists (select 1 from person q left join account c on c.id = q.account_id where q.id = t.requester_id"
        f" and (position({part} in lower(q.name)) > 0 or position({part} in lower(c.name)) > 0))"
    )


def _aged(filter_: TicketFilter, args: Arguments, as_of: datetime) -> Iterator[str]:
    if filter_.older:
        yield f"t.created_at < {args.place(as_of - timedelta(hours=filter_.older))}"
    if filter_.newer:
        yield f"t.created_at >= {args.place(as_of - timedelta(hours=filter_.newer))}"


def _worded(filter_: TicketFilter, args: Arguments, me: str) -> Iterator[str]:
    """All words in the subject or in one message. A number alone is a ticket's own, too."""
    if filter_.text:
        worded = _WORDED.format(text=args.place(filter_.text), me=me)
        number = filter_.text.removeprefix("#")
        is_number = number.isascii() and number.isdecimal() and len(number) <= 15
        yield f"t.number = {args.place(int(number))} or {worded}" if is_number else worded
    for word in filter_.without:
        yield f"not ({_WORDED.format(text=args.place(word), me=me)})"
