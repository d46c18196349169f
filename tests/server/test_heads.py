"""What monitors, crawlers and link checkers ask."""

from tests.support.client import Client
from tests.support.forum_factories import make_topic


async def test_a_head_is_a_get_without_its_body(client: Client) -> None:
    topic = await make_topic()
    for path, status in ((topic.path, 200), (f"/t/{topic.number}", 301), ("/t/999999/gone", 404), ("/healthz", 200)):
        whole, head = await client.get(path), await client.head(path)
        assert (head.status_code, head.content) == (status, b"")
        assert whole.status_code == status
        assert head.headers["content-type"] == whole.headers["content-type"]


async def test_other_methods_are_refused_as_before(client: Client) -> None:
    assert (await client.put("/healthz")).status_code in {403, 405}
