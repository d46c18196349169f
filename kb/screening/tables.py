"""The room's tables. Only this room writes them."""

from piccolo.columns import JSONB, UUID, Boolean, Timestamptz
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB


class ScreenedPost(Table, db=DB, tablename="screened_post"):
    """A post about which something was found when it was written. `queued_at`: since when moderators see it."""

    post_id = UUID(primary_key=True)
    findings = JSONB(default="[]")
    is_held = Boolean(default=False)
    screened_at = Timestamptz(default=now)
    queued_at = Timestamptz(null=True, default=None)
    released_at = Timestamptz(null=True, default=None)
