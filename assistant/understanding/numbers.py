"""Numerals as shoppers write them, in English and Chinese: 3k, 1,299.00, 三千, 两三千, 1.5万."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import cn2an

_HAN_DIGITS = "零〇一二两三四五六七八九"
_HAN = f"[{_HAN_DIGITS}十百千万]"
_NUMBER = re.compile(
    rf"(?<![A-Za-z0-9.])(?P<arabic>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)\s?(?P<scale>[kK](?![a-zA-Z])|[wW](?![a-zA-Z])|千|万|百)?"
    rf"|(?P<pair>[{_HAN_DIGITS[2:]}]{{2}})(?P<pairscale>[百千万]+)"
    rf"|(?P<han>{_HAN}+)",
)
_SCALES = {"k": 1000, "w": 10_000, "百": 100, "千": 1000, "万": 10_000}
_SMALL_HAN = re.compile(rf"[{_HAN_DIGITS}]")


@dataclass(frozen=True)
class Numeral:
    """A number in a text: `low` and `high` differ for 两三千 (2,000 to 3,000); `start` and `end` are its span."""

    low: Decimal
    high: Decimal
    start: int
    end: int
    scaled: bool

    @property
    def single(self) -> bool:
        """Whether it is one number, not a span of two."""
        return self.low == self.high


def _han(text: str) -> Decimal | None:
    try:
        return Decimal(str(cn2an.cn2an(text.replace("〇", "零"), "smart")))
    except (ValueError, InvalidOperation):
        return None


def _scale(text: str) -> int:
    product = 1
    for char in text.lower():
        product *= _SCALES[char]
    return product


def numerals(text: str) -> Iterator[Numeral]:
    """Yield the numbers of `text` from left to right; one Han digit on its own (一 in 一款) is no number."""
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        if match["arabic"]:
            value = Decimal(match["arabic"].replace(",", "")) * _scale(match["scale"] or "")
            yield Numeral(value, value, start, end, bool(match["scale"]))
        elif match["pair"]:
            scale = _scale(match["pairscale"])
            low, high = (_han(char) for char in match["pair"])
            # 三四百 names two neighbours; 五二百 names nothing.
            if low is not None and high is not None and low < high:
                yield Numeral(low * scale, high * scale, start, end, True)
        elif not _SMALL_HAN.fullmatch(match["han"]):
            value = _han(match["han"])
            if value:
                yield Numeral(value, value, start, end, True)
