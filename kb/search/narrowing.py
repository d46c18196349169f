"""The limits of a search as conditions in SQL. They stand beside what the searcher may read, inside each statement."""

from datetime import UTC, date, datetime, time

from kb.core.actor import Actor
from kb.core.arguments import Arguments
from kb.ports.search_index import Typed

_STATES = {
    "solved": "t.accepted_post_id is not null",
    "unsolved": "t.accepted_post_id is null",
    "unanswered": "t.accepted_post_id is null and t.post_count = 1",
}
_KIND = "coalesce(q.alias_kind, q.source_kind)"
_WROTE = "exists (select 1 from post w where w.topic_id = t.id and w.author_id = {who} and w.hidden_at is null)"
_ASKED_IN = "exists (select 1 from post f where f.topic_id = t.id and f.position = 1 and f.language = {language})"

TAGGED_OR_SYNONYM = (
    "exists (select 1 from topic_tag x join tag g on g.id = x.tag_id where x.topic_id = t.id"
    " and (g.slug = {tag} or g.id = (select y.tag_id from tag_synonym y where y.slug = {tag})))"
)


def narrow_questions(actor: Actor, typed: Typed, args: Arguments) -> str:
    """Further conditions on a question `q`, its topic `t` in the space `s`, or its ticket `k`; "" without limits."""
    within = typed.within
    limits = _worded(typed, "q.words", args)
    if within.kind:
        limits.append(f"{_KIND} = {args.place(within.kind)}")
    if within.state:
        limits.append(f"{_KIND} = 'topic' and {_STATES[within.state]}")
    if within.space:
        limits.append(f"{_in_space(within.space, args)}")
    if within.tag:
        limits.append(TAGGED_OR_SYNONYM.format(tag=args.place(within.tag)))
    if within.language:
        limits.append(_ASKED_IN.format(language=args.place(within.language)))
    limits += _asked(typed, "coalesce(t.created_at, q.asked_at)", args)
    for who in _people(actor, typed, args):
        limits.append(f"case when t.id is null then k.requester_id = {who} else {_WROTE.format(who=who)} end")
    return "".join(f" and ({limit})" for limit in limits)


def narrow_articles(actor: Actor, typed: Typed, args: Arguments) -> str:
    """Further conditions on an article `ar` in the space `s`; nothing is solved, unanswered or tagged about one."""
    within = typed.within
    if within.kind not in {"", "article"} or within.state or within.tag:
        return " and false"
    limits = _worded(typed, "ar.words", args)
    if within.space:
        limits.append(_in_space(within.space, args))
    if within.language:
        limits.append(f"ar.language = {args.place(within.language)}")
    limits += _asked(typed, "ar.published_at", args)
    limits += [f"ar.author_id = {who}" for who in _people(actor, typed, args)]
    return "".join(f" and ({limit})" for limit in limits)


def _worded(typed: Typed, column: str, args: Arguments) -> list[str]:
    """A phrase of nothing but stop words asks nothing; without them the rest of a phrase must stand in its order."""
    held = [f"numnode({p}) = 0 or {column} @@ {p}" for p in (_phrase(one, args) for one in typed.phrases)]
    return [*held, *(f"not {column} @@ {_phrase(one, args)}" for one in typed.without)]


def _phrase(text: str, args: Arguments) -> str:
    return f"phraseto_tsquery('english', {args.place(text)})"


def _in_space(said: str, args: Arguments) -> str:
    """By the name in its address or the one people read."""
    placed = args.place(said)
    return f"s.slug = {placed} or lower(s.name) = {placed}"


def _asked(typed: Typed, column: str, args: Arguments) -> list[str]:
    after, before = typed.within.after, typed.within.before
    return [
        *([f"{column} >= {args.place(_midnight(after))}"] if after else []),
        *([f"{column} < {args.place(_midnight(before))}"] if before else []),
    ]


def _people(actor: Actor, typed: Typed, args: Arguments) -> list[str]:
    """Each of them must have written it. Nobody signed in wrote anything."""
    named = typed.within.author
    by_name = [f"(select id from person where lower(username) = lower({args.place(named)}))"] if named else []
    return [*by_name, *([f"{args.place(actor.person_id)}::uuid"] if typed.within.mine else [])]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
