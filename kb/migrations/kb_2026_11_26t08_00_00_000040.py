"""What was changed about clusters, by people and by refreshes, can be undone; what people said of questions binds refreshes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T08:00:00:000040"
VERSION = "1.38.0"
DESCRIPTION = "Changes of clusters with their undo, bonds between questions, proposals of a refresh"

SQL = """
-- One thing that was changed, as a whole, by a person or (actor_id null) by a refresh.
create table cluster_change (
    id uuid primary key,
    kind text not null check (kind in ('renamed', 'moved', 'merged', 'split', 'same', 'apart', 'undone')),
    actor_id uuid references person,
    actor_name text not null,
    reason text not null,
    detail jsonb not null default '{}',                  -- what undoing needs beside the moves
    created_at timestamptz not null,
    undone_by uuid references cluster_change
);

-- Where a change found a question and where it put it.
create table cluster_move (
    change_id uuid not null references cluster_change on delete cascade,
    question_id uuid not null references question on delete cascade,
    from_cluster uuid references cluster,
    to_cluster uuid references cluster,
    joined_by text,
    joined_reason text,
    considered_at timestamptz,
    pin_touched boolean not null,
    pin_before jsonb,                                    -- null: it had none
    primary key (change_id, question_id)
);
create index cluster_move_question on cluster_move (question_id, change_id);

-- Questions of one change that a person said are the same (all in one cluster) or apart (no cluster holds two sides).
create table question_bond (
    change_id uuid not null references cluster_change on delete cascade,
    kind text not null check (kind in ('same', 'apart')),
    question_id uuid not null references question on delete cascade,
    side smallint not null default 0,
    lifted_by uuid references cluster_change,            -- a later word of a person about this question; null: in force
    primary key (change_id, kind, question_id)
);
create index question_bond_question on question_bond (question_id) where lifted_by is null;

alter table cluster_event add column change_id uuid references cluster_change;
create index cluster_event_change on cluster_event (change_id);
alter table cluster_event drop constraint cluster_event_kind_check;
alter table cluster_event add check (kind in
    ('founded', 'joined', 'merged', 'split', 'dissolved', 'renamed', 'moved', 'same', 'apart', 'undone', 'proposed'));

-- What the last refresh would do to large clusters and leaves to people.
create table cluster_proposal (
    id uuid primary key,
    kind text not null check (kind in ('merge', 'split')),
    cluster_id uuid not null references cluster,
    into_id uuid references cluster,                     -- merge: the cluster that would take it in
    question_ids uuid[] not null,                        -- those that would move
    reason text not null,
    created_at timestamptz not null,
    decision text check (decision in ('accepted', 'refused')),
    decided_by uuid references person,
    decided_at timestamptz,
    check ((kind = 'merge') = (into_id is not null))
);
create index cluster_proposal_open on cluster_proposal (created_at) where decision is null;

-- What came along when its cluster was merged goes back when the merge is undone.
-- Where a merged cluster leads; itself while it is alive.
create function cluster_heir(uuid) returns uuid language sql stable as $$
    with recursive heir as (
        select id, merged_into from cluster where id = $1
        union all select c.id, c.merged_into from cluster c join heir h on c.id = h.merged_into
    ) select id from heir where merged_into is null
$$;
create index cluster_merged on cluster (merged_into) where merged_into is not null;

alter table article add column merged_from uuid references cluster;
alter table answer add column merged_from uuid references cluster;
alter table episode add column merged_from uuid references cluster;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
