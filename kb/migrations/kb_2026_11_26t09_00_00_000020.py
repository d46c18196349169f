"""Groups of people, and spaces within spaces with rights of their own."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T09:00:00:000020"
VERSION = "1.38.0"
DESCRIPTION = "Groups, nested spaces, and who sees, asks and answers"

# `not valid`: the new checks allow all that the old ones did, so a million rows need not be read again.
SQL = """
create table person_group (
    id uuid primary key,
    name text not null,
    description text not null default '',
    created_at timestamptz not null
);
create unique index person_group_name on person_group (lower(name));

create table group_member (
    group_id uuid not null references person_group on delete cascade,
    person_id uuid not null references person on delete cascade,
    created_at timestamptz not null,
    primary key (group_id, person_id)
);
create index group_member_person on group_member (person_id);

alter table space
    add column parent_id uuid references space,
    add column colour text not null default '',
    add column who_sees text,                            -- as chosen; `visibility` is what is left of it inside the parent
    add column who_asks text not null default 'members',
    add column who_answers text not null default 'members',
    add column archived_at timestamptz,
    drop constraint space_visibility_check,
    add constraint space_visibility_check check (visibility in ('public', 'members', 'staff') or visibility like 'group:%');
create index space_parent on space (parent_id);

alter table question drop constraint question_visibility_check;
alter table question add constraint question_visibility_check
    check (visibility in ('public', 'members', 'staff', 'private') or visibility like 'group:%') not valid;
alter table answer drop constraint answer_visibility_check;
alter table answer add constraint answer_visibility_check
    check (visibility in ('public', 'members', 'staff', 'private') or visibility like 'group:%') not valid;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
