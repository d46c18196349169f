"""What the figure of imports counts is a whole desk, however small."""

from tests.bench.measuring_imports import importing


async def test_a_planted_desk_comes_in_whole(db: str) -> None:
    figure = await importing(60)

    assert figure.value > 0
    assert figure.note.startswith("150 messages, 46 people")
