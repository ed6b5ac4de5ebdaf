"""The question that splits the candidates best: information gain over facets, counted in the graph."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from math import ceil, log2

from assistant.catalogue.names import Names, plain
from assistant.catalogue.store import Catalogue
from assistant.constraint import Constraint
from assistant.product import Attribute, Language
from assistant.reply import QuickReply
from assistant.turn import phrase
from assistant.turn.messages import say
from assistant.turn.wording import value_words
from kg import asked
from kg.scales import conversions

_SHOWN = 4
_FEW_NUMBERS = 6
_MOST_VALUES = 60
_LONGEST_VALUE = 24
_LEAST_COVERED = 0.5
_LEAST_GAIN = 0.8
"""Bits. A facet that nearly all candidates share, or that hardly any state, is not worth a question."""
_NEVER = (
    "release_year",
    "model",
    "series",
    "warranty",
    "dimensions",
    "weight",
    "height",
    "width",
    "depth",
    "thickness",
)
"""Facets that a shopper in a hurry can't or won't answer."""
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Question:
    """What to ask, and answers to press."""

    attribute: str
    text: str
    quick_replies: tuple[QuickReply, ...]


@dataclass(frozen=True)
class Option:
    """One answer in words, and how many candidates (and models of them) it leaves."""

    words: str
    count: int
    models: int


def question(
    catalogue: Catalogue,
    constraints: Sequence[Constraint],
    total: int,
    settled: Sequence[str],
    language: Language,
    turn: int,
) -> Question | None:
    """Return the question whose answer tells most about what meets `constraints`, or None where none is worth asking.

    `total` is how many products meet them; `settled` are the facets that were asked, answered or declined.
    """
    names, currency = catalogue.names, catalogue.meta.currency or "USD"
    split = catalogue.split(constraints, least=ceil(_LEAST_COVERED * total))
    choices = {
        key: found
        for key, values in split.facets.items()
        if key not in (*settled, *_NEVER) and (found := options(key, values, names, language))
    }
    if "price" not in settled:
        choices["price"] = bands(split.prices, currency, language)
    # Of equals, the budget is what people know best.
    gains = {
        key: (information([o.models for o in found], split.models), key == "price") for key, found in choices.items()
    }
    best = max(gains, key=lambda key: gains[key], default=None)
    if best is None or gains[best][0] < _LEAST_GAIN:
        return None
    facet = names.attribute(best, language)
    text = say("ask_price", language, turn) if best == "price" else say("ask_facet", language, turn, facet=facet)
    replies = [QuickReply(title=f"{o.words} ({o.count})", payload=o.words) for o in choices[best][:_SHOWN] if o.words]
    return Question(best, text, (*replies, phrase.quick("quick_any", language, facet=facet)))


def information(models: Sequence[int], total: int) -> float:
    """Return the expected information of an answer in bits: how often it halves the models that are left.

    `models` has the models of each answer, `total` those in question. A model that comes in black and in white is left
    by either answer: where the answers overlap, as colours do, they tell less than their entropy.
    """
    stated = sum(models)
    covered = min(1.0, stated / total) if total else 0.0
    if covered < _LEAST_COVERED:
        return 0.0
    left = sum(n / stated * log2(n) for n in models if n)
    return covered * (log2(min(stated, total)) - left)


def options(key: str, values: Sequence[asked.Counted], names: Names, language: Language) -> list[Option]:
    """Return the answers to a question about `key`, most frequent first; empty where it can't be asked about.

    Rare values count as one answer without words: nobody reads forty brands. Many numbers become bands.
    """
    label = names.attribute(key, language)
    if not 2 <= len(values) <= _MOST_VALUES or not _readable(label, language, key):
        return []
    if any(isinstance(v.value, bool) for v in values):
        return []
    numbers = [v for v in values if isinstance(v.value, Decimal)]
    if numbers and len(numbers) < len(values):
        return []
    if len(numbers) > _FEW_NUMBERS:
        return _numbers(key, numbers, names, language)
    ordered = sorted(values, key=lambda v: -v.count)
    words = [_words(key, v, names, language) for v in ordered]
    if any(len(w) > _LONGEST_VALUE or not _readable(w, language, key) for w in words[:_SHOWN]):
        return []
    shown = [Option(word, v.count, v.models) for word, v in zip(words, ordered[:_SHOWN], strict=False)]
    rest = ordered[_SHOWN:]
    return [*shown, Option("", sum(v.count for v in rest), sum(v.models for v in rest))] if rest else shown


def _readable(words: str, language: Language, key: str) -> bool:
    """Whether words are in the shopper's language; brands and measures are the same in both."""
    if language == "en":
        return not _HAN.search(words)
    return key == "brand" or bool(_HAN.search(words)) or any(c.isdigit() for c in words)


