"""The room's tables. Only this room writes them."""

from piccolo.columns import JSONB, UUID, Array, Boolean, Integer, Text, Timestamptz
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB
from kb.core.ids import new_id


class ScreenedPost(Table, db=DB, tablename="screened_post"):
    """A post about which something was found when it was written. `queued_at`: since when moderators see it."""

    post_id = UUID(primary_key=True)
    findings = JSONB(default="[]")
    is_held = Boolean(default=False)
    screened_at = Timestamptz(default=now)
    queued_at = Timestamptz(null=True, default=None)
    released_at = Timestamptz(null=True, default=None)


class WatchedWord(Table, db=DB, tablename="watched_word"):
    """`folded` is what must stand in a folded text."""

    id = UUID(primary_key=True, default=new_id)
    word = Text()
    folded = Text(unique=True)
    action = Text()
    changed_at = Timestamptz(default=now)
    removed_at = Timestamptz(null=True, default=None)


class SpamVerdict(Table, db=DB, tablename="spam_verdict"):
    """What a moderator said of a post, with the words that were counted for it."""

    post_id = UUID(primary_key=True)
    is_spam = Boolean()
    words = Array(base_column=Text())


class SpamWord(Table, db=DB, tablename="spam_word"):
    """In how many texts of either kind a word stood."""

    word = Text(primary_key=True)
    spam = Integer()
    fair = Integer()


class SpentProof(Table, db=DB, tablename="spent_proof"):
    """A challenge that was answered; it is good for no second post."""

    challenge = Text(primary_key=True)
    good_until = Timestamptz()
