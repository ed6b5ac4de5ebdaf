"""Price demands in a sentence: under $200, between 200 and 300, 三千块以内, 两三千, 预算5000左右."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from assistant.constraint import Operator
from assistant.understanding.comparison import comparison
from assistant.understanding.measures import measured
from assistant.understanding.numbers import Numeral, numerals

AROUND = Decimal("0.2")
"""About 200 means 200 give or take this share."""
_ALONE_FROM = 50
"""A number from here on that is only "about" is money; "about 3" can be anything."""

_CURRENCIES = (
    ("CNY", r"人民币|rmb|cny|yuan|元|块钱|块|￥|¥"),
    ("USD", r"us\$|\$|usd|dollars?|bucks?|美元|美金|刀"),
    ("EUR", r"€|eur|euros?|欧元"),
    ("GBP", r"£|gbp|pounds?|quid|英镑"),
)
_ANY_CURRENCY = "|".join(pattern for _, pattern in _CURRENCIES)
_BEFORE = re.compile(rf"(?P<currency>(?<![a-z])(?:{_ANY_CURRENCY}))\s*$", re.I)
_AFTER = re.compile(rf"\s*(?P<currency>{_ANY_CURRENCY})(?![a-z])", re.I)
_AROUND_BEFORE = re.compile(
    r"(?:\b(?:around|about|roughly|approximately|approx\.?|near|circa)|大概|大约|差不多|约)\s*$", re.I
)
_AROUND_AFTER = re.compile(r"\s*(?:ish\b|or so\b|左右|上下|的样子|附近)", re.I)
_BUDGET_BEFORE = re.compile(
    r"(?:\bbudget(?: is| of|:)?|预算(?:是|在|为|只有|大概)?)\s*(?:around|about|大概|大约)?\s*$", re.I
)
_RANGE_WORD = re.compile(r"\s*(?:-|–|—|~|～|to|and|到|至|和)\s*", re.I)
_RANGE_BEFORE = re.compile(r"(?:\b(?:between|from)|在|介于)\s*$", re.I)
# A rating, an age or a model number that is followed by "or above" is no price.
_OTHER_BEFORE = re.compile(
    r"(?:\b(?:rat(?:ed|ing)s?|ages?|aged|model|version|stars?)(?: of| is| at)?|评分|评价|年龄|型号|第)\s*(?:above|over|at least|高于|超过|大于|在)?\s*$",
    re.I,
)


@dataclass(frozen=True)
class PriceBound:
    """`operator amount [currency]` with the span it was said in; `currency` None: the catalogue's."""

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


def _currency(text: str) -> str:
    return next(code for code, pattern in _CURRENCIES if re.fullmatch(pattern, text, re.I))


def _amounts(text: str) -> list[_Amount]:
    found: list[_Amount] = []
    all_numerals = list(numerals(text))
    skip: set[int] = set()
    for first, second in pairwise(all_numerals):
        # In "13 to 15 inch" the unit is said once and meant twice.
        if _RANGE_WORD.fullmatch(text[first.end : second.start]) and measured(text, second):
            skip.add(first.start)
    for numeral in all_numerals:
        before, after = _BEFORE.search(text[: numeral.start]), _AFTER.match(text, numeral.end)
        word = before or after
        if not word and (
            numeral.start in skip or measured(text, numeral) or _OTHER_BEFORE.search(text[: numeral.start])
        ):
            continue
        start = before.start() if before else numeral.start
        found.append(
            _Amount(
                numeral, start, after.end() if after else numeral.end, _currency(word["currency"]) if word else None
            )
        )
    return found


def price_bounds(text: str, hinted: bool = False) -> list[PriceBound]:
    """Return the price demands of `text`: none, one bound, or a lower and an upper one (which may contradict it).

    A bare number is a price only with a currency, a comparison (under, 以内) or when `hinted` says so (the NLU
    marked a price) and no other number is plainly one.
    """
    amounts = _amounts(text)
    for first, second in pairwise(amounts):
        if _RANGE_WORD.fullmatch(text[first.end : second.start]):
            bounds = _range(text, first, second, hinted)
            if bounds:
                return bounds
    for place, amount in enumerate(amounts):
        bounds = _bounds(text, amount)
        if bounds:
            return [*bounds, *_other_side(text, bounds, amounts[place + 1 :])]
    if hinted and amounts:
        last = amounts[-1]
        return [PriceBound(Operator.AT_MOST, last.numeral.high, last.currency, last.start, last.end)]
    return []


def _other_side(text: str, bounds: list[PriceBound], amounts: list[_Amount]) -> list[PriceBound]:
    """Return the bound of "over 300 but under 500" that comes second; two on one side are left to the first."""
    if len(bounds) > 1:
        return []
    for amount in amounts:
        compared = comparison(text, amount.start, amount.end)
        if compared and compared[0] is not bounds[0].operator and compared[1] >= bounds[0].end:
            value = amount.numeral.high if compared[0] is Operator.AT_MOST else amount.numeral.low
            return [PriceBound(compared[0], value, amount.currency, compared[1], compared[2])]
    return []


def _range(text: str, first: _Amount, second: _Amount, hinted: bool) -> list[PriceBound]:
    low, high, scale = first.numeral.low, second.numeral.high, second.numeral.scale
    currency = second.currency or first.currency
    framed = _RANGE_BEFORE.search(text[: first.start]) or _BUDGET_BEFORE.search(text[: first.start])
    # 2到3千: the scale of the second number is meant for both.
    if first.numeral.scale == 1 and scale > 1 and low * scale < high:
        low *= scale
    if low >= high or not (currency or framed or hinted or scale > 1):
        return []
    start = framed.start() if framed else first.start
    return [
        PriceBound(Operator.AT_LEAST, low, currency, start, second.end),
        PriceBound(Operator.AT_MOST, high, currency, start, second.end),
    ]


def _bounds(text: str, amount: _Amount) -> list[PriceBound]:
    numeral, currency = amount.numeral, amount.currency
    around = _AROUND_AFTER.match(text, amount.end)
    before = _AROUND_BEFORE.search(text[: amount.start]) or _BUDGET_BEFORE.search(text[: amount.start])
    about = around or _AROUND_BEFORE.search(text[: amount.start])
    if about and (
        currency or numeral.scale > 1 or numeral.low >= _ALONE_FROM or _BUDGET_BEFORE.search(text[: amount.start])
    ):
        start, end = before.start() if before else amount.start, around.end() if around else amount.end
        return [
            PriceBound(Operator.AT_LEAST, numeral.low * (1 - AROUND), currency, start, end),
            PriceBound(Operator.AT_MOST, numeral.high * (1 + AROUND), currency, start, end),
        ]
    compared = comparison(text, amount.start, amount.end)
    if compared:
        operator, start, end = compared
        return [
            PriceBound(operator, numeral.high if operator is Operator.AT_MOST else numeral.low, currency, start, end)
        ]
    if not numeral.single:
        return [
            PriceBound(Operator.AT_LEAST, numeral.low, currency, amount.start, amount.end),
            PriceBound(Operator.AT_MOST, numeral.high, currency, amount.start, amount.end),
        ]
    return [PriceBound(Operator.AT_MOST, numeral.high, currency, amount.start, amount.end)] if currency else []
