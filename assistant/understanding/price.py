"""Price demands in a sentence: under $200, between 200 and 300, 三千块以内, 两三千, 预算5000左右."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from assistant.constraint import Operator
from assistant.understanding.numbers import Numeral, numerals

AROUND = Decimal("0.2")
"""About 200 means 200 give or take this share."""

_CURRENCIES = (
    ("CNY", r"人民币|rmb|cny|yuan|元|块钱|块|￥|¥"),
    ("USD", r"us\$|\$|usd|dollars?|bucks?|美元|美金|刀"),
    ("EUR", r"€|eur|euros?|欧元"),
    ("GBP", r"£|gbp|pounds?|quid|英镑"),
)
_ANY_CURRENCY = "|".join(pattern for _, pattern in _CURRENCIES)
_BEFORE = re.compile(rf"(?P<currency>{_ANY_CURRENCY})\s*$", re.I)
_AFTER = re.compile(rf"\s*(?P<currency>{_ANY_CURRENCY})(?![a-z])", re.I)
_AT_MOST_BEFORE = re.compile(
    r"(?:under|below|less than|cheaper than|up to|at most|max(?:imum)?(?: of)?|no more than|not more than|within|lower than"
    r"|not over|budget(?: is| of|:)?|afford|spend|不超过|不要超过|别超过|不能超过|低于|小于|少于|最多|不到|不高于|便宜过|预算(?:是|在|为|只有|大概)?)\s*(?:about\s*)?$",
    re.I,
)
_AT_LEAST_BEFORE = re.compile(
    r"(?:over|above|more than|at least|from|starting at|min(?:imum)?(?: of)?|no less than|higher than|超过|高于|大于|至少|不低于|起码)\s*$",
    re.I,
)
_AROUND_BEFORE = re.compile(
    r"(?:around|about|roughly|approximately|approx\.?|near|circa|大概|大约|差不多|约)\s*$", re.I
)
_AT_MOST_AFTER = re.compile(
    r"^\s*(?:or less|or under|or below|max(?:imum)?|tops|at most|以内|以下|之内|内|之下|封顶|及以下)", re.I
)
_AT_LEAST_AFTER = re.compile(r"^\s*(?:or more|and up|and above|or above|at least|\+|以上|起|往上|及以上)", re.I)
_AROUND_AFTER = re.compile(r"^\s*(?:ish\b|or so|左右|上下|的样子|附近)", re.I)
_RANGE_WORD = re.compile(r"^\s*(?:-|–|—|~|～|to|and|到|至|和)\s*$", re.I)
_RANGE_BEFORE = re.compile(r"(?:between|from|在|介于)\s*$", re.I)
# "between 13 and 15 inch" measures, it does not price.
_UNIT_AFTER = re.compile(
    r"^\s*-?\s*(?:inch|in\b|\"|″|”|cm|mm|m\b|kg|g\b|gb|tb|mb|mah|wh|w\b|hz|h\b|hours?|mp|ml|l\b|fps|k\b|寸|英寸|厘米|毫米|米|公斤|千克|克|斤|毫升|升"
    r"|小时|瓦|赫兹|像素|万像素|%|个|台|款|部|件|条|双|只|岁|年|月|天|star|stars|星|pieces|pcs|people|人)",
    re.I,
)


@dataclass(frozen=True)
class PriceBound:
    """`operator amount [currency]` with the words it was said in; `currency` None: the catalogue's."""

    operator: Operator
    amount: Decimal
    currency: str | None
    start: int
    end: int


@dataclass(frozen=True)
class _Amount:
    numeral: Numeral
    start: int
    end: int
    currency: str | None
    measured: bool


def _currency(text: str) -> str:
    return next(code for code, pattern in _CURRENCIES if re.fullmatch(pattern, text, re.I))


