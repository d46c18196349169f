"""The room's tables, mirroring kb/migrations/initial/10_people.sql."""

from piccolo.columns import UUID, Array, Boolean, Bytea, Numeric, SmallInt, Text, Timestamptz
from piccolo.table import Table

from kb.core.clock import now
from kb.core.database import DB
from kb.core.ids import new_id


class Account(Table, db=DB, tablename="account"):
    id = UUID(primary_key=True, default=new_id)
    external_id = Text(null=True, default=None)
    name = Text()
    plan = Text()
    monthly_revenue = Numeric(digits=(12, 2))
    created_at = Timestamptz(default=now)
    source = Text(null=True, default=None)
    source_id = Text(null=True, default=None)


class Person(Table, db=DB, tablename="person"):
    id = UUID(primary_key=True, default=new_id)
    email = Text(null=True, default=None)
    email_verified_at = Timestamptz(null=True, default=None)
    name = Text()
    username = Text(null=True, default=None)
    password_hash = Text(null=True, default=None, secret=True)
    role = Text(default="member")
    account_id = UUID(null=True, default=None)
    external_id = Text(null=True, default=None)
    external_verified = Boolean(default=False)
    avatar_hue = SmallInt(default=0)
    source = Text(null=True, default=None)
    source_id = Text(null=True, default=None)
    created_at = Timestamptz(default=now)
    suspended_at = Timestamptz(null=True, default=None)
    language = Text()
    suspended_until = Timestamptz(null=True, default=None)
    silenced_until = Timestamptz(null=True, default=None)
    warned_at = Timestamptz(null=True, default=None)
    trust = SmallInt(default=0)
    headline = Text()
    pronouns = Text()
    place = Text()
    website = Text()
    about_source = Text()
    about_html = Text()
    picture = Text()
    hides_profile = Boolean(default=False)


class Sanction(Table, db=DB, tablename="sanction"):
    id = UUID(primary_key=True, default=new_id)
    person_id = UUID()
    kind = Text()
    reason = Text()
    made_by = UUID(null=True, default=None)
    made_at = Timestamptz(default=now)
    ends_at = Timestamptz(null=True, default=None)
    acknowledged_at = Timestamptz(null=True, default=None)
    undone_by = UUID(null=True, default=None)
    undone_at = Timestamptz(null=True, default=None)


class PersonGroup(Table, db=DB, tablename="person_group"):
    id = UUID(primary_key=True, default=new_id)
    name = Text()
    description = Text()
    created_at = Timestamptz(default=now)


class GroupMember(Table, db=DB, tablename="group_member"):
    group_id = UUID(primary_key=True)
    person_id = UUID()
    created_at = Timestamptz(default=now)


class Session(Table, db=DB, tablename="session"):
    id = UUID(primary_key=True, default=new_id)
    token_hash = Bytea()
    person_id = UUID()
    user_agent = Text()
    created_at = Timestamptz(default=now)
    expires_at = Timestamptz()


class ApiKey(Table, db=DB, tablename="api_key"):
    id = UUID(primary_key=True, default=new_id)
    person_id = UUID()
    name = Text()
    prefix = Text()
    key_hash = Bytea()
    scopes = Array(base_column=Text())
    created_at = Timestamptz(default=now)
    last_used_at = Timestamptz(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)
    expires_at = Timestamptz(null=True, default=None)


class ProductApp(Table, db=DB, tablename="product_app"):
    id = UUID(primary_key=True, default=new_id)
    name = Text()
    write_key = Text()
    signing_secret = Text(secret=True)
    created_at = Timestamptz(default=now)


class UnreachableAddress(Table, db=DB, tablename="unreachable_address"):
    address = Text(primary_key=True)
    why = Text()
    reason = Text()
    since = Timestamptz(default=now)
