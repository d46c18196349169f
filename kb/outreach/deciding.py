"""From a signal to a message or to a reason for silence, for each trigger that listens to its detector."""

from urllib.parse import quote, urlsplit
from uuid import UUID

from kb.answers.ranking import RankedAnswer, list_answers_of_cluster
from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.saying import say
from kb.languages.offered import SOURCE
from kb.outreach.composing import Draft, compose
from kb.outreach.facts import get_signal_facts
from kb.outreach.rules import EMAIL, SignalFacts, TriggerRule, find_refusal, why_sent
from kb.outreach.speaking import Decided, Occasion, find_decision, speak, stay_silent
from kb.outreach.triggers import list_triggers_of


async def decide_on_signal(signal_id: UUID, *, language: str = SOURCE) -> list[Decided]:
    """Speak, in `language` to whoever chose none, or stay silent, once for each trigger, however often this runs.

    Raises `NotFound` for a signal that is gone.
    """
    facts = await get_signal_facts(signal_id)
    return [await _decide(facts, trigger, language) for trigger in await list_triggers_of(facts.detector)]


async def _decide(facts: SignalFacts, trigger: TriggerRule, language: str) -> Decided:
    earlier = await find_decision(trigger.id, facts.signal_id)
    if earlier:
        return earlier
    person_id = facts.person.person_id if facts.person else None
    occasion = Occasion(trigger.id, person_id, facts.problem, str(facts.episode_id), facts.signal_id)
    refusal = find_refusal(facts, trigger, moment=now())
    if refusal:
        return await stay_silent(SYSTEM, occasion, refusal)
    chosen = facts.person.language if facts.person else ""
    draft = await _compose(facts, trigger, chosen or language)
    addresses = {channel: facts.email if channel == EMAIL else None for channel in trigger.channels}
    reachable = {channel: address for channel, address in addresses.items() if channel != EMAIL or address}
    return await speak(SYSTEM, occasion, draft, reachable, reason=why_sent(facts, now()))


async def _compose(facts: SignalFacts, trigger: TriggerRule, language: str) -> Draft:
    """Help that worked for this pain when there is some; the sign-in page after failed log-ins; else the way to ask."""
    values = {
        "name": facts.person.name if facts.person else "",
        "product": facts.product,
        "target": facts.target or say("what you clicked"),
    }
    if trigger.template != "stuck":
        return compose(trigger.template, values, link=_page(facts) or "/search?q=password", language=language)
    best = await _find_best_answer(facts)
    if best is None:
        return compose("stuck", values, link=_ask(facts), language=language)
    return compose(
        "stuck_with_help", {**values, "help": best.title, "why": best.why}, link=best.path, language=language
    )


async def _find_best_answer(facts: SignalFacts) -> RankedAnswer | None:
    """The best the person may read; nobody is led to a page that refuses them."""
    if facts.cluster_id is None or facts.person is None:
        return None
    best = await list_answers_of_cluster(facts.person, facts.cluster_id, 1)
    return best[0] if best else None


def _page(facts: SignalFacts) -> str | None:
    """The product's page where it happened, without its query: that may hold secrets."""
    parts = urlsplit(facts.page_url or "")
    return f"{parts.scheme}://{parts.netloc}{parts.path}" if parts.scheme in {"http", "https"} else None


def _ask(facts: SignalFacts) -> str:
    page = _page(facts)
    return f"/ask?page_url={quote(page, safe='')}" if page else "/ask"
