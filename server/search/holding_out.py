"""Where a form suggests: whether this person is shown it, and the note that they began to type."""

from collections.abc import Sequence
from uuid import UUID

from litestar.background_tasks import BackgroundTask

from kb.core.actor import Actor
from kb.core.clock import now
from kb.insights.deflection.holding_out import Surface, choose_arm, is_about_security
from kb.insights.deflection.noting import Typing, is_counted, note_session
from server.wiring import Services


def hold_out(
    actor: Actor,
    services: Services,
    surface: Surface,
    said: str,
    *,
    answers: Sequence[UUID],
    clusters: Sequence[UUID] = (),
) -> tuple[bool, BackgroundTask | None]:
    """Whether to keep silent although something was found, and the task that notes the session; call it where something was.

    Switched off, for strangers and staff nothing is held back and nothing noted.
    """
    share = services.settings.holdout
    if share <= 0 or not is_counted(actor) or actor.person_id is None:
        return False, None
    arm = choose_arm(actor.person_id, share=share, key=services.settings["SECRET_KEY"], at=now())
    is_exempt = is_about_security(said)
    typing = Typing(surface, arm, share, answers, clusters, is_exempt)
    return arm == "held" and not is_exempt, BackgroundTask(note_session, actor, typing)
