"""Macros are answers, too: for agents alone, in the cluster of the copies they were made of."""

from uuid import UUID

from kb.answers.collecting import hash_text
from kb.answers.rules import EXCERPT_LENGTH
from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_one
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.text.excerpts import excerpt


async def collect_answer_of_macro(macro_id: UUID) -> None:
    """An answer while the macro is on offer; a changed text is a new revision. Looks at what is true now."""
    async with unit_of_work(SYSTEM) as unit:
        await put_among_answers(unit, macro_id)


async def put_among_answers(unit: UnitOfWork, macro_id: UUID, *, first: UUID | None = None) -> None:
    """The same inside a unit of work. With the `first` of the copies it was made of, it stands for them from now on."""
    macro = await fetch_one("select name, body, author_id, archived_at, created_at from macro where id = $1", macro_id)
    if macro is None:
        return
    await execute(
        "insert into answer as a (id, kind, source_id, parent_id, cluster_id, author_id, visibility, title, excerpt, text_hash, created_at,"
        "   retired_at, same_as) select $1, 'macro', $2, $2, f.cluster_id, $3, 'private', $4, $5, $6, $7, $8, coalesce(f.same_as, f.id)"
        " from (select $9::uuid as first) n left join answer f on f.id = n.first"
        " on conflict (source_id) do update set title = excluded.title, excerpt = excluded.excerpt, retired_at = excluded.retired_at,"
        "   revision = a.revision + (a.text_hash <> excluded.text_hash)::int, text_hash = excluded.text_hash",
        new_id(),
        macro_id,
        macro["author_id"],
        macro["name"],
        excerpt(macro["body"], EXCERPT_LENGTH),
        hash_text(macro["body"]),
        macro["created_at"],
        unit.now if macro["archived_at"] else None,
        first,
    )
