"""What one person's lists of everything leave out, as conditions that still find the lists' indexes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Ids. Of topics in `spaces` or with one of `tags` those stay that are among `kept_topics`, have one of `kept_tags`
    or have `person_id` among their followers; `topics` never stay."""

    person_id: UUID
    spaces: Sequence[UUID]
    tags: Sequence[UUID]
    kept_tags: Sequence[UUID]
    topics: Sequence[UUID]
    kept_topics: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class LeavingOut:
    """The SQL of it. `unmuted` is on topic `t`; the others choose among spaces and from topics of the muted ones."""

    unmuted: str
    open_spaces: str
    kept_in_muted: str


def leave_out(left_out: LeftOut, args: list[Any]) -> LeavingOut:
    """Put the ids at the end of `args` and refer to them there."""
    first = len(args) + 1
    args.extend(
        (
            left_out.person_id,
            list(left_out.spaces),
            list(left_out.tags),
            list(left_out.kept_tags),
            list(left_out.topics),
            list(left_out.kept_topics),
        )
    )
    person, *lists = (f"${first + place}" for place in range(6))
    spaces, tags, kept_tags, topics, kept_topics = (f"{name}::uuid[]" for name in lists)
    has = "exists (select 1 from topic_tag x where x.topic_id = t.id and x.tag_id = any({}))"
    stays = (
        f"t.id = any({kept_topics}) or {has.format(kept_tags)}"
        f" or exists (select 1 from topic_follower x where x.topic_id = t.id and x.person_id = {person})"
    )
    kept = (
        f"select unnest({kept_topics}) union all select topic_id from topic_follower where person_id = {person}"
        f" union all select topic_id from topic_tag where tag_id = any({kept_tags})"
    )
    return LeavingOut(
        unmuted=f"t.id <> all({topics}) and (t.space_id <> all({spaces}) and not {has.format(tags)} or {stays})",
        open_spaces=f"s.id <> all({spaces})",
        kept_in_muted=f"t.space_id = any({spaces}) and t.id <> all({topics}) and t.id in ({kept})",
    )