def _words(key: str, counted: asked.Counted, names: Names, language: Language) -> str:
    if key == "brand":
        return names.brand(str(counted.value), language)
    return value_words(Attribute(name=key, value=counted.value, unit=counted.unit), names, language)


def _numbers(key: str, numbers: Sequence[asked.Counted], names: Names, language: Language) -> list[Option]:
    """Return bands of a measure in its commonest unit."""
    uses: dict[str | None, int] = {}
    for counted in numbers:
        uses[counted.unit] = uses.get(counted.unit, 0) + counted.count
    unit = max(uses, key=lambda u: uses[u])
    factors = {unit: Decimal(1)} | {other: 1 / factor for other, factor in conversions(unit)}
    if any(counted.unit not in factors for counted in numbers):
        return []
    values = sorted(
        (replace(c, value=Decimal(str(c.value)) * factors[c.unit], unit=unit) for c in numbers), key=_amount
    )

    def words(value: Decimal) -> str:
        return value_words(Attribute(name=key, value=value, unit=unit), names, language)

    return _banded(values, _limits(values, rounded=False), words, language)


def _amount(counted: asked.Counted) -> Decimal:
    return Decimal(str(counted.value))


def bands(prices: Sequence[asked.Counted], currency: str, language: Language) -> list[Option]:
    """Return three price bands at amounts that people name, with their counts; empty where prices are alike."""
    if len(prices) < 2 or _amount(prices[-1]) < _amount(prices[0]) * 2:
        return []
    return _banded(prices, _limits(prices, rounded=True), lambda n: phrase.money(n, currency, language), language)


def _limits(values: Sequence[asked.Counted], *, rounded: bool) -> list[Decimal]:
    """Return the values below which a third and two thirds of the products lie."""
    total, seen = sum(v.count for v in values), 0
    limits: list[Decimal] = []
    for v in values:
        seen += v.count
        if len(limits) < 2 and seen * 3 >= total * (len(limits) + 1):
            limits.append(round_amount(_amount(v)) if rounded else _amount(v))
    return [n for n in sorted(set(limits)) if _amount(values[0]) <= n < _amount(values[-1])]


def _banded(
    values: Sequence[asked.Counted],
    limits: Sequence[Decimal],
    words: Callable[[Decimal], str],
    language: Language,
) -> list[Option]:
    if not limits:
        return []

    def option(text: str, least: Decimal | None, most: Decimal | None) -> Option:
        inside = [v for v in values if (least is None or _amount(v) >= least) and (most is None or _amount(v) <= most)]
        return Option(text, sum(v.count for v in inside), sum(v.models for v in inside))

    first, last = limits[0], limits[-1]
    found = [option(say("up_to", language, limit=words(first)), None, first)]
    for least, most in pairwise(limits):
        found.append(option(say("band", language, least=words(least), most=words(most)), least, most))
    found.append(option(say("from", language, limit=words(last)), last, None))
    return [option for option in found if option.count]


def round_amount(amount: Decimal) -> Decimal:
    """Return the nearest amount that people name: 1, 1.5, 2, 2.5, 3, 4, 5, 6 or 8 times a power of ten."""
    power = Decimal(10) ** (amount.adjusted())
    steps = map(Decimal, ("1", "1.5", "2", "2.5", "3", "4", "5", "6", "8", "10"))
    return Decimal(plain(min((step * power for step in steps), key=lambda n: abs(n - amount))))


def answered(
    catalogue: Catalogue, attribute: str, constraints: Sequence[Constraint], text: str
) -> asked.Counted | None:
    """Return the value of `attribute` that a bare answer names ("128", "the cotton one")."""
    spoken = text.casefold().strip(" .!?。！？，,").replace(" ", "")
    for counted in asked.values(catalogue.graph, attribute, constraints):
        words = {_words(attribute, counted, catalogue.names, language).casefold() for language in ("en", "zh")}  # type: ignore[arg-type]
        if isinstance(counted.value, Decimal):
            words.add(plain(counted.value))
        if spoken in {word.replace(" ", "") for word in words}:
            return counted
    return None
