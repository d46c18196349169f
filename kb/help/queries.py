"""Which clusters belong to a place in the product, as its friction points tell."""

from uuid import UUID

from kb.core.clock import now
from kb.core.database import fetch_all
from kb.help.rules import RECENT, PlaceLink


async def list_place_links(
    app_id: UUID, route: str, *, element: str | None, person_id: UUID | None
) -> list[PlaceLink]:
    """The clusters linked to friction points of this route. No label or count of them leaves this room: only answers do."""
    rows = await fetch_all(
        "select coalesce(c.merged_into, c.id) as cluster_id, l.weight,"
        "   (select count(distinct coalesce(s.person_id::text, s.distinct_id)) from signal s"
        "     where s.friction_point_id = f.id)::int as people,"
        "   coalesce(f.element = $3, false) as same_element,"
        "   exists (select 1 from signal s where s.friction_point_id = f.id and s.person_id = $4"
        "     and s.occurred_at > $5) as own_pain"
        " from friction_point f join friction_cluster l on l.friction_point_id = f.id join cluster c on c.id = l.cluster_id"
        " where f.app_id = $1 and f.route = $2",
        app_id,
        route,
        element,
        person_id,
        now() - RECENT,
    )
    return [
        PlaceLink(row["cluster_id"], float(row["weight"]), row["people"], row["same_element"], row["own_pain"])
        for row in rows
    ]
