-- Imports in progress, so that one that was interrupted goes on where it stopped.
create table import_run (
    id uuid primary key,
    kind text not null,
    source text not null,                                -- name the rows carry as their source
    started_at timestamptz not null,
    finished_at timestamptz,
    unique (kind, source)
);

create table import_stage (
    run_id uuid not null references import_run on delete cascade,
    stage text not null,
    checkpoint bigint not null default 0,                -- rows of the stage already stored or refused
    imported integer not null default 0,
    unchanged integer not null default 0,
    rejected integer not null default 0,
    primary key (run_id, stage)
);

create table import_rejection (
    run_id uuid not null references import_run on delete cascade,
    stage text not null,
    line bigint not null,
    reason text not null,
    primary key (run_id, stage, line)
);
