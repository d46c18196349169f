"""What this room's pages receive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kb.assistant.composing import Line
from kb.assistant.flows.queries import FlowLine, FlowView
from kb.assistant.flows.trying import Tried
from kb.assistant.queries import ConversationView, Source, TurnView
from kb.assistant.rules import MOST_TYPED
from server.pages import Page


@dataclass(frozen=True, slots=True)
class TalkPage(Page):
    """The conversation so far, None before the first word. `text` and `address` are what was typed and refused, `errors` why."""

    talk: ConversationView | None
    text: str = ""
    address: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def turns(self) -> Sequence[TurnView]:
        """Oldest first."""
        return self.talk.turns if self.talk else ()

    @property
    def last(self) -> int:
        """Position of the newest."""
        return self.talk.last if self.talk else 0

    @property
    def awaits_address(self) -> bool:
        """Whether the field is for an address now."""
        return bool(self.talk and self.talk.awaits == "address")

    @property
    def is_at_desk(self) -> bool:
        """Whether people have it: what is written goes to them, and their replies come here."""
        return bool(self.talk and self.talk.ticket_id)

    @property
    def longest(self) -> int:
        """Characters of one turn."""
        return MOST_TYPED

    def blocks_of(self, turn: TurnView) -> list[tuple[str, list[Line]]]:
        """Lines that belong together: the sentences of one paragraph, the steps of one list."""
        blocks: list[tuple[str, list[Line]]] = []
        for line in turn.lines:
            if blocks and blocks[-1][0] == line.kind != "code" and blocks[-1][1][-1].cites == line.cites:
                blocks[-1][1].append(line)
            else:
                blocks.append((line.kind, [line]))
        return blocks

    def link_to(self, source: Source) -> str:
        """An article is told which surface sent its reader; what else is opened is noted on the way."""
        return (
            f"{source.path}?via=assistant"
            if source.path.startswith("/kb/")
            else f"/assistant/sources/{source.answer_id}"
        )


@dataclass(frozen=True, slots=True)
class FlowsPage(Page):
    """All flows."""

    flows: list[FlowLine]


@dataclass(frozen=True, slots=True)
class FlowPage(Page):
    """A flow's text with its versions, None for a new one; `source` is what stands in the field, `tried` what a trial said."""

    flow: FlowView | None
    source: str
    replies: str = ""
    page: str = ""
    plan: str = ""
    signals: str = ""
    tried: Sequence[Tried] = ()
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def action(self) -> str:
        """Where the form goes."""
        return f"/assistant/flows/{self.flow.id}" if self.flow else "/assistant/flows"
