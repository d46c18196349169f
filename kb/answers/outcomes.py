"""What became of each answer, judged from the ledger and the questions asked since, in one statement.

Who counts is one *party* for each answer: the customer's company, else the person, else the visitor.

- *failed*: they opened, received or confirmed the answer and asked a new question in its cluster within seven days of it, or
  the ledger says outright that it reopened or was asked again. One failure outweighs whatever else they did with that revision.
- *succeeded*: not failed, and they said it solved it; or they opened it or received it at least seven days ago and have
  been silent since. A younger use is neither yet, unless they said so: silence of an hour tells nothing.
- A visitor who merely opened it is neither: we could not see them ask again. Staff are never counted: they try answers out all day.
- What happened with an earlier revision counts half, and only for parties who have not met the present one.
- An address speaks for whoever used the answer from it first; what others tell from there is not counted. So neither many accounts
  behind one address nor one account behind many moves an answer by more than one.
- What an agent inserted counts when it was sent, and not where little was left of it. The ticket a reply was written in counts once
  the same reply was written in another, too.

Copies of one reply are judged together, under the one that stands for them: a macro, else the first.
"""

from kb.answers.rules import GIVEN_UP, UNUSED_RANKED

JUDGED = f"""
with pool as (
    select a.*, a.kind = 'reply' and a.same_as is null and not exists (select from answer copy where copy.same_as = a.id)
        and not exists (select from answer_use u where u.answer_id = a.id and u.kind not in ('sent', 'shown')) as is_unused
    from answer a where {{readable}} and {{which}}
), looked_at as (
    select p.*, (select first.id from answer first where first.id = p.same_as and first.cluster_id = p.cluster_id) as first_id
    from (select *, row_number() over (partition by cluster_id, is_unused order by created_at desc) as by_age from pool) p
    where not p.is_unused or p.by_age <= {UNUSED_RANKED}
), candidate as (
    select a.id, a.kind, a.source_id, a.parent_id, a.title, a.excerpt, a.cluster_id, a.revision, a.accepted, a.created_at, a.author_id,
        coalesce(a.first_id, a.id) as family,
        row_number() over (same order by a.kind = 'macro' desc, a.first_id is null desc, a.created_at) as place,
        count(*) filter (where a.kind <> 'macro') over same as copies,
        max(case when a.kind = 'macro' then a.revision end) over same as macro_revision
    from looked_at a window same as (partition by coalesce(a.first_id, a.id))
), told as (
    select c.family, c.cluster_id, u.person_id, u.kind, u.created_at, u.ticket_id, u.question_id,
        coalesce(p.account_id::text, u.person_id::text, u.visitor) as party,
        first_value(coalesce(p.account_id::text, u.person_id::text, u.visitor)) over (
            partition by c.family, coalesce(u.address, u.visitor, u.id::text) order by u.created_at, u.id) as speaker,
        u.revision = c.revision and (c.kind = 'macro' or coalesce(c.macro_revision, 1) = 1) as is_current
    from candidate c
    -- a few rows out of long tables: `offset 0` keeps the planner from reading them whole
    cross join lateral (select * from answer_use l where l.answer_id = c.id offset 0) u
    left join lateral (select o.id, o.account_id, o.role from person o where o.id = u.person_id offset 0) p on true
    where (p.id is null or p.role = 'member') and case u.kind when 'shown' then false when 'opened' then u.person_id is not null
        when 'inserted' then coalesce(u.ticket_id, u.topic_id) is null when 'edited_then_sent' then u.distance < {GIVEN_UP}
        when 'sent' then c.copies > 1 else true end
), act as (
    select t.*, t.kind = 'reopened' or (t.kind = 're_asked' and (t.question_id is null or t.person_id is null)) or exists (
            -- `offset 0`: what one person asked in a week are a few rows, what was asked in a cluster are many
            select from (select q.cluster_id from question q where q.person_id = t.person_id
                and q.asked_at > t.created_at and q.asked_at <= t.created_at + $4 offset 0) q
            where q.cluster_id = t.cluster_id) as failed,
        t.kind = 'said_solved' or t.created_at <= $3::timestamptz - $4 as ended
    from told t where t.party = t.speaker
), judged as (
    select family, party, is_current, bool_or(failed) as failed, bool_or(ended) as ended from act group by family, party, is_current
), outcome as (
    select distinct on (family, party) family, party, is_current, failed
    from judged where failed or ended order by family, party, is_current desc
)"""
"""Up to one outcome a party and family of copies; parameters as below."""

OUTCOMES = f"""{JUDGED}, tally as (
    select family,
        count(*) filter (where is_current and not failed) as successes,
        count(*) filter (where is_current and failed) as failures,
        count(*) filter (where not is_current and not failed) as earlier_successes,
        count(*) filter (where not is_current and failed) as earlier_failures
    from outcome group by family
), ticket_tally as (
    select family, count(*) as tickets, count(*) filter (where not failed) as stayed from (
        select family, ticket_id, bool_or(failed) as failed from act
        where ticket_id is not null group by family, ticket_id having bool_or(failed or ended)) each_ticket
    group by family
)
select c.id, c.kind, c.source_id, coalesce(case when ar.translation_of is not null then ar.title end, c.title) as title, c.excerpt,
    case when ar.translation_of is not null then left(ar.body_html, 2000) end as translated,
    c.cluster_id, c.revision, c.accepted, c.created_at, c.copies,
    coalesce(author.name, '') as author, coalesce(ar.number, tk.number) as number, ar.slug,
    coalesce(y.successes, 0) as successes, coalesce(y.failures, 0) as failures,
    coalesce(y.earlier_successes, 0) as earlier_successes, coalesce(y.earlier_failures, 0) as earlier_failures,
    coalesce(k.tickets, 0) as tickets, coalesce(k.stayed, 0) as tickets_stayed
from candidate c
left join tally y on y.family = c.family
left join ticket_tally k on k.family = c.family
left join person author on author.id = c.author_id
left join lateral (select ar.number, ar.slug, ar.title, ar.body_html, ar.translation_of from article ar where c.kind = 'article'
    and ar.family_id = c.source_id and ar.state = 'published' and ar.visibility = any($1) order by {{best_first}} limit 1) ar on true
left join ticket tk on c.kind = 'reply' and tk.id = c.parent_id
where c.place = 1
order by y.successes + y.earlier_successes desc nulls last, c.accepted desc, c.created_at desc
limit $5
"""
"""$1 is `actor.visibilities`, $2 the ids that `which` is about, $3 the moment it is asked at, $4 how long an answer must hold,
$5 how many are read."""
