"""Asked before, through the pages: members say so, enough of them confirm, the asker objects, staff decide and take back."""

from kb.clusters.duplicates.queries import list_duplicates
from kb.core.database import fetch_value
from kb.core.policy import Role
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_space, make_topic
from tests.support.statements import statements_run


async def test_two_members_lead_a_question_to_its_original_and_its_asker_objects(client: Client) -> None:
    asker, agent = await make_person(), await make_person(Role.AGENT)
    alias, original = await make_topic(asker), await make_topic(title="The export stops at a hundred rows")
    members = [await make_person() for _ in range(3)]
    for place, member in enumerate(members, 1):
        await client.sign_in(member)
        if place == 1:
            assert f'href="/t/{alias.number}/duplicate"' in (await client.get(alias.path)).text
            form = (await client.get(f"/t/{alias.number}/duplicate?q=http://localhost:8000{original.path}")).text
            assert f'value="{original.number}"' in form
        sent = await client.post_form(
            f"/t/{alias.number}/duplicate", {"original": str(original.number), "reason": "The same rows"}
        )
        assert sent.status_code == 303
        page = (await client.get(alias.path)).text
        if place < 3:
            assert ("1 person says" if place == 1 else "2 people say") in page
            assert "Take back what I said" in page
    assert "Its answers are with" in page
    assert f'<link rel="canonical" href="http://localhost:8000{original.path}">' in page
    assert "2 people have this, over all these questions." in (await client.get(original.path)).text

    (one,) = await list_duplicates(agent)
    await client.sign_in(asker)
    assert f"/duplicates/{one.id}/contest" in (await client.get(alias.path)).text
    refused = await client.post_form(f"/duplicates/{one.id}/contest", {"reason": "x" * 501})
    assert refused.status_code == 422
    assert "x" * 501 in refused.text
    await client.post_form(f"/duplicates/{one.id}/contest", {"reason": "Mine is about columns"})
    await client.sign_in(agent)
    assert "Mine is about columns" in (await client.get("/duplicates")).text
    assert "Mine is about columns" in (await client.get(alias.path)).text
    await client.post_form(f"/duplicates/{one.id}/undoing", {"back": "/duplicates?only=contested"})
    assert "Its answers are with" not in (await client.get(alias.path)).text
    assert "over all these questions" not in (await client.get(original.path)).text


async def test_a_member_takes_back_a_mark_and_no_more(client: Client) -> None:
    alias, original = await make_topic(), await make_topic()
    member, other = await make_person(), await make_person()
    await client.sign_in(member)
    await client.post_form(f"/t/{alias.number}/duplicate", {"original": str(original.number)})
    (one,) = await list_duplicates(member)
    await client.sign_in(other)
    assert (await client.post_form(f"/duplicates/{one.id}/undoing")).status_code == 403
    assert (await client.post_form(f"/duplicates/{one.id}/confirmation")).status_code == 403
    assert (await client.get("/duplicates")).status_code == 403
    await client.sign_in(member)
    await client.post_form(f"/duplicates/{one.id}/undoing")
    assert await fetch_value("select count(*) from duplicate_mark") == 0


async def test_what_may_not_be_read_is_neither_found_nor_named(client: Client) -> None:
    staff = await make_person(Role.AGENT)
    await make_space("crew", visibility="staff")
    secret = await make_topic(staff, space="crew", title="Secret walrus reports are lost")
    alias = await make_topic(title="Walrus reports are lost")
    await client.sign_in(await make_person())
    for q in ("walrus reports", str(secret.number), f"/t/{secret.number}"):
        assert "Secret" not in (await client.get(f"/t/{alias.number}/duplicate", params={"q": q})).text
    refused = await client.post_form(f"/t/{alias.number}/duplicate", {"original": str(secret.number), "reason": "kept"})
    assert refused.status_code == 422
    assert "Secret" not in refused.text
    assert 'value="kept"' in refused.text or "Nothing found" in refused.text


async def test_an_original_names_its_duplicates_to_those_alone_who_read_them(client: Client) -> None:
    staff = await make_person(Role.AGENT)
    await make_space("crew", visibility="staff")
    secret = await make_topic(staff, space="crew", title="Secret walrus reports are lost")
    original = await make_topic()
    await client.sign_in(staff)
    await client.post_form(f"/t/{secret.number}/duplicate", {"original": str(original.number)})
    (one,) = await list_duplicates(staff)
    await client.post_form(f"/duplicates/{one.id}/confirmation")
    assert "Secret walrus" in (await client.get(original.path)).text
    client.cookies.clear()
    assert "Secret walrus" not in (await client.get(original.path)).text


async def test_pages_about_duplicates_stay_within_five_statements(client: Client) -> None:
    alias, original = await make_topic(), await make_topic()
    await client.sign_in(await make_person(Role.MODERATOR))
    await client.post_form(f"/t/{alias.number}/duplicate", {"original": str(original.number)})
    for path in (alias.path, original.path, "/duplicates?only=marked"):
        with statements_run() as statements:
            assert (await client.get(path)).status_code == 200
        assert len(statements) <= 5, (path, statements)
