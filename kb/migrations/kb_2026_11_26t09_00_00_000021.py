"""Tags, their synonyms, and merges of tags that can be taken back."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T09:00:00:000021"
VERSION = "1.38.0"
DESCRIPTION = "Tags of topics"

# The counts are kept by triggers: topics are tagged, hidden, moved and split in many places, and none may forget them.
SQL = """
create table tag (
    id uuid primary key,
    slug text not null unique,
    description text not null default '',
    created_at timestamptz not null
);
create index tag_slug_pattern on tag (slug text_pattern_ops);

create table topic_tag (
    topic_id uuid not null references topic on delete cascade,
    tag_id uuid not null references tag on delete cascade,
    primary key (topic_id, tag_id)
);
create index topic_tag_tag on topic_tag (tag_id, topic_id);

create table tag_synonym (
    slug text primary key,
    tag_id uuid not null references tag on delete cascade
);
create index tag_synonym_tag on tag_synonym (tag_id);

create table tag_merge (
    id uuid primary key,
    from_id uuid not null,
    from_slug text not null,
    from_description text not null,
    from_created_at timestamptz not null,
    into_id uuid not null,
    moved uuid[] not null,                               -- topics that had the one and were given the other
    had_both uuid[] not null,
    synonyms text[] not null,                            -- of the one, before
    merged_by uuid,
    merged_at timestamptz not null,
    undone_at timestamptz
);
create index tag_merge_into on tag_merge (into_id);

create table tag_use (
    tag_id uuid not null references tag on delete cascade,
    space_id uuid not null references space on delete cascade,
    topic_count integer not null,                        -- not hidden
    primary key (tag_id, space_id)
);

create function count_tag_use(tag uuid, space uuid, change integer) returns void language sql as $$
    insert into tag_use (tag_id, space_id, topic_count) values (tag, space, change)
    on conflict (tag_id, space_id) do update set topic_count = tag_use.topic_count + excluded.topic_count
$$;

create function count_tagged() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        perform count_tag_use(new.tag_id, t.space_id, 1) from topic t where t.id = new.topic_id and t.hidden_at is null;
    elsif exists (select 1 from tag where id = old.tag_id) then
        perform count_tag_use(old.tag_id, t.space_id, -1) from topic t where t.id = old.topic_id and t.hidden_at is null;
    end if;
    return null;
end $$;
create trigger topic_tag_counted after insert or delete on topic_tag for each row execute function count_tagged();

create function count_tags_of_topic() returns trigger language plpgsql as $$
declare one uuid;
begin
    for one in select tag_id from topic_tag where topic_id = new.id order by tag_id loop
        if old.hidden_at is null then perform count_tag_use(one, old.space_id, -1); end if;
        if new.hidden_at is null then perform count_tag_use(one, new.space_id, 1); end if;
    end loop;
    return null;
end $$;
create trigger topic_tags_counted after update of space_id, hidden_at on topic for each row
    when (old.space_id <> new.space_id or (old.hidden_at is null) <> (new.hidden_at is null))
    execute function count_tags_of_topic();
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
