"""Floors calibrated per model and language, models known by the name they are loaded under, and each question's language."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T08:00:00:000030"
VERSION = "1.38.0"
DESCRIPTION = "Calibration, names of models, languages of questions"

SQL = """
alter table question add column language text;                 -- ISO 639-1; 'und': too short or unsure; null: not looked at yet

alter table embedding_model add column name text;              -- what a process loads it by ('' is the bundled one); null: not told yet
alter table embedding_model add column building_since timestamptz;  -- its vectors are being made beside those of the active one

-- Quantiles belong to the space they were measured in; those of another model say nothing.
alter table cluster_refresh add column model_id smallint references embedding_model on delete set null;
update cluster_refresh set model_id = (select id from embedding_model where active);

create table calibration (
    fingerprint text not null references embedding_model (fingerprint) on delete cascade,
    language text not null,                                    -- 'all': where no row of the text's own language is there
    purpose text not null check (purpose in ('join', 'duplicate', 'help')),
    floor real not null check (floor between 0 and 1),
    precision real not null check (precision between 0 and 1), -- on the holdout, as is what follows
    recall real not null check (recall between 0 and 1),
    silence real not null check (silence between 0 and 1),     -- share of the no-answer set under the floor
    positives integer not null,
    negatives integer not null,
    recipe text not null,
    calibrated_at timestamptz not null,
    primary key (fingerprint, language, purpose)
);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
