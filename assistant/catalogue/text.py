"""Text as shops write it: HTML to plain text, the language of a text, the encoding of a file."""

from __future__ import annotations

import codecs
import html
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from assistant.catalogue.report import CatalogueError
from assistant.product import Language

# A name after "<" makes a tag: "a < b" and "<3" are text. Quoted values may hold ">".
_TAG = re.compile(r"""<!--|-->|<(?P<close>/?)(?P<name>[A-Za-z][\w:-]*)(?:"[^"]*"|'[^']*'|[^'"<>])*>|<[!?][^<>]*>""")
_CUT_TAG = re.compile(r"<(?:/?[A-Za-z][\w:-]*\s+[\w:-]+\s*=[^<>]*|/[A-Za-z]*)\Z")
_BLOCKS = frozenset((
    "address", "article", "br", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
    "section", "table", "tr", "ul",
))  # fmt: skip
_HIDDEN = frozenset(("script", "style"))
_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿\U00020000-\U0003134f]")
_KANA = re.compile(r"[぀-ヿ]")
_LATIN = re.compile(r"[A-Za-z]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\ufeff\ufffe\uffff\ud800-\udfff]")
_CHUNK = 1 << 20


def _untagged(text: str) -> str:
    parts: list[str] = []
    end, hidden = 0, ""
    for tag in _TAG.finditer(text):
        if not hidden:
            parts.append(text[end : tag.start()])
        end = tag.end()
        name = (tag["name"] or "").lower()
        if hidden:
            if tag[0] == hidden or (tag["close"] and name == hidden):
                hidden = ""
        elif tag[0] == "<!--":
            hidden = "-->"
        elif name in _HIDDEN and not tag["close"]:
            hidden = name
        elif name in _BLOCKS:
            parts.append("\n")
        elif name in ("td", "th"):
            parts.append(" ")
    if not hidden:
        parts.append(_CUT_TAG.sub("", text[end:]))
    return "".join(parts)


def plain_text(text: str, *, lines: bool = False) -> str:
    """Return `text` with HTML tags and entities resolved and runs of white space made one space.

    With `lines`, block elements and line ends stay as single line ends.
    """
    # Feeds escape twice at times ("&lt;b&gt;"): go on until nothing changes, with an end.
    for _ in range(4):
        if "<" not in text and "&" not in text:
            break
        before = text
        text = html.unescape(_untagged(text))
        if text == before:
            break
    text = _CONTROL.sub(" ", text.replace("\r", "\n"))
    if not lines:
        return " ".join(text.split())
    return "\n".join(kept for line in text.split("\n") if (kept := " ".join(line.split())))


def language_of(text: str) -> Language:
    """Return "zh" for a text with a fair share of Han characters, "en" for any other.

    Chinese product titles are full of Latin model names, so one in eleven characters is enough.
    """
    han = len(_HAN.findall(text))
    return "zh" if han and not _KANA.search(text) and han * 10 >= len(_LATIN.findall(text)) else "en"


def _decodes(stream: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    stream.seek(0)
    try:
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def open_text(stream: BinaryIO, source: str) -> io.TextIOWrapper:
    """Return `stream` (seekable) as text: UTF-8 with or without BOM, UTF-16 with BOM, or GB18030.

    Raises:
        CatalogueError: when the bytes are none of these.
    """
    stream.seek(0)
    utf16 = stream.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "gb18030"):
        if _decodes(stream, encoding):
            stream.seek(0)
            return io.TextIOWrapper(stream, encoding=encoding, newline="")
    found, expected = "bytes in an unknown encoding", "UTF-8 or GB18030 text"
    raise CatalogueError(source, found, expected, "Save the file as UTF-8.")


def utf8_lines(stream: BinaryIO) -> Iterator[tuple[int, str | None]]:
    """Yield each line that is not blank with its number; None for a line that is not UTF-8."""
    for number, raw in enumerate(stream, start=1):
        if number == 1:
            raw = raw.removeprefix(codecs.BOM_UTF8)
        if raw.strip():
            try:
                yield number, raw.decode("utf-8").strip()
            except UnicodeDecodeError:
                yield number, None
