"""The room's tables. Articles themselves and their revisions belong to kb/answers."""

from piccolo.columns import UUID, Array, Boolean, Integer, Text, Timestamptz
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB
from kb.core.ids import new_id


class ArticleCategory(Table, db=DB, tablename="article_category"):
    id = UUID(primary_key=True, default=new_id)
    slug = Text(unique=True)
    name = Text()
    description = Text()
    icon = Text(default="book")
    colour = Text()
    parent_id = UUID(null=True, default=None)
    ancestors = Array(base_column=UUID())
    position = Integer(default=0)
    visibility = Text(default="public")
    archived_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=now)


class ArticleCategoryAddress(Table, db=DB, tablename="article_category_address"):
    slug = Text(primary_key=True)
    category_id = UUID()


class ArticleInCategory(Table, db=DB, tablename="article_in_category"):
    article_id = UUID(primary_key=True)
    category_id = UUID()
    position = Integer(default=0)


class ArticleFeedback(Table, db=DB, tablename="article_feedback"):
    """What one reader said of one published revision; `reason` is "" or says what was wrong with it."""

    id = UUID(primary_key=True, default=new_id)
    article_id = UUID()
    revision = Integer()
    helpful = Boolean()
    reason = Text(default="")
    person_id = UUID(null=True, default=None)
    visitor = Text(null=True, default=None)
    created_at = Timestamptz(default=now)
    updated_at = Timestamptz(default=now)
