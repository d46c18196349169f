"""Uploading through pages and API, and the headers files are served with."""

import re

import pytest

from kb.core.policy import Role
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_space, make_topic
from tests.support.people_factories import make_key
from tests.support.pictures import photograph, picture


async def send(client: Client, content: bytes, name: str = "shot.png", path: str = "/files") -> dict[str, str]:
    await client.get("/sign-in")
    headers = {"x-csrftoken": client.cookies["csrftoken"], "accept": "application/json"}
    answer = await client.post(path, files={"file": (name, content, "text/html")}, headers=headers)
    assert answer.status_code == 201, answer.text
    said: dict[str, str] = answer.json()
    return said


async def test_a_picture_in_a_public_post_is_cached_for_ever_and_takes_its_place_before_it_loads(
    client: Client,
) -> None:
    author = await make_person()
    await client.sign_in(author)
    said = await send(client, picture(2000, 1000, "JPEG"))
    own = await client.get(said["url"])
    topic = await make_topic(author, body=f"See:\n\n{said['markdown']}")
    client.cookies.clear()
    page = (await client.get(topic.path)).text
    shown = re.search(r"<img[^>]*>", page.split('class="prose', 1)[1])
    assert shown is not None
    tag = shown.group()
    small = await client.get(said["url"].replace("/shot", "/800/shot"))
    large = await client.get(said["url"])

    assert own.headers["cache-control"] == "private, no-store"
    for part in ('width="1600"', 'height="800"', 'loading="lazy"', f'src="{said["url"]}"', "800w, ", "1600w"):
        assert part in tag
    assert large.headers["content-type"] == "image/webp"
    assert large.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert large.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in large.headers["content-security-policy"]
    assert len(small.content) < len(large.content)


async def test_other_files_are_only_saved_whatever_they_hold(client: Client) -> None:
    await client.sign_in(await make_person())
    said = await send(client, b"<script>alert(1)</script>", "Größe.html.txt")
    answer = await client.get(said["url"])

    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_what_one_may_not_read_and_what_is_not_there_look_the_same(client: Client) -> None:
    author = await make_person(Role.AGENT)
    await client.sign_in(author)
    said = await send(client, picture())
    await make_topic(author, body=said["markdown"], space=await make_space("corner", visibility="staff"))
    await client.sign_in(await make_person())
    for path in (said["url"], "/files/00000000-0000-7000-8000-000000000000/shot.webp", "/files/nothing/x"):
        answer = await client.get(path, headers={"accept": "application/json"})
        assert answer.status_code == 404
        assert "shot" not in answer.text


async def test_a_refused_file_names_its_field_and_the_size_limit_is_one_status(client: Client) -> None:
    await client.sign_in(await make_person())
    await client.get("/sign-in")
    headers = {"x-csrftoken": client.cookies["csrftoken"], "accept": "application/json"}
    for content, name, status in ((b"<svg/>", "x.svg", 422), (b"x" * (10 * 1024**2 + 1), "x.txt", 413)):
        answer = await client.post("/files", files={"file": (name, content)}, headers=headers)
        assert answer.status_code == status
        assert answer.json()["error"]["fields"]["file"]
    assert (await client.post("/files", data={}, headers=headers)).status_code == 422
    without_token = await client.post("/files", files={"file": ("x.txt", b"x")}, headers={"accept": "application/json"})
    assert without_token.status_code == 403


async def test_a_program_uploads_with_its_key_and_its_markdown_shows_the_picture(client: Client) -> None:
    person = await make_person()
    key = {"authorization": f"Bearer {await make_key(person)}"}
    answer = await client.post("/api/v1/files", files={"file": ("a.jpg", photograph(80, 40, turned=6))}, headers=key)

    said = answer.json()
    assert (answer.status_code, said["kind"], said["width"], said["height"]) == (201, "image", 40, 80)
    assert (await client.get(said["url"], headers=key)).status_code == 200


@pytest.mark.parametrize("name", ["shot.png", "bad.svg"])
async def test_without_scripts_the_files_go_with_the_form_and_a_refusal_loses_nothing(
    client: Client, name: str
) -> None:
    await client.sign_in(await make_person())
    topic = await make_topic()
    await client.get("/sign-in")
    data = {"body": "Look at this, please.", "_csrf_token": client.cookies["csrftoken"]}
    files = {"files": (name, picture() if name == "shot.png" else b"<svg/>")}
    answer = await client.post(f"/t/{topic.number}/posts", data=data, files=files)
    page = (await client.get(topic.path)).text

    if name == "shot.png":
        assert answer.status_code == 303
        assert re.search(r'<img[^>]*src="/files/[^"]+/shot\.40x30\.webp"', page)
    else:
        assert answer.status_code == 422
        assert "Look at this, please." in answer.text
        assert "bad.svg: Files of this kind are not taken" in answer.text
        assert "/files/" not in page.split('id="reply"')[0]
