"""Texts of many messages become HTML, beside the work of the database: in processes of their own once it is worth their start."""

import asyncio
import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from kb.core.errors import Invalid
from kb.text.html_to_markdown import markdown_from_html
from kb.text.markdown import MAX_SOURCE, render_markdown

WORTH_A_PROCESS = 3_000
"""Texts. A process takes a second to start, in which this many are rendered here."""

MOST_PIECES = 4
"""A text past this many times MAX_SOURCE is a file pasted by accident."""

Text = tuple[str, bool]
"""What was written, and whether it is HTML."""

Rendered = tuple[tuple[str, str], ...]
"""Markdown and HTML of each piece: one, but for a text longer than a message may be."""


def render_text(text: Text) -> Rendered:
    """Raises `Invalid` for what is empty or far too long."""
    written, is_html = text
    source = (markdown_from_html(written) if is_html else written).strip()
    if not source:
        raise Invalid("a message is empty")
    if len(source) > MAX_SOURCE * MOST_PIECES:
        raise Invalid(
            f"a message is {len(source):,} characters long; at most {MAX_SOURCE * MOST_PIECES:,} are possible"
        )
    return tuple((piece, render_markdown(piece).html) for piece in cut(source, MAX_SOURCE))


def cut(text: str, most: int) -> list[str]:
    """In pieces of at most so many characters, at the last line or word that ends within them."""
    pieces = []
    while len(text) > most:
        at = max(text.rfind("\n", most // 2, most), 0) or max(text.rfind(" ", most // 2, most), 0) or most
        pieces.append(text[:at].rstrip())
        text = text[at:].lstrip()
    return [piece for piece in [*pieces, text] if piece]


def _render_all(texts: Sequence[Text]) -> list[Rendered | str]:
    return [_rendered_or_refused(text) for text in texts]


def _rendered_or_refused(text: Text) -> Rendered | str:
    try:
        return render_text(text)
    except Invalid as refused:
        return refused.message


class Rendering:
    """Renders batches; close it when the last is done."""

    def __init__(self) -> None:
        self._seen = 0
        self._processes = max(1, min(4, (os.cpu_count() or 2) - 1))
        self._pool: ProcessPoolExecutor | None = None

    async def render(self, texts: Sequence[Text]) -> list[Rendered | str]:
        """For each text its pieces, or why it cannot be taken."""
        self._seen += len(texts)
        if self._seen < WORTH_A_PROCESS:
            return await asyncio.to_thread(_render_all, texts)
        share = -(-len(texts) // self._processes) or 1
        shares = [texts[start : start + share] for start in range(0, len(texts), share)]
        parts = await asyncio.gather(*map(self._in_a_process, shares))
        return [one for part in parts for one in part]

    async def _in_a_process(self, texts: Sequence[Text]) -> list[Rendered | str]:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._processes, mp_context=multiprocessing.get_context("spawn"))
        return await asyncio.get_running_loop().run_in_executor(self._pool, _render_all, texts)

    def close(self) -> None:
        """Stop the processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
