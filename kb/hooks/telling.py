"""Telling admins that a webhook was switched off: in the product and by mail, once each time it happens."""

from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import fetch_all, fetch_one
from kb.core.policy import Role
from kb.core.saying import say
from kb.hooks.rules import FAILING, GONE, NEWS_FOR
from kb.outreach.composing import literal
from kb.outreach.telling import tell_once
from kb.outreach.triggers import WEBHOOK_OFF

_WHY = {
    FAILING: say("Nothing that was sent to it was taken for three days."),
    GONE: say("It answered that it is gone and wants to hear no more (410)."),
}


async def tell_admins(webhook_id: UUID) -> int:
    """Tell every admin not told yet; returns how many were told now. Nobody where it goes on again meanwhile."""
    webhook = await fetch_one(
        "select id, name, paused_at, paused_because from webhook"
        " where id = $1 and paused_because = any($2) and deleted_at is null",
        webhook_id,
        list(_WHY),
    )
    if webhook is None:
        return 0
    admins = await fetch_all(
        "select id from person where role = $1 and suspended_at is null order by id", Role.ADMIN.value
    )
    body = say(
        "The webhook **{name}** was switched off. {why} Nothing is sent to it, and what happens meanwhile is not told later."
        " Mend the receiver, then let the webhook go on: what waited is sent then.",
        name=literal(webhook["name"]),
        why=_WHY[webhook["paused_because"]],
    )
    told = [
        await tell_once(
            SYSTEM,
            person_id=admin["id"],
            problem=f"webhook:{webhook_id}",
            episode=f"webhook:{webhook_id}:{webhook['paused_at'].isoformat()}",
            trigger_key=WEBHOOK_OFF,
            subject=say("Webhook switched off: {name}", name=webhook["name"]),
            body=body,
            link=f"/settings/webhooks/{webhook_id}",
            link_text=say("Look at its log"),
        )
        for admin in admins
    ]
    return sum(decided.is_sent for decided in told)


async def sweep_untold_admins() -> int:
    """Of what was switched off in the last day; those told already hear nothing."""
    rows = await fetch_all(
        "select id from webhook where paused_because = any($1) and paused_at >= $2 and deleted_at is null",
        list(_WHY),
        now() - NEWS_FOR,
    )
    return sum([await tell_admins(row["id"]) for row in rows])
