"""What became of the demo's answers, told once the loop has clustered its questions: articles grown from them, and their use."""

from uuid import UUID

from kb.answers.drafting import NewArticle, write_article
from kb.answers.publishing import publish_article
from kb.answers.reviewing import submit_article
from kb.articles.arranging import CategoryDraft, make_category
from kb.articles.categories import list_categories
from kb.articles.placing import place_in_category
from kb.core.actor import SYSTEM, Actor
from kb.core.database import execute_many, fetch_all, fetch_one
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.core.unit_of_work import unit_of_work
from kb.demo.reading import Record, read_records
from kb.demo.telling_people import SOURCE

CATEGORY_ICONS = {
    "getting-started": "sparkle",
    "invoices": "document",
    "payments": "card",
    "account-and-billing": "user",
    "reports-and-tax": "chart",
    "integrations": "link",
    "mobile": "phone",
}
"""By the slug of the space whose name the category bears: told apart at a glance."""


async def load_articles() -> int:
    """Each article, grown from an accepted answer to its problem where there is one; returns how many there are.

    Repeatable: an article is found again by its key, and one that is published already is left as it is.
    """
    records = read_records("articles")
    for record in records:
        await _load_article(record)
    await _load_categories()
    return len(records)


async def _load_categories() -> None:
    """A category for each space that articles grew from; those that are there are left as somebody may have arranged them."""
    known = {category.slug for category in await list_categories(SYSTEM)}
    rows = await fetch_all(
        "select ar.id, s.slug, s.name, s.description, s.colour from article ar join space s on s.id = ar.space_id"
        " where ar.source = $1 order by s.position, ar.number",
        SOURCE,
    )
    missing = [row for row in rows if row["slug"] not in known]
    for row in {row["slug"]: row for row in missing}.values():
        await make_category(
            SYSTEM,
            CategoryDraft(
                row["name"],
                row["description"][:300],
                icon=CATEGORY_ICONS.get(row["slug"], "book"),
                colour=row["colour"],
                slug=row["slug"],
            ),
        )
    for row in missing:
        await place_in_category(SYSTEM, row["id"], row["slug"])


async def _load_article(record: Record) -> None:
    author = await _author(record["author"])
    answer = await _find_answer(record["problem"])
    drafted = await write_article(
        author,
        NewArticle(
            title=record["title"],
            body=record["body"],
            note="First version.",
            cluster_id=answer["cluster_id"] if answer else None,
            space_id=answer["space_id"] if answer else None,
            from_answer_id=answer["id"] if answer else None,
            source=SOURCE,
            source_id=record["key"],
        ),
    )
    state = (await fetch_all("select state from article where id = $1", drafted.id))[0]["state"]
    if state == "draft" and record["state"] in {"review", "published"}:
        await submit_article(author, drafted.id)
        state = "review"
    if state == "review" and record["state"] == "published":
        # The addresses and names in the demo's articles are made up, and meant to be read.
        await publish_article(author, drafted.id, revision=1, keeps_personal=True)


async def _author(key: str) -> Actor:
    row = await fetch_one(
        "select id, role, name, username from person where source = $1 and source_id = $2", SOURCE, key
    )
    if row is None:
        raise LookupError(f"articles: no person {key}")
    return Actor(role=Role(row["role"]), person_id=row["id"], name=row["name"], username=row["username"])


async def _find_answer(problem: str) -> dict[str, UUID] | None:
    """The accepted answer most people meant, of a public topic about the problem, that has no article yet."""
    keys = [topic["key"] for topic in read_records("topics") if topic["problem"] == problem]
    row = await fetch_one(
        "select a.id, a.cluster_id, t.space_id from answer a join topic t on t.id = a.parent_id"
        " where a.kind = 'post' and a.retired_at is null and a.visibility = 'public' and t.source = $1 and t.source_id = any($2)"
        " and not exists (select 1 from article ar where ar.from_answer_id = a.id)"
        " order by (a.cluster_id is null), t.me_too_count desc, a.id limit 1",
        SOURCE,
        keys,
    )
    return dict(row) if row else None


async def load_uses() -> int:
    """The reuse that the demo's me-toos tell of: each of them opened the accepted answer a day later and said it solved it.

    Whether it held is judged as always: by whether that person asked again in that cluster. Returns rows added.
    """
    rows = await fetch_all(
        "select a.id, a.revision, a.cluster_id, m.person_id, t.id as topic_id, u.kind,"
        "   greatest(m.created_at, a.created_at) + interval '1 day' as used_at"
        " from me_too m join topic t on t.id = m.topic_id join answer a on a.parent_id = t.id and a.kind = 'post'"
        " cross join (values ('opened'), ('said_solved')) as u (kind) join person p on p.id = m.person_id and p.role = 'member'"
        " where t.source = $1 and a.retired_at is null and greatest(m.created_at, a.created_at) < now() - interval '1 day'"
        " and not exists (select 1 from answer_use x where x.answer_id = a.id and x.person_id = m.person_id)",
        SOURCE,
    )
    async with unit_of_work(SYSTEM):
        await execute_many(
            "insert into answer_use (id, answer_id, revision, cluster_id, kind, surface, person_id, created_at)"
            " values ($1, $2, $3, $4, $5, 'topic', $6, $7)",
            [
                (new_id(), r["id"], r["revision"], r["cluster_id"], r["kind"], r["person_id"], r["used_at"])
                for r in rows
            ],
        )
    return len(rows)
