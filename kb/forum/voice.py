"""Who is held back for now (silenced, or a warning unread) may not write, and what they wrote is kept."""

from kb.core.actor import Actor
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.drafts.keeping import DraftText, keep_draft


async def require_voice(actor: Actor, permission: Permission, place: str, text: DraftText) -> None:
    """Raise `Invalid` beside the text's field where only silence or a warning stands against it; the text is a draft then.

    Whoever lacks the permission altogether is refused as everywhere. Call it before the unit of work: the draft stays.
    """
    if actor.may(permission) or not actor.holds(permission):
        actor.require(permission)
        return
    await keep_draft(actor, place, text)
    reason = actor.held_back_by or ""
    raise Invalid(say("Your text is kept as a draft."), {"body": reason})
