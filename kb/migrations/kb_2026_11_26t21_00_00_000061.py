"""Links that become cards."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T21:00:00:000061"
VERSION = "1.38.0"
DESCRIPTION = "Cards of linked pages, and the posts that show them"

SQL = """
create table link_card (
    url text primary key,
    title text,                                          -- null until the page has answered
    description text not null default '',
    site text not null default '',
    attempts integer not null default 0,
    error text not null default '',
    due_at timestamptz,                                  -- when it is asked next; null once it answered, or was given up
    fetched_at timestamptz,
    created_at timestamptz not null
);
create index link_card_due on link_card (due_at) where due_at is not null;

create table link_card_use (
    post_id uuid not null references post on delete cascade,
    url text not null references link_card on delete cascade,
    shown text not null default '',                      -- the renderer whose HTML holds the card
    primary key (post_id, url)
);
create index link_card_use_url on link_card_use (url);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
