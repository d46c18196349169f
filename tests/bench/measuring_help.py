"""Contextual help as a product's page asks for it: a customer who just got stuck, on pages where thousands did before."""

import time

from kb.core.database import execute, fetch_all
from kb.core.policy import Role
from kb.demo.telling_people import DEMO_WRITE_KEY
from kb.help.finding import find_help
from kb.help.identifying import identify_caller
from kb.help.places import read_place
from kb.ports.embedder import Embedder
from tests.bench.figures import Figure, percentile
from tests.support.people_factories import sign
from tests.support.signals_factories import make_product

CLUSTERS, ROUTES, PEOPLE, SIGNALS, USES = 500, 50, 2_000, 50_000, 60_000

PLANT = (
    f"insert into person (id, name, role, external_id, external_verified, created_at) select gen_random_uuid(), 'Customer ' || n,"
    f" '{Role.MEMBER.value}', 'bench-' || n, true, now() from generate_series(1, {PEOPLE}) n",
    f"insert into cluster (id, label, created_at) select gen_random_uuid(), 'trouble ' || n, now() from generate_series(1, {CLUSTERS}) n",
    "update question q set cluster_id = c.id from (select id, row_number() over () as n from cluster where label like 'trouble %') c,"
    f" (select id, row_number() over () as n from question) k where k.id = q.id and c.n = k.n % {CLUSTERS} + 1",
    # three answers of each cluster: replies to topics of its questions
    "insert into post (id, topic_id, author_id, position, body_source, body_html, renderer, accepted_at, created_at)"
    " select gen_random_uuid(), q.parent_id, t.author_id, 900, 'x',"
    " '<p>' || repeat('Open <strong>Invoices</strong>, then press the button twice. ', 12) || '</p>', '1', now(), now()"
    " from (select q.*, row_number() over (partition by cluster_id order by id) as place from question q where source_kind = 'topic') q"
    " join topic t on t.id = q.parent_id where q.place <= 3",
    "insert into answer (id, kind, source_id, parent_id, cluster_id, author_id, visibility, title, excerpt, accepted, created_at)"
    " select gen_random_uuid(), 'post', p.id, p.topic_id, q.cluster_id, p.author_id, 'public', q.title, 'Open Invoices.', true, now()"
    " from post p join question q on q.parent_id = p.topic_id and q.source_kind = 'topic' where p.position = 900",
    "insert into friction_point (id, app_id, kind, route, element, label, signal_count, first_at, last_at) select gen_random_uuid(),"
    f" $1, 'rage_click', '/page/' || chr((97 + n % {ROUTES} / 26)::int) || chr((97 + n % {ROUTES} % 26)::int), 'button#b' || n,"
    f" 'Rage clicks', 1, now(), now() from generate_series(0, {CLUSTERS - 1}) n",
    "insert into friction_cluster (friction_point_id, cluster_id, weight, reason, created_at) select f.id, c.id, 0.5 + 0.4 * random(),"
    " 'bench', now() from (select id, row_number() over () as n from friction_point) f"
    " join (select id, row_number() over () as n from cluster where label like 'trouble %') c on c.n = f.n",
    "insert into episode (id, person_id, friction_point_id, state, state_reason, started_at, last_pain_at, created_at)"
    " select gen_random_uuid(), p.id, f.id, 'recovered', '', now(), now(), now() from"
    " (select id, row_number() over () as n from person where external_id like 'bench-%') p"
    f" join (select id, row_number() over () as n from friction_point) f on f.n = p.n % {CLUSTERS} + 1",
    "insert into signal (id, detector, friction_point_id, episode_id, person_id, distinct_id, verified, evidence, first_event_id,"
    " occurred_at, found_at) select gen_random_uuid(), 'rage_click', e.friction_point_id, e.id, e.person_id, 'd', true,"
    " '{}', gen_random_uuid(), now() - random() * interval '60 days', now() from"
    f" (select *, row_number() over () as n from episode) e, generate_series(1, {SIGNALS // PEOPLE})",
    "insert into answer_use (id, answer_id, revision, cluster_id, kind, surface, person_id, created_at) select gen_random_uuid(), a.id, 1,"
    " a.cluster_id, (array['opened', 'opened', 'said_solved'])[1 + u % 3], 'widget', p.id, now() - random() * interval '60 days'"
    " from (select id, cluster_id, row_number() over () as n from answer where kind = 'post') a"
    f" join generate_series(1, {USES}) u on a.n = u % {CLUSTERS * 3} + 1"
    " join (select id, row_number() over () as n from person where external_id like 'bench-%') p"
    f" on p.n = (u * 7) % {PEOPLE} + 1",
)


async def plant() -> None:
    """Beside the questions that are there: clusters with answers and a ledger, places that hurt, and people they hurt."""
    app = await make_product(DEMO_WRITE_KEY)
    for statement in PLANT:
        await execute(statement, *([app.id] if "$1" in statement else []))
    await execute("analyze")


async def contextual_help(embedder: Embedder, questions: int) -> list[Figure]:
    """Without text and with it, each for a customer whose token is read and who was hurt a minute ago."""
    await plant()
    app = await make_product(DEMO_WRITE_KEY)
    rows = await fetch_all(
        "select f.route, f.id, f.element from friction_point f where f.element like 'button#b%' order by f.id limit 120"
    )
    figures = []
    for name, text, budget in (("without text", "", 30), ("with text", "send invoice does nothing", 80)):
        seconds, found = [], 0
        for number, row in enumerate(rows):
            token = sign(app, sub=f"bench-{number + 1}", name=f"Customer {number + 1}")
            began = time.perf_counter()
            caller = await identify_caller(write_key=app.write_key, token=token, visitor="bench")
            place = read_place(f"https://app.example{row['route']}", row["element"], "4.2")
            typed = f"{text} {number}" if text else ""
            help_ = await find_help(caller, place, text=typed, embedder=embedder, base_url="https://help.example")
            seconds.append(time.perf_counter() - began)
            found += len(help_.answers)
        if not found:
            raise RuntimeError("silence is quick: nothing was found")
        note = f"{questions:,} questions, {CLUSTERS} clusters, {SIGNALS:,} signals, {USES:,} uses; the budget is for 100,000 questions"
        half, most = percentile(seconds[20:], 0.5) * 1000, percentile(seconds[20:], 0.95) * 1000
        figures.append(Figure(f"contextual help {name}, p50", half, "ms", note=note))
        figures.append(Figure(f"contextual help {name}, p95", most, "ms", budget, note=note))
    return figures
