"""Numerals as shoppers write them, in English and Chinese: 3k, 1,299.00, 三千, 两三千, 1.5万, 3千5, 千元."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import cn2an
from text_to_num import text2num

_DIGITS = "零〇一二两三四五六七八九"
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9.])(?P<arabic>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    # A w is 万 only in front of what makes it money: 65W is a power.
    r"(?:\s?(?P<scale>[kK](?![a-zA-Z])|[wW](?=元|块|以内|以下|左右)|(?<=(?<!\d)\d)[wW]$|千|万|百)(?P<tail>\d(?![\d.%千万百kK]))?)?"
    rf"|(?P<pair>[{_DIGITS[2:]}]{{2}})(?P<pairscale>[百千万]+)"
    rf"|(?P<han>[{_DIGITS}十百千万]+)",
)
_SCALES = {"k": 1000, "w": 10_000, "百": 100, "千": 1000, "万": 10_000}
_ONE_DIGIT = re.compile(rf"[{_DIGITS}]")
_BARE_SCALE = re.compile(r"[百千万]+")
_MONEY = re.compile(r"元|块")
_SMALL = "one two three four five six seven eight nine"
_WORD = "|".join(
    (
        *_SMALL.split(),
        *"ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(),
        *"twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million".split(),
    )
)
_ENGLISH = re.compile(rf"\b(?:a )?(?P<words>(?:{_WORD})\b(?:(?: and |[ -])(?:{_WORD})\b)*)", re.I)


@dataclass(frozen=True)
class Numeral:
    """A number in a text: `low` and `high` differ for 两三千 (2,000 to 3,000); `start` and `end` are its span.

    `scale` is what it was multiplied by: 1,000 for 3k.
    """

    low: Decimal
    high: Decimal
    start: int
    end: int
    scale: int = 1

    @property
    def single(self) -> bool:
        """Whether it is one number, not a span of two."""
        return self.low == self.high


def han_number(text: str) -> Decimal | None:
    """Return the value of a Chinese numeral, or None when it is none."""
    if _BARE_SCALE.fullmatch(text):
        return Decimal(_product(text))
    try:
        return Decimal(str(cn2an.cn2an(text.replace("〇", "零"), "smart")))
    except (ValueError, InvalidOperation):
        return None


def _product(scales: str) -> int:
    product = 1
    for char in scales.lower():
        product *= _SCALES[char]
    return product


def numerals(text: str) -> Iterator[Numeral]:
    """Yield the numbers of `text` from left to right; one small digit in words (一 in 一款, "one") is no number."""
    yield from sorted([*_written(text), *_english(text)], key=lambda numeral: numeral.start)


def _english(text: str) -> Iterator[Numeral]:
    for match in _ENGLISH.finditer(text):
        words = match["words"].lower()
        if words in _SMALL.split():
            continue
        try:
            value = Decimal(text2num(words.replace("-", " "), "en"))
        except ValueError:
            continue
        yield Numeral(value, value, *match.span())


def _written(text: str) -> Iterator[Numeral]:
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        if match["arabic"]:
            scale = _product(match["scale"] or "")
            value = Decimal(match["arabic"].replace(",", "")) * scale
            if match["tail"]:
                value += Decimal(match["tail"]) * scale / 10
            yield Numeral(value, value, start, end, scale)
        elif match["pair"]:
            scale = _product(match["pairscale"])
            low, high = (han_number(char) for char in match["pair"])
            # 三四百 names two neighbours; 五二百 names nothing.
            if low is not None and high is not None and low < high:
                yield Numeral(low * scale, high * scale, start, end, scale)
        elif _BARE_SCALE.fullmatch(match["han"]):
            # 千元 is a thousand; 百 in 百货 is nothing.
            if _MONEY.match(text, end):
                value = Decimal(_product(match["han"]))
                yield Numeral(value, value, start, end, int(value))
        elif not _ONE_DIGIT.fullmatch(match["han"]):
            found = han_number(match["han"])
            if found:
                yield Numeral(found, found, start, end, next((_SCALES[c] for c in "万千百" if c in match["han"]), 1))
