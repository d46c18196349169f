"""HTML as mail programs show it: every style on its element, pictures enclosed, links with their host. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from string import Template
from urllib.parse import urljoin

import css_inline
from bs4 import BeautifulSoup

from kb.languages.offered import LANGUAGES
from kb.text.pictures import find_used_files

_INLINER = css_inline.CSSInliner(keep_style_tags=False, load_remote_stylesheets=False)

_STYLE = """
body { margin: 0; padding: 24px; color: #1d2522; background: #ffffff;
  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif }
.letter { max-width: 640px }
a { color: #175e54 }
p, ul, ol, pre, blockquote, table { margin: 0 0 16px }
h1, h2, h3, h4, h5, h6 { margin: 24px 0 8px; font-size: 17px; line-height: 1.3 }
img { max-width: 100%; height: auto }
code { font: 14px/1.5 ui-monospace, Menlo, Consolas, monospace; background: #f2f4f3; border-radius: 3px; padding: 0 3px }
pre { background: #f2f4f3; border-radius: 6px; padding: 12px; overflow: auto; white-space: pre-wrap }
pre code { padding: 0 }
blockquote { border-left: 3px solid #dfe4e2; padding-left: 12px; color: #44514d }
table { border-collapse: collapse }
th, td { border: 1px solid #dfe4e2; padding: 4px 8px; text-align: start; vertical-align: top }
.hl-comment { color: #5c6a66 }
.hl-keyword, .hl-name { color: #175e54 }
.hl-string, .hl-inserted { color: #2f6b1f }
.hl-number { color: #7a4a00 }
.hl-deleted { color: #a02020 }
.foot { margin: 24px 0 0; font-size: 13px; color: #5c6a66 }
.quote { margin: 24px 0 0; font-size: 14px; color: #5c6a66 }
.quote p { margin: 0 0 8px }
.quote blockquote { margin: 0; white-space: pre-line }
"""

_LETTER = Template(
    '<!doctype html><html lang="$language" dir="$direction"><head><meta charset="utf-8"><style>$style</style></head>'
    '<body><div class="letter"><div dir="auto">$body</div><p class="foot">$foot</p>$below</div></body></html>'
)


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a text's files and pages are found once it has left the site: `enclosed` pictures by id, the rest at `base_url`."""

    base_url: str
    enclosed: Mapping[str, str]

    def in_text(self, source: str) -> str:
        """Markdown that is read as plain text."""
        return source.replace("](/", f"]({self.base_url}/")

    def in_html(self, html: str) -> str:
        """HTML that went through the gate."""
        soup = BeautifulSoup(html, "html.parser")
        for picture in soup.find_all("img"):
            source = str(picture.get("src") or "")
            cid = next((self.enclosed[one] for one in find_used_files(source) if one in self.enclosed), "")
            picture["src"] = f"cid:{cid}" if cid else urljoin(f"{self.base_url}/", source)
            for gone in ("srcset", "sizes", "loading", "decoding"):
                del picture[gone]
        for link in soup.find_all("a", href=True):
            link["href"] = urljoin(f"{self.base_url}/", str(link["href"]))
        return str(soup)


def dress(body: str, foot: str, below: str, language: str) -> str:
    """A whole mail; all three are HTML."""
    letter = _LETTER.substitute(
        language=language,
        direction=LANGUAGES[language].direction,
        style=_STYLE,
        body=body,
        foot=foot,
        below=below,
    )
    return str(_INLINER.inline(letter))


def quoted_html(head: str, text: str) -> str:
    """What somebody wrote before, in a form that mail programs fold away and that our own reading cuts off again."""
    return (
        f'<div class="quote gmail_quote"><p>{escape(head)}</p>'
        f'<blockquote type="cite" class="gmail_quote" dir="auto">{escape(text)}</blockquote></div>'
    )
