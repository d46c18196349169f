"""Incidents: what is wrong with the product just now, told to everybody, and what was said of each as it went on."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T06:00:00:000070"
VERSION = "1.38.0"
DESCRIPTION = "Incidents and their updates"

SQL = """
create table incident (
    id uuid primary key,
    number bigint generated always as identity unique,   -- in addresses: /status/<number>
    title text not null,
    state text not null check (state in ('investigating', 'identified', 'monitoring', 'resolved')),
    impact text not null check (impact in ('none', 'minor', 'major', 'critical')),
    app_id uuid references product_app on delete set null,   -- null: it concerns all products
    started_at timestamptz not null,
    updated_at timestamptz not null,
    resolved_at timestamptz,
    check ((state = 'resolved') = (resolved_at is not null))
);
create index incident_newest on incident (started_at desc, id desc);
create index incident_standing on incident (started_at desc) where resolved_at is null;

create table incident_update (
    id uuid primary key,
    incident_id uuid not null references incident on delete cascade,
    state text not null,
    impact text not null,
    body_source text not null,
    body_html text not null,
    renderer text not null,                              -- version of the renderer that made body_html
    author_id uuid references person on delete set null,
    created_at timestamptz not null
);
create index incident_update_of on incident_update (incident_id, created_at desc, id desc);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
