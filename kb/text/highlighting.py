"""Code in a few colours, by classes alone: eight kinds of word are enough to read by, and keep stored posts small."""

from html import escape
from itertools import groupby

from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Literal, Name, Number, Operator, String, Token, _TokenType

MAX_COLOURED = 8_000
"""Characters of code coloured in one text, about 200 lines; what follows stays plain. Keeps the work under 0.1 s."""

MAX_LINE = 400
"""A longer line is minified or a dump: nobody reads it by colours, and expressions that backtrack do so within lines."""

_LEXERS = {
    "bash": "bash", "sh": "bash", "shell": "bash", "zsh": "bash", "console": "console",
    "c": "c", "h": "c", "cpp": "cpp", "c++": "cpp", "csharp": "csharp", "c#": "csharp", "cs": "csharp",
    "css": "css", "scss": "scss", "diff": "diff", "patch": "diff", "dockerfile": "docker", "docker": "docker",
    "elixir": "elixir", "go": "go", "golang": "go", "graphql": "graphql", "html": "html", "http": "http",
    "ini": "ini", "toml": "toml", "java": "java", "javascript": "javascript", "js": "javascript", "jsx": "javascript",
    "json": "json", "kotlin": "kotlin", "kt": "kotlin", "lua": "lua", "make": "make", "makefile": "make",
    "nginx": "nginx", "php": "php", "powershell": "powershell", "ps1": "powershell", "python": "python", "py": "python",
    "r": "r", "ruby": "ruby", "rb": "ruby", "rust": "rust", "rs": "rust", "sql": "sql", "swift": "swift",
    "typescript": "typescript", "ts": "typescript", "tsx": "typescript", "xml": "xml", "yaml": "yaml", "yml": "yaml",
}  # fmt: skip
"""What may stand after the fence, and Pygments' name for it. Listed, not open: each has been tried with hostile text."""

_KINDS: dict[_TokenType, str] = {
    Comment: "hl-comment",
    Comment.Preproc: "hl-keyword",
    Generic.Deleted: "hl-deleted",
    Generic.Heading: "hl-comment",
    Generic.Inserted: "hl-inserted",
    Generic.Prompt: "hl-comment",
    Generic.Subheading: "hl-comment",
    Keyword: "hl-keyword",
    Literal: "hl-number",
    Name.Attribute: "hl-name",
    Name.Builtin: "hl-name",
    Name.Class: "hl-name",
    Name.Decorator: "hl-name",
    Name.Function: "hl-name",
    Name.Tag: "hl-keyword",
    Number: "hl-number",
    Operator.Word: "hl-keyword",
    String: "hl-string",
}
CLASSES = frozenset(_KINDS.values())


def knows_language(language: str) -> bool:
    """Whether code of this name is coloured."""
    return language.lower() in _LEXERS


def highlight_code(code: str, language: str) -> str:
    """The code as HTML, its words in spans of `CLASSES`; plain where the language is unknown or a line is too long."""
    if not knows_language(language) or any(len(line) > MAX_LINE for line in code.splitlines()):
        return escape(code)
    lexer = get_lexer_by_name(_LEXERS[language.lower()], stripnl=False, ensurenl=False)
    parts = []
    for kind, words in groupby(lexer.get_tokens(code), key=lambda word: _kind_of(word[0])):
        text = escape("".join(value for _, value in words))
        parts.append(f'<span class="{kind}">{text}</span>' if kind and text.strip() else text)
    return "".join(parts)


def _kind_of(token: _TokenType) -> str:
    while token is not Token and token not in _KINDS:
        token = token.parent
    return _KINDS.get(token, "")
