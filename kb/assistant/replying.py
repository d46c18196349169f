"""Deciding what to say: a person who asks for one, the flow that runs, the answer that fits, or an honest "I don't know"."""

from dataclasses import dataclass, replace
from uuid import UUID

from kb.assistant.access import Chatter, Conversation
from kb.assistant.facts import find_cluster_number, find_facts, page_of
from kb.assistant.finding import Looked, Means, compose_from, look_for
from kb.assistant.flows.choosing import choose_by_cluster, choose_by_words
from kb.assistant.flows.queries import EnabledFlow, get_version, list_enabled_flows
from kb.assistant.flows.shapes import Act, Ask
from kb.assistant.flows.stepping import check_answer
from kb.assistant.flows.telling import begin_flow, go_on_in_flow, offer_again
from kb.assistant.phrases import agrees, asks_for_somebody, declines, has_had_enough
from kb.assistant.rephrasing import AS_WRITTEN, Rephraser
from kb.assistant.replies import FlowPlace, NewTurn, Reply
from kb.assistant.rules import MISSES_HAND_OVER
from kb.assistant.wording import pack
from kb.people.rules import email_error


@dataclass(frozen=True, slots=True)
class Heard:
    """What the person said: words, or the choice of an answer that was offered. `after` is the last turn they have seen, if told."""

    text: str
    choice: UUID | None = None
    after: int | None = None


async def choose_reply(
    chatter: Chatter, talk: Conversation, heard: Heard, means: Means, *, rephraser: Rephraser = AS_WRITTEN
) -> Reply:
    """What is said next. Reads, and writes nothing; no transaction is open meanwhile."""
    if heard.choice:
        return await _tell(chatter, talk.last_question, (heard.choice,), means, rephraser)
    if talk.awaits == "address" and (reply := _take_address(talk, heard.text)):
        return reply
    if asks_for_somebody(heard.text):
        return Reply((), talk.last_question, hands_over="asked")
    if talk.place and (reply := await _answer_flow(chatter, talk, talk.place, heard.text)):
        return reply
    if has_had_enough(heard.text):
        return Reply((), talk.last_question, hands_over="frustration")
    return await _answer(chatter, talk, heard.text, means, rephraser)


def _take_address(talk: Conversation, text: str) -> Reply | None:
    """An address alone is one; what is plainly a sentence is taken for what it says."""
    words = text.split()
    if len(words) == 1 and "@" in text:
        if email_error(text):
            wanted = NewTurn("address_wanted", detail={"why": "again"})
            return Reply((wanted,), talk.last_question, talk.misses, awaits="address")
        return Reply((), talk.last_question, hands_over="button", address=text, said_as=NewTurn("address", text))
    return None


async def _answer_flow(chatter: Chatter, talk: Conversation, place: FlowPlace, text: str) -> Reply | None:
    """None where the flow is gone, or the text is no answer but out of patience."""
    flow = await get_version(place.flow_id, place.version)
    step = flow.steps.get(place.step) if flow else None
    if flow is None or not isinstance(step, Ask | Act) or has_had_enough(text):
        return None
    if isinstance(step, Act):
        return _answer_offer(talk, place, step, text)
    answer, wrong = check_answer(step, text)
    if wrong:
        asked_again = NewTurn("wrong", detail={"said": pack(wrong), "as": step.kind, "choices": list(step.choices)})
        return Reply((asked_again,), talk.last_question, flow=place)
    facts = await find_facts(chatter, talk.page_url)
    kept = EnabledFlow(place.flow_id, place.version, flow)
    return go_on_in_flow(kept, step.go, {**place.answers, step.id: answer}, facts, question=talk.last_question)


def _answer_offer(talk: Conversation, place: FlowPlace, step: Act, text: str) -> Reply | None:
    """No word does what the button does. A no ends the flow; what is neither yes nor no is something else to be answered."""
    if agrees(text):
        return Reply((NewTurn("use_button"), offer_again(step, place.answers)), talk.last_question, flow=place)
    return Reply((NewTurn("declined"),), talk.last_question) if declines(text) else None


async def _begin(chatter: Chatter, talk: Conversation, begun: EnabledFlow, text: str) -> Reply:
    reply = begin_flow(begun, await find_facts(chatter, talk.page_url), question=text)
    return replace(reply, asks=True)


async def _answer(chatter: Chatter, talk: Conversation, text: str, means: Means, rephraser: Rephraser) -> Reply:
    """By a flow that these words or their cluster begin, else by what is found."""
    flows, page = await list_enabled_flows(), page_of(talk.page_url)
    if begun := choose_by_words(flows, text, page):
        return await _begin(chatter, talk, begun, text)
    looked = await look_for(chatter.reader, text, before=talk.last_question, means=means)
    kept = talk.last_question if looked.news else text
    if looked.chosen.kind == "unknown":
        return _say_unknown(talk, looked, kept)
    ids = tuple(fit.answer.id for fit in looked.chosen.fits)
    if looked.chosen.kind == "which":
        turn = NewTurn("which", detail={"answers": [str(id_) for id_ in ids]})
        return Reply((turn,), kept, asks=not looked.news)
    number = await find_cluster_number(looked.chosen.fits[0].cluster_id) if flows else None
    if number and (begun := choose_by_cluster(flows, number, page)):
        return await _begin(chatter, talk, begun, text)
    reply = await _tell(chatter, looked.question, ids, means, rephraser, looked=looked)
    return replace(reply, question=kept, asks=not looked.news)


def _say_unknown(talk: Conversation, looked: Looked, kept: str) -> Reply:
    misses = talk.misses + 1
    if misses >= MISSES_HAND_OVER:
        return Reply((), kept, misses=misses, asks=not looked.news, hands_over="misses")
    detail: dict[str, object] = {"topics": [str(id_) for id_ in looked.waiting]}
    if looked.degraded:
        detail["missing"] = pack(looked.degraded)
    return Reply((NewTurn("unknown", detail=detail),), kept, misses=misses, asks=not looked.news)


async def _tell(
    chatter: Chatter,
    question: str,
    answer_ids: tuple[UUID, ...],
    means: Means,
    rephraser: Rephraser,
    *,
    looked: Looked | None = None,
) -> Reply:
    """The answers' own sentences, or those of the model where they say the same."""
    news = looked.news if looked else ""
    composed = await compose_from(chatter.reader, question, answer_ids, news=news, base_url=means.base_url)
    if not composed.lines:
        return Reply((NewTurn("nothing_left"),), question)
    composed = await rephraser.rephrase(question, composed)
    detail = {
        "lines": [[line.kind, line.text, list(line.cites)] for line in composed.lines],
        "answers": [str(id_) for id_ in composed.answer_ids],
        "rephrased": composed.is_rephrased,
    }
    if looked and looked.degraded:
        detail["missing"] = pack(looked.degraded)
    return Reply((NewTurn("answer", detail=detail),), question, shown=composed.answer_ids)
