"""A small community where nearly everything is the same question, asked in places of different readers.

Each item holds a word of its own and one it shares with its kind, so that whatever is said anywhere can be traced to the items
it came from: `World.words_kept_from` tells which words somebody must not meet.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from kb.answers.drafting import NewArticle, write_article
from kb.answers.following import follow_all_questions
from kb.answers.publishing import publish_article
from kb.answers.reviewing import submit_article
from kb.clusters.correcting import rename_cluster
from kb.clusters.renaming import name_clusters_again
from kb.core.actor import ANONYMOUS, Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_one
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.policy import Role, group_visibility
from kb.forum.accepting import accept_post
from kb.forum.asking import NewTopic, ask_topic
from kb.forum.replying import reply_to_topic
from kb.forum.tagging import tag_topic
from kb.product.weighing import weigh_pain_points
from kb.tickets.answering import reply_to_ticket
from tests.support.factories import make_person
from tests.support.forum_factories import make_space
from tests.support.outreach_factories import make_friction_point, make_signal
from tests.support.product_factories import hurt
from tests.support.tickets_factories import make_ticket

CREW = UUID("00000000-0000-7000-8000-0000000c4e30")
"""A group of the first two members and the agent; its space is seen by nobody else, admins included."""
IN_CREW = ("member 0", "member 1", "agent")

SPACES = {"help": "public", "lounge": "members", "office": "staff", "crew": group_visibility(CREW)}
LETTERS = "abcdefghijklmnopqrstuvw"
EVERYBODY_ASKS = "Invoice export stops"


@dataclass(frozen=True, slots=True)
class Plan:
    """An item to be: `place` is a space, "ticket" or "article"."""

    place: str
    asker: int
    cluster: int
    answered: bool
    hidden: bool


@dataclass(slots=True)
class Item:
    """Something that exists. Its words are found in its title and text, `cure` in what answers it."""

    plan: Plan
    id: UUID
    number: int
    words: tuple[str, ...]
    cure: str
    visibility: str
    asker_id: UUID | None
    requester_id: UUID | None
    answer_source: UUID | None
    hidden: bool = False
    path: str = ""

    def is_readable_by(self, reader: Actor, *, moderates: bool = False, finds: bool = False) -> bool:
        """`moderates`: hidden topics are open to those who hide; `finds`: a ticket is found by those alone who answer it."""
        if self.plan.place == "article":
            return self.visibility in reader.visibilities and (
                not self.hidden or (not finds and reader.may(Permission.ARTICLE_DRAFT))
            )
        if self.hidden and not (moderates and reader.may(Permission.TOPIC_HIDE)):
            return False
        if self.plan.place == "ticket":
            if finds:
                return reader.may(Permission.TICKET_ANSWER)
            return "private" in reader.visibilities or reader.person_id == self.requester_id
        return self.visibility in reader.visibilities


@dataclass(slots=True)
class World:
    """Everything there is, as it stands now: whoever takes a right away says so here, too."""

    people: dict[str, Actor]
    items: list[Item] = field(default_factory=list)
    spaces: dict[str, str] = field(default_factory=lambda: dict(SPACES))
    clusters: list[UUID] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)

    def words_kept_from(self, reader: Actor, **how: bool) -> set[str]:
        """Words that stand only in what the reader may not read, and names of spaces that are not theirs."""
        closed = {f"{slug} space" for slug, visibility in self.spaces.items() if visibility not in reader.visibilities}
        readable = {w for item in self.items if item.is_readable_by(reader, **how) for w in (*item.words, item.cure)}
        return {w for item in self.items for w in (*item.words, item.cure)} - readable | closed

    def asked_in(self, cluster: int, reader: Actor) -> list[Item]:
        """The questions of a cluster that the reader may read there."""
        return [
            item
            for item in self.items
            if item.plan.cluster == cluster and item.plan.place != "article" and item.is_readable_by(reader)
            and (item.plan.place != "ticket" or "private" in reader.visibilities)
        ]  # fmt: skip


async def make_world(
    plans: Sequence[Plan], *, deliver_all: Callable[[], Awaitable[int]], label_people: int, named: bool = False
) -> World:
    """All of it through the doors people use, clustered as planned, named and weighed."""
    world = World(await _make_people())
    for slug, visibility in SPACES.items():
        await make_space(slug, visibility=visibility)
    for number, plan in enumerate(plans):
        if plan.place != "article":
            world.items.append(await _make_item(world, plan, number))
    await deliver_all()
    await _gather(world)
    for number, plan in enumerate(plans):
        if plan.place == "article":
            world.items.append(await _make_article(world, plan, number))
    await _hurt(world)
    for item in [item for item in world.items if item.plan.hidden and item.plan.place in SPACES]:
        await hide(item)
    if named and world.clusters:
        await rename_cluster(world.people["agent"], world.clusters[0], label="Exports of kindticketa stop")
    await name_clusters_again(label_people=label_people)
    await deliver_all()
    return world


async def _make_people() -> dict[str, Actor]:
    people = {f"member {n}": await make_person(Role.MEMBER) for n in range(4)}
    staff = (Role.AGENT, Role.MODERATOR, Role.PRODUCT_MANAGER, Role.ADMIN)
    people |= {role.value: await make_person(role) for role in staff}
    await execute("insert into person_group (id, name, created_at) values ($1, 'Crew', now())", CREW)
    for name in IN_CREW:
        await execute(
            "insert into group_member (group_id, person_id, created_at) values ($1, $2, now())",
            CREW,
            people[name].person_id,
        )
        people[name] = replace(people[name], groups=(CREW,))
    return people


def words_of(plan: Plan, number: int) -> tuple[str, str]:
    """Its own word, and the one that all of its kind share; without digits, so that they might stand in a label."""
    return f"canary{LETTERS[number]}x", f"kind{plan.place}{LETTERS[plan.cluster]}"


async def _make_item(world: World, plan: Plan, number: int) -> Item:
    own, shared = words_of(plan, number)
    title, cure = f"{EVERYBODY_ASKS} {shared} {own}", f"cure{LETTERS[number]}x"
    body = f"{EVERYBODY_ASKS} with {shared} {own}."
    agent = world.people["agent"]
    asker = world.people[
        "moderator" if plan.place == "office" else f"member {plan.asker % (2 if plan.place == 'crew' else 4)}"
    ]
    if plan.place == "ticket":
        opened = await make_ticket(asker, subject=title, body=body)
        reply = await reply_to_ticket(agent, opened.id, f"Use the {cure} of the export.") if plan.answered else None
        return Item(
            plan, opened.id, opened.number, (own, shared), cure, "private", asker.person_id, asker.person_id, reply
        )
    unhurried = replace(asker, role=Role.AGENT)  # the same person, whom no pace holds up
    topic = await ask_topic(unhurried, NewTopic(plan.place, title, body))
    await tag_topic(unhurried, topic.id, [own, shared])
    reply = None
    if plan.answered:
        reply = await reply_to_topic(agent, topic.id, f"Use the {cure} of the export.")
        await accept_post(agent, reply)
    visibility = SPACES[plan.place]
    return Item(
        plan, topic.id, topic.number, (own, shared), cure, visibility, asker.person_id, None, reply, path=topic.path
    )


async def _gather(world: World) -> None:
    """Put each question where it was planned, as a refresh would."""
    for number in sorted({item.plan.cluster for item in world.items}):
        cluster_id = new_id()
        row = await fetch_one(
            "insert into cluster (id, label, created_at) values ($1, '', $2) returning number", cluster_id, now()
        )
        assert row is not None
        world.clusters.append(cluster_id)
        world.numbers.append(row["number"])
        ids = [item.id for item in world.items if item.plan.cluster == number]
        await execute("update question set cluster_id = $1 where parent_id = any($2)", cluster_id, ids)
    await execute("update cluster c set question_count = (select count(*) from question q where q.cluster_id = c.id)")
    await follow_all_questions()


async def _make_article(world: World, plan: Plan, number: int) -> Item:
    own, shared = words_of(plan, number)
    admin = world.people["admin"]
    visibility = ("public", "members", "staff")[plan.asker % 3]
    cluster_id = world.clusters[min(plan.cluster, len(world.clusters) - 1)] if world.clusters else None
    draft = NewArticle(f"{EVERYBODY_ASKS} {shared} {own}", f"It stops, {own}.", visibility, cluster_id)
    made = await write_article(admin, draft)
    if plan.answered:
        await submit_article(admin, made.id)
        await publish_article(admin, made.id, revision=1)
    return Item(
        plan, made.id, made.number, (own, shared), own, visibility, None, None, made.id, not plan.answered,
        f"/kb/{made.number}/{made.slug}",
    )  # fmt: skip


async def _hurt(world: World) -> None:
    """A place in the product that hurts, with each cluster behind it, and a member stuck there."""
    friction_id = await make_friction_point()
    for cluster_id in world.clusters:
        await execute(
            "insert into friction_cluster (friction_point_id, cluster_id, weight, reason, created_at)"
            " values ($1, $2, 0.8, 'tests', now())",
            friction_id,
            cluster_id,
        )
        await hurt(cluster_id, world.people["member 0"], reported=True)
    await make_signal(world.people["member 0"], friction_point_id=friction_id)
    await weigh_pain_points()


async def narrow(world: World, slug: str, visibility: str) -> None:
    """A space has fewer readers from now on."""
    await execute("update space set visibility = $2 where slug = $1", slug, visibility)
    world.spaces[slug] = visibility
    for item in world.items:
        if item.plan.place == slug:
            item.visibility = visibility


async def hide(item: Item) -> None:
    """A topic is hidden, an article archived; a ticket stays."""
    if item.plan.place == "article":
        await execute("update article set state = 'archived' where id = $1", item.id)
    elif item.plan.place != "ticket":
        await execute("update topic set hidden_at = now() where id = $1", item.id)
    item.hidden = item.plan.place != "ticket"


async def hand_over(item: Item, to: Actor) -> None:
    """A ticket belongs to somebody else from now on."""
    if item.plan.place == "ticket":
        await execute("update ticket set requester_id = $2 where id = $1", item.id, to.person_id)
        item.requester_id = to.person_id


async def leave_crew(world: World, name: str) -> None:
    """Somebody is in the group no more."""
    await execute("delete from group_member where person_id = $1", world.people[name].person_id)


async def give_role(world: World, name: str, role: Role) -> None:
    """Somebody's role is another from now on."""
    await execute("update person set role = $2 where id = $1", world.people[name].person_id, role.value)


async def read_people(
    world: World, tokens: Mapping[str, str], find: Callable[[str], Awaitable[Any]]
) -> dict[str, Actor]:
    """Everybody as their next request finds them, and nobody."""
    found = {name: await find(token) or ANONYMOUS for name, token in tokens.items()}
    return {**found, "nobody": ANONYMOUS}
