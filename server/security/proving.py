"""What a newcomer's form is guarded by besides its text: a field that people do not see, and by setting proof of work."""

from dataclasses import dataclass, replace
from typing import Any

from litestar import Request, get

from kb.core.actor import Actor
from kb.core.trust import Trust
from kb.screening.proving import make_challenge, take_proof
from kb.screening.rules import Screen
from server.security.guards import PUBLIC
from server.wiring import Services

TRAP = "homepage_address"
"""The field's name: one that a machine fills in, and no browser by itself."""

POST = "post"
FELL_IN = "A field that people do not see was filled in."
NO_PROOF = "No proof of work came with it: a machine, or a browser without scripts."


@dataclass(frozen=True, slots=True)
class ChallengeOut:
    """A challenge for one form, and how many zero bits its answer's hash begins with; 0: none is asked for."""

    challenge: str
    bits: int


@get("/api/v1/proofs/post", opt=PUBLIC)
async def api_get_challenge(services: Services) -> ChallengeOut:
    """What a newcomer's browser works out before it sends a post: a number that makes SHA-256 of `challenge:number` small."""
    bits = int(services.settings["PROOF_OF_WORK_BITS"])
    return ChallengeOut(make_challenge(services.settings["SECRET_KEY"], POST, bits) if bits else "", bits)


async def screen_of_form(request: Request[Any, Any, Any], actor: Actor, services: Services) -> Screen:
    """What holds the post of this form. What a newcomer's form lacks makes it wait for a moderator, and is never a refusal."""
    if actor.is_staff or actor.trust > Trust.NEWCOMER:
        return services.screen
    sent = await request.form()
    suspicions = [FELL_IN] if sent.get(TRAP) else []
    bits, secret = int(services.settings["PROOF_OF_WORK_BITS"]), services.settings["SECRET_KEY"]
    challenge, answer = str(sent.get("proof_challenge", "")), str(sent.get("proof_answer", ""))
    if bits and not await take_proof(secret, POST, bits, challenge=challenge, answer=answer):
        suspicions.append(NO_PROOF)
    return replace(services.screen, suspicions=tuple(suspicions))
