"""The reuse ledger: rows stay, replies say what they hold of an answer, and an address counts once."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T06:00:00:000051"
VERSION = "1.38.0"
DESCRIPTION = "The reuse ledger takes sent answers, and lets no row be changed"

SQL = """
alter table answer_use
    add column ticket_id uuid references ticket,         -- in which it was inserted, sent, or did not last
    add column message_id uuid references ticket_message, -- the reply that held it
    add column distance double precision check (distance between 0 and 1), -- share of the inserted text that was not sent
    add column question_id uuid,                         -- for re_asked: the question that came after; it may be gone
    add column address text,                             -- keyed hash of the network address it was told from
    drop constraint answer_use_kind_check,
    add constraint answer_use_kind_check check (kind in
        ('shown', 'opened', 'inserted', 'sent', 'edited_then_sent', 'said_solved', 'reopened', 're_asked')),
    add constraint answer_use_distance_of_sent check ((kind = 'edited_then_sent') = (distance is not null));
create unique index answer_use_once_a_reply on answer_use (message_id, answer_id) where message_id is not null;
create unique index answer_use_once_a_question on answer_use (question_id, answer_id) where question_id is not null;
create unique index answer_use_reopened_once on answer_use (ticket_id, answer_id) where kind = 'reopened' and ticket_id is not null;

create table answer_insertion (                          -- what an agent took into a reply that is not sent yet
    use_id uuid primary key references answer_use,
    answer_id uuid not null references answer,
    ticket_id uuid not null references ticket,
    agent_id uuid not null references person,
    text text not null,                                  -- as it was put into the reply
    created_at timestamptz not null
);
create index answer_insertion_ticket on answer_insertion (ticket_id, agent_id);
create index answer_insertion_old on answer_insertion (created_at);

create function keep_answer_use() returns trigger language plpgsql as $$
declare
    of_a_person constant text[] := array['person_id', 'visitor', 'address', 'page_url'];
begin
    if tg_op = 'UPDATE' and current_setting('answerloop.forgetting', true) = 'person'
        and to_jsonb(new) - of_a_person = to_jsonb(old) - of_a_person then
        return new;
    end if;
    raise exception 'the reuse ledger is append only' using errcode = 'restrict_violation';
end $$;
create trigger keep_answer_use before update or delete on answer_use for each row execute function keep_answer_use();
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
