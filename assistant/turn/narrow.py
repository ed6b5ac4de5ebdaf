"""The question that splits the candidates best: information gain over facets, counted in the graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import log2

from assistant.catalogue.names import plain
from assistant.catalogue.store import Catalogue
from assistant.constraint import Constraint, Operator
from assistant.product import Attribute, Language
from assistant.reply import QuickReply
from assistant.turn import phrase
from assistant.turn.messages import say
from kg import asked

_FEW_VALUES, _MANY_VALUES = 2, 24
_SHOWN = 4
_LEAST_COVERED = 0.5
_LEAST_GAIN = 0.8
"""Bits. A facet that nearly all candidates share, or that hardly any state, is not worth a question."""
_FAMILIAR = 1.5
"""How much more readily a shopper tells a budget than any other wish."""
_NEVER = ("release_year", "model", "warranty", "dimensions", "weight", "availability")
"""Facets that a shopper in a hurry can't or won't answer."""


@dataclass(frozen=True)
class Question:
    """What to ask, and answers to press."""

    attribute: str
    text: str
    quick_replies: tuple[QuickReply, ...]


def question(
    catalogue: Catalogue,
    constraints: Sequence[Constraint],
    keys: Sequence[str],
    settled: Sequence[str],
    language: Language,
    turn: int,
) -> Question | None:
    """Return the best question about what meets `constraints`, or None where none is worth asking.

    `keys` are the facets to choose from, `settled` those that were asked, answered or declined.
    """
    total = asked.count(catalogue.graph, constraints)
    best: tuple[float, str, list[asked.Counted]] | None = None
    for key in dict.fromkeys(["brand", *keys]):
        if key in settled or key in _NEVER:
            continue
        values = asked.values(catalogue.graph, key, constraints)
        if not _FEW_VALUES <= len(values) <= _MANY_VALUES or all(v.value is True for v in values):
            continue
        gain = information(values, total)
        if gain >= _LEAST_GAIN and (best is None or gain > best[0]):
            best = (gain, key, values)
    limits = _bands(catalogue, constraints) if "price" not in settled else []
    gain = _gain_of_price(catalogue, constraints, limits, total) if limits else 0.0
    # A budget is what people know best: of equals it is asked.
    if gain >= _LEAST_GAIN and (best is None or gain * _FAMILIAR >= best[0]):
        return _about_price(limits, catalogue.meta.currency or "USD", language, turn)
    return _about(best[1], best[2], catalogue, language, turn) if best else None


def information(values: Sequence[asked.Counted], total: int) -> float:
    """Return the expected information of an answer in bits: entropy of the values, times the share that states one."""
    stated = sum(v.count for v in values)
    covered = min(1.0, stated / total) if total else 0.0
    if covered < _LEAST_COVERED:
        return 0.0
    return covered * -sum(v.count / stated * log2(v.count / stated) for v in values)


def _gain_of_price(
    catalogue: Catalogue, constraints: Sequence[Constraint], limits: Sequence[Decimal], total: int
) -> float:
    below = [
        asked.count(
            catalogue.graph, [*constraints, Constraint(attribute="price", operator=Operator.AT_MOST, value=limit)]
        )
        for limit in limits
    ]
    counts = [b - a for a, b in pairwise([0, *below, total])]
    return information(
        [asked.Counted(n, None, c) for n, c in zip([*map(str, limits), ""], counts, strict=True) if c], total
    )


def _about(key: str, values: Sequence[asked.Counted], catalogue: Catalogue, language: Language, turn: int) -> Question:
    names = catalogue.names
    facet = names.attribute(key, language)
    words = []
    for counted in values[:_SHOWN]:
        if key == "brand":
            words.append((names.brand(str(counted.value), language), counted.count))
        else:
            attribute = Attribute(name=key, value=counted.value, unit=counted.unit)
            words.append((names.value(attribute, language), counted.count))
    replies = [QuickReply(title=f"{word} ({count})", payload=word) for word, count in words]
    any_ = phrase.quick("quick_any", language, facet=facet)
    return Question(key, say("ask_facet", language, turn, facet=facet), (*replies, any_))


def _bands(catalogue: Catalogue, constraints: Sequence[Constraint]) -> list[Decimal]:
    """Return the limits of three price bands at round amounts, or nothing where prices are alike."""
    spread = asked.spread(catalogue.graph, "price", constraints)
    if spread is None or spread.count < 2 or spread.most < spread.least * 2:
        return []
    middle = _round(spread.middle)
    limits = [_round(middle / 2), middle, middle * 2]
    return [n for n in limits if spread.least < n < spread.most]


def _round(amount: Decimal) -> Decimal:
    """Return the nearest amount that people name: 1, 2, 3, 5 or 8 times a power of ten."""
    power = Decimal(10) ** (amount.adjusted())
    return min((step * power for step in map(Decimal, (1, 2, 3, 5, 8, 10))), key=lambda n: abs(n - amount))


def _about_price(limits: Sequence[Decimal], currency: str, language: Language, turn: int) -> Question:
    words = [say("up_to", language, limit=phrase.money(n, currency, language)) for n in limits]
    replies = [QuickReply(title=word, payload=word) for word in words]
    facet = {"en": "price", "zh": "价格"}[language]
    any_ = phrase.quick("quick_any", language, facet=facet)
    return Question("price", say("ask_price", language, turn), (*replies, any_))


def answered(
    catalogue: Catalogue, attribute: str, constraints: Sequence[Constraint], text: str
) -> asked.Counted | None:
    """Return the value of `attribute` that a bare answer names ("128", "the cotton one")."""
    spoken = text.casefold().strip(" .!?。！？，,")
    for counted in asked.values(catalogue.graph, attribute, constraints):
        fact = Attribute(name=attribute, value=counted.value, unit=counted.unit)
        words = {catalogue.names.value(fact, language).casefold() for language in ("en", "zh")}  # type: ignore[arg-type]
        if isinstance(counted.value, Decimal):
            words.add(plain(counted.value))
        if spoken in words:
            return counted
    return None
