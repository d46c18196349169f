"""Words that are the same on every page become part of the compiled template: a page asks no catalogue for them."""

from collections.abc import Callable, Iterable, Iterator

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream


class ConstantWords(Extension):
    """Writes `("…"|safe)` in the place of `_("…")`, told in the environment's language; Jinja folds that into the text around it.

    Messages with values stay calls. Needs `constant_words` on the environment: what a message is there, as markup.
    """

    priority = 1_000  # after the extension that reads `trans`

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """The tokens of a template with its constant messages told."""
        told: Callable[[str], str] = self.environment.constant_words  # type: ignore[attr-defined]
        return _tell_constants(list(stream), told)


def _tell_constants(tokens: list[Token], told: Callable[[str], str]) -> Iterator[Token]:
    at = 0
    while at < len(tokens):
        here = tokens[at : at + 4]
        if [one.type for one in here] == ["name", "lparen", "string", "rparen"] and here[0].value == "_":
            line = here[0].lineno
            for kind, value in (
                ("lparen", "("),
                ("string", told(here[2].value)),
                ("pipe", "|"),
                ("name", "safe"),
                ("rparen", ")"),
            ):
                yield Token(line, kind, value)
            at += 4
        else:
            yield tokens[at]
            at += 1