def _amounts(text: str) -> list[_Amount]:
    found = []
    for numeral in numerals(text):
        before, after = _BEFORE.search(text[: numeral.start]), _AFTER.match(text[numeral.end :])
        start = before.start() if before else numeral.start
        end = numeral.end + (after.end() if after else 0)
        word = before or after
        measured = not word and bool(_UNIT_AFTER.match(text[numeral.end :]))
        found.append(_Amount(numeral, start, end, _currency(word["currency"]) if word else None, measured))
    return found


def price_bounds(text: str, hinted: bool = False) -> list[PriceBound]:
    """Return the price demands of `text`: none, one bound, or a lower and an upper one.

    A bare number is a price only with a currency, a comparison (under, 以内) or when `hinted` says so (the NLU
    marked a price, or a price was asked for).
    """
    amounts = [amount for amount in _amounts(text) if not amount.measured]
    for first, second in zip(amounts, amounts[1:], strict=False):
        if _RANGE_WORD.match(text[first.end : second.start]):
            unit = second.currency or first.currency
            framed = _RANGE_BEFORE.search(text[: first.start]) or _AT_MOST_BEFORE.search(text[: first.start])
            plausible = unit or framed or hinted or second.numeral.scaled
            if plausible and first.numeral.low < second.numeral.high * (1000 if second.numeral.scaled else 1):
                return _range(text, first, second, unit)
    for amount in amounts:
        bounds = _bounds(text, amount, hinted)
        if bounds:
            return bounds
    return []


def _range(text: str, first: _Amount, second: _Amount, currency: str | None) -> list[PriceBound]:
    low, high = first.numeral.low, second.numeral.high
    if low >= high:
        return []
    # "2到3千": the scale of the second number is meant for both.
    if second.numeral.scaled and not first.numeral.scaled and low < 100 and high >= 1000:
        low *= 1000 if high < 10_000 or "k" in text[second.start : second.end].lower() else 10_000
    framed = _RANGE_BEFORE.search(text[: first.start])
    start = framed.start() if framed else first.start
    return [
        PriceBound(Operator.AT_LEAST, low, currency, start, second.end),
        PriceBound(Operator.AT_MOST, high, currency, start, second.end),
    ]


def _bounds(text: str, amount: _Amount, hinted: bool) -> list[PriceBound]:
    before, after = text[: amount.start], text[amount.end :]
    numeral, currency = amount.numeral, amount.currency

    def bound(operator: Operator, value: Decimal, start: int, end: int) -> PriceBound:
        return PriceBound(operator, value, currency, start, end)

    around = _AROUND_AFTER.match(after) or _AROUND_BEFORE.search(before)
    at_most, at_least = _AT_MOST_BEFORE.search(before), _AT_LEAST_BEFORE.search(before)
    tail_most, tail_least = _AT_MOST_AFTER.match(after), _AT_LEAST_AFTER.match(after)
    tail = next((m for m in (tail_most, tail_least, _AROUND_AFTER.match(after)) if m), None)
    end = amount.end + (tail.end() if tail else 0)
    if not numeral.single and not (at_most or tail_most or at_least or tail_least):
        return [
            bound(Operator.AT_LEAST, numeral.low, amount.start, end),
            bound(Operator.AT_MOST, numeral.high, amount.start, end),
        ]
    if around and not tail_most and not tail_least:
        head = _AROUND_BEFORE.search(before) or at_most
        start = head.start() if head else amount.start
        if not (currency or hinted or at_most or numeral.scaled or numeral.low >= 50):
            return []
        return [
            bound(Operator.AT_LEAST, numeral.low * (1 - AROUND), start, end),
            bound(Operator.AT_MOST, numeral.high * (1 + AROUND), start, end),
        ]
    if at_most or tail_most:
        return [bound(Operator.AT_MOST, numeral.high, at_most.start() if at_most else amount.start, end)]
    if at_least or tail_least:
        return [bound(Operator.AT_LEAST, numeral.low, at_least.start() if at_least else amount.start, end)]
    if currency or hinted:
        return [bound(Operator.AT_MOST, numeral.high, amount.start, end)]
    return []
