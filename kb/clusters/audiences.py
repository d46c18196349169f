"""Who reads a label: everybody, members, staff, or those who read tickets; and the SQL for what each calls a cluster."""

from kb.core.policy import Role, readable_visibilities

AUDIENCES: dict[str, tuple[str, ...]] = {
    readable_visibilities(role)[-1]: readable_visibilities(role)
    for role in (Role.ANONYMOUS, Role.MEMBER, Role.MODERATOR, Role.AGENT)
}
"""An audience is named by the narrowest visibility it reads; each reads all that wider ones read, too."""

WIDEST_FIRST = tuple(AUDIENCES)

INSIDERS = WIDEST_FIRST[-1]
"""Those who read tickets. A name a person gave is theirs whatever it holds; others read it where enough people wrote its words."""

PEOPLE_OF_INSIDERS = 2
"""People who must have used a word of a label that insiders read: they may read it all, but one customer's word names no cluster."""

READABLE_QUESTION = (
    "(q.visibility = any($1) and coalesce(s.visibility, q.visibility) = any($1) and t.hidden_at is null and t.unlisted_at is null"
    " and (q.source_kind <> 'topic' or t.id is not null))"
)
"""The condition on question `q` with `SOURCES`; $1 is `actor.visibilities`. A topic is judged by its space as it is now,
not by the question's copy, and a hidden one is shown to nobody."""

SOURCES = " left join topic t on q.source_kind = 'topic' and t.id = q.parent_id left join space s on s.id = t.space_id"

STANDS = f"""not exists (
    select 1 from unnest(l.rests_on) as r (id) left join question q on q.id = r.id{SOURCES}
    where not coalesce(q.cluster_id = l.cluster_id and q.considered_at <= l.read_at and {READABLE_QUESTION}, false))"""
"""The condition on label `l` that everything it rests on is as it was read and may be read by $1. A topic that was hidden, moved
to a narrower space, edited or put elsewhere takes its words with it at once, before any job has run."""

LABEL = f"""coalesce(
    case when c.label_by = 'person' and '{INSIDERS}' = any($1) then c.label end,
    (select l.label from cluster_label l where l.cluster_id = c.id and l.visibility = any($1) and l.label <> '' and {STANDS}
     order by array_position(array{list(reversed(WIDEST_FIRST))!r}, l.visibility) limit 1),
    (select q.title from question q{SOURCES} where q.id = c.representative_id and {READABLE_QUESTION}
     and '{INSIDERS}' = any($1)),
    '')"""
"""SQL for what the reader calls cluster `c`; $1 is `actor.visibilities`. A cluster nobody has named yet is called by its most
central question, for those who read tickets; `''` where the reader has no name for it."""
