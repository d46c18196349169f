"""Profiles on pages and for programs: words, picture, what strangers and search engines see."""

import json
import re

from kb.core.database import fetch_value
from kb.core.policy import Role
from kb.forum.accepting import accept_post
from kb.people.describing import describe_oneself
from kb.people.profiles import OwnWords
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.people_factories import make_key
from tests.support.pictures import SECRET, opened, photograph
from tests.support.statements import statements_run


async def test_a_profile_shows_whom_somebody_helped_in_few_statements(client: Client) -> None:
    ines, asker = await make_person(name="Ines Duarte"), await make_person()
    topic = await make_topic(asker, title="The export stops at a hundred rows")
    await accept_post(asker, await make_reply(topic, ines))
    await describe_oneself(
        ines, OwnWords("Ines Duarte", "Bookkeeper", "she", "Porto", "https://duarte.example", "I *count*.")
    )
    await client.sign_in(asker)
    with statements_run() as statements:
        page = await client.get(f"/people/{ines.username}")
    assert len(statements) <= 5
    for said in (
        "Bookkeeper",
        "Porto",
        "duarte.example",
        "<em>count</em>",
        "Problems solved",
        topic.path.split("/")[-1][:3],
    ):
        assert said in page.text
    assert "nofollow ugc" in page.text
    moved = await client.get(f"/u/{ines.username}")
    assert (moved.status_code, moved.headers["location"]) == (301, f"/people/{ines.username}")


async def test_search_engines_are_told_who_it_is_and_of_hidden_ones_nothing(client: Client) -> None:
    ines = await make_person(name="Ines Duarte")
    await make_topic(ines)
    page = await client.get(f"/people/{ines.username}")
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.DOTALL)
    assert found is not None
    about = json.loads(found[1])
    (about,) = about if isinstance(about, list) else [about]
    assert (about["@type"], about["mainEntity"]["name"]) == ("ProfilePage", "Ines Duarte")
    await describe_oneself(ines, OwnWords("Ines Duarte", hides_profile=True))
    hidden = await client.get(f"/people/{ines.username}")
    assert hidden.status_code == 303
    assert "Ines" not in (await client.get(f"/api/v1/people/{ines.username}")).text


async def test_a_picture_is_a_square_without_its_secrets_and_stands_beside_posts(client: Client) -> None:
    ines = await make_person()
    topic = await make_topic(ines)
    await client.sign_in(ines)
    await client.get("/me/profile")
    sent = {"name": "Ines", "_csrf_token": client.cookies["csrftoken"]}
    files = {"picture": ("me.jpg", photograph(400, 300, turned=6), "image/jpeg")}
    saved = await client.post("/me/profile", data=sent, files=files)
    assert saved.status_code == 303
    path = await fetch_value("select picture from person where id = $1", ines.person_id)
    await client.post_form("/sign-out")
    for page in (topic.path, "/s/help", f"/people/{ines.username}"):
        assert path in (await client.get(page)).text
    picture = await client.get(path)
    assert "public" in picture.headers["cache-control"]
    assert SECRET not in picture.content
    assert opened(picture.content).size == (192, 192)
    await client.sign_in(ines)
    assert (await client.post_form("/me/picture/removal")).status_code == 303
    assert path not in (await client.get(topic.path)).text


async def test_a_refused_profile_keeps_what_was_typed(client: Client) -> None:
    await client.sign_in(await make_person())
    answer = await client.post_form(
        "/me/profile", {"name": "Ines", "website": "javascript:alert(1)", "about": "I count."}
    )
    assert answer.status_code == 422
    assert "I count." in answer.text
    assert "begins with https://" in answer.text
    sent = {"name": "Ines", "about": "I count.", "_csrf_token": client.cookies["csrftoken"]}
    no_picture = await client.post("/me/profile", data=sent, files={"picture": ("x.png", b"no picture", "image/png")})
    assert no_picture.status_code == 422
    assert "no picture that can be shown" in no_picture.text


async def test_programs_do_the_same(client: Client) -> None:
    ines = await make_person(Role.AGENT)
    headers = {"authorization": f"Bearer {await make_key(ines)}"}
    words = {"name": "Ines Duarte", "headline": "Bookkeeper", "website": "https://duarte.example"}
    assert (await client.put("/api/v1/me/profile", json=words, headers=headers)).status_code == 200
    assert (await client.get("/api/v1/me/profile", headers=headers)).json()["headline"] == "Bookkeeper"
    taken = await client.post(
        "/api/v1/me/picture", files={"file": ("me.jpg", photograph(), "image/jpeg")}, headers=headers
    )
    assert taken.status_code == 201
    profile = (await client.get(f"/api/v1/people/{ines.username}")).json()
    assert (profile["headline"], profile["picture"], profile["badges"]) == ("Bookkeeper", taken.json()["url"], [])
    assert (await client.delete("/api/v1/me/picture", headers=headers)).status_code == 204
    assert (await client.get(f"/api/v1/people/{ines.username}")).json()["picture"] == ""
    assert (await client.post("/api/v1/me/picture", headers=headers)).status_code in {400, 422}
