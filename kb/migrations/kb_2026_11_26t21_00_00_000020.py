"""Topics can be closed, pinned, unlisted and moved; what was done to one stands between its posts."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T21:00:00:000020"
VERSION = "1.38.0"
DESCRIPTION = "Closed, pinned and unlisted topics, and their events"

# New columns without a default hold nothing, so Postgres adds them without reading the table.
SQL = """
alter table topic
    add column closed_as text check (closed_as in ('not_needed', 'locked')),
    add column closed_at timestamptz,
    add column closed_reason text,
    add column pinned_to text check (pinned_to in ('space', 'everywhere')),
    add column unlisted_at timestamptz;

create index topic_pinned on topic (pinned_to, space_id) where pinned_to is not null;
drop index topic_in_sitemap;
create index topic_in_sitemap on topic (number) include (space_id, slug, last_posted_at)
    where hidden_at is null and duplicate_of is null and unlisted_at is null;

create table topic_event (
    id uuid primary key,
    topic_id uuid not null references topic on delete cascade,
    kind text not null,
    actor_id uuid references person on delete set null,
    space_id uuid references space on delete set null,       -- the space it names, for those who see it
    other_topic_id uuid references topic on delete set null, -- the topic it names, for those who read it
    post_count integer not null default 0,                   -- posts that moved
    reason text not null default '',
    created_at timestamptz not null
);
create index topic_event_of_topic on topic_event (topic_id, created_at);

create or replace function count_tagged() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        perform count_tag_use(new.tag_id, t.space_id, 1) from topic t
            where t.id = new.topic_id and t.hidden_at is null and t.unlisted_at is null;
    elsif exists (select 1 from tag where id = old.tag_id) then
        perform count_tag_use(old.tag_id, t.space_id, -1) from topic t
            where t.id = old.topic_id and t.hidden_at is null and t.unlisted_at is null;
    end if;
    return null;
end $$;

create or replace function count_tags_of_topic() returns trigger language plpgsql as $$
declare one uuid;
begin
    for one in select tag_id from topic_tag where topic_id = new.id order by tag_id loop
        if old.hidden_at is null and old.unlisted_at is null then perform count_tag_use(one, old.space_id, -1); end if;
        if new.hidden_at is null and new.unlisted_at is null then perform count_tag_use(one, new.space_id, 1); end if;
    end loop;
    return null;
end $$;
drop trigger topic_tags_counted on topic;
create trigger topic_tags_counted after update of space_id, hidden_at, unlisted_at on topic for each row
    when (old.space_id <> new.space_id
        or (old.hidden_at is null and old.unlisted_at is null) <> (new.hidden_at is null and new.unlisted_at is null))
    execute function count_tags_of_topic();
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
