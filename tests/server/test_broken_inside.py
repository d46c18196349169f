"""Our own fault: one sentence and the way on, in the shape that was asked for, and nothing of the inside."""

import pytest

from tests.support.client import Client

SECRET = "s3cret-inside-the-traceback"


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    async def break_down(*_: object, **__: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr("server.forum.reading.list_spaces", break_down)


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize(
    ("headers", "kind"),
    [({}, "text/html"), ({"accept": "application/json"}, "application/json"), ({"hx-request": "true"}, "text/html")],
    ids=["page", "program", "fragment"],
)
async def test_a_crash_says_so_in_one_sentence_and_shows_nothing_of_the_inside(
    client: Client, headers: dict[str, str], kind: str
) -> None:
    response = await client.get("/", headers=headers)

    assert response.status_code == 500
    assert response.headers["content-type"].startswith(kind)
    assert "Something broke on our side" in response.text
    assert SECRET not in response.text
    assert "Traceback" not in response.text
    assert ".py" not in response.text
