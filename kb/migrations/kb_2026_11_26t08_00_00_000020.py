"""Nearest questions are found by the signs of their vectors: each model that is here gets that index instead of the old one."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T08:00:00:000020"
VERSION = "1.38.0"
DESCRIPTION = "An index over the signs of each model's vectors"

# The release before runs on without its index, slower; keeping both would double what each new question costs.
SQL = """
do $$
declare model record;
begin
    for model in select id, dimensions from embedding_model loop
        execute format(
            'create index if not exists question_vector_signs_%1$s on question_vector'
            ' using hnsw ((binary_quantize(vector::vector(%2$s))::bit(%2$s)) bit_hamming_ops) where model_id = %1$s',
            model.id, model.dimensions);
        execute format('drop index if exists question_vector_hnsw_%s', model.id);
    end loop;
end $$;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
