"""In communities made at random, with rights taken away between what happened and its telling: no webhook is told a word that those
whose eyes it stands for may not read at that moment; and it is told all that they may."""

from collections.abc import Awaitable, Callable

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from kb.core.actor import ANONYMOUS, Actor
from kb.core.database import execute, fetch_all
from kb.core.policy import Role
from kb.hooks.kinds import KINDS
from kb.hooks.rules import PUBLIC, STAFF
from kb.hooks.sweeping import send_due
from tests.support.hooks_factories import let_waits_pass, make_webhook
from tests.support.mixed_worlds import SPACES, Plan, hide, make_world, narrow
from tests.support.webhook_receiver import CollectingPostman

Deliver = Callable[[], Awaitable[int]]
EYES = {PUBLIC: ANONYMOUS, STAFF: Actor(role=Role.ADMIN)}

PLANS = st.lists(
    st.builds(
        Plan,
        place=st.sampled_from((*SPACES, "help", "ticket", "article")),
        asker=st.integers(0, 3),
        cluster=st.just(0),
        answered=st.booleans(),
        hidden=st.sampled_from((False, False, True)),
    ),
    min_size=3,
    max_size=7,
)
TAKEN = st.lists(
    st.one_of(
        st.tuples(st.just("space"), st.sampled_from(("help", "lounge")), st.sampled_from(("members", "staff"))),
        st.tuples(st.just("hide"), st.integers(0, 6), st.just("")),
    ),
    max_size=3,
)
EVERYWHERE = [Plan(place, 0, 0, answered=True, hidden=False) for place in (*SPACES, "ticket", "article")]


@example(plans=EVERYWHERE, taken=[])
@example(plans=EVERYWHERE, taken=[("space", "help", "members"), ("hide", 5, "")])
@example(plans=EVERYWHERE, taken=[("space", "lounge", "staff"), ("hide", 0, "")])
@given(plans=PLANS, taken=TAKEN)
@settings(
    max_examples=4,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_a_webhook_is_told_what_its_eyes_may_read_when_it_is_sent_and_nothing_else(
    db: str, deliver_all: Deliver, plans: list[Plan], taken: list[tuple[str, object, str]]
) -> None:
    rows = await fetch_all("select tablename from pg_tables where schemaname = 'public' and tablename <> 'migration'")
    await execute(f"truncate {', '.join(row['tablename'] for row in rows)} restart identity cascade")
    for audience in EYES:
        kinds = [kind.name for kind in KINDS.values() if audience == STAFF or not kind.for_staff]
        await make_webhook(f"https://{audience}.example.com/", *kinds, audience=audience)
    world = await make_world(plans, deliver_all=deliver_all, label_people=2)  # planned, and nothing sent yet
    for what, which, how in taken:
        if what == "hide" and isinstance(which, int):
            await hide(world.items[which % len(world.items)])
        elif what == "space":
            await narrow(world, str(which), how)
    postman = CollectingPostman()
    for _ in range(3):
        await let_waits_pass()
        await send_due(postman, base_url="https://help.example")

    for audience, reader in EYES.items():
        said = " ".join(postman.told.get(f"https://{audience}.example.com/", []))
        kept = world.words_kept_from(reader, finds=True)
        assert [word for word in sorted(kept) if word in said] == []
        told = {item.words[0] for item in world.items if item.words[0] in said}
        readable = {item.words[0] for item in world.items if item.is_readable_by(reader, finds=True)}
        assert told == readable
