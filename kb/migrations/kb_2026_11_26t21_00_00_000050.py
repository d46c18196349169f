"""Categories of the knowledge base; each space that has articles becomes one."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T21:00:00:000050"
VERSION = "1.38.0"
DESCRIPTION = "Categories of articles, their former addresses, and which articles stand in them"

SQL = """
create table article_category (
    id uuid primary key,
    slug text not null unique,
    name text not null,
    description text not null default '',
    icon text not null default 'book',
    colour text not null default '',
    parent_id uuid references article_category,
    ancestors uuid[] not null default '{}',               -- from the top down to parent_id; empty at the top
    position integer not null default 0,                  -- among those of the same parent
    visibility text not null default 'public',            -- of itself; whoever does not see an ancestor does not see it either
    archived_at timestamptz,
    created_at timestamptz not null,
    check (cardinality(ancestors) < 3)
);
create index article_category_ancestors on article_category using gin (ancestors);

create table article_category_address (                   -- former slugs, which lead to the present one
    slug text primary key,
    category_id uuid not null references article_category on delete cascade
);

create table article_in_category (
    article_id uuid primary key references article on delete cascade,
    category_id uuid not null references article_category,
    position integer not null default 0
);
create index article_in_category_order on article_in_category (category_id, position);

insert into article_category (id, slug, name, description, colour, position, visibility, created_at)
select gen_random_uuid(), s.slug, s.name, left(s.description, 300), s.colour,
    row_number() over (order by s.position, s.name), s.visibility, now()
from space s where exists (select 1 from article ar where ar.space_id = s.id);
insert into article_in_category (article_id, category_id, position)
select ar.id, c.id, row_number() over (partition by c.id order by ar.published_at desc nulls last, ar.number)
from article ar join space s on s.id = ar.space_id join article_category c on c.slug = s.slug;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
