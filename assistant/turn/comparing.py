"""Products side by side: the table that is shown, and a verdict that is made of facts only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from assistant.catalogue.names import Names
from assistant.product import Language, Product
from assistant.reply import Cell, Comparison, ComparisonRow
from assistant.turn.messages import say
from assistant.turn.phrase import listed, money
from assistant.turn.wording import joined, sentence, value_words
from kg.compared import Fact, Row, comparison
from kg.scales import base, scaled

_ROWS = 18
_LONG = 80
_POINTS = 3
_MOST = {
    "battery_life": "has_longest",
    "screen_size": "has_biggest_screen",
    "memory": "has_most",
    "storage": "has_most",
}
"""Of which attributes more is worth a mention, and how it is said."""


def table(products: Sequence[Product], names: Names, language: Language) -> Comparison:
    """Return what the products state side by side, what differs first; long texts are left to the descriptions."""
    rows = [row for row in comparison(products) if not any(_long(f) for cell in row.cells for f in cell)]
    return Comparison(
        titles=tuple(p.title(language) for p in products),
        rows=tuple(
            ComparisonRow(
                label=sentence(names.attribute(row.attribute, language)),
                cells=tuple(_cell(cell, names, language) for cell in row.cells),
                differs=row.differs,
            )
            for row in rows[:_ROWS]
        ),
    )


def _long(fact: Fact) -> bool:
    return isinstance(fact.attribute.value, str) and len(fact.attribute.value) > _LONG


def _cell(facts: Sequence[Fact], names: Names, language: Language) -> Cell:
    words = [_words(f, names, language) for f in facts]
    return Cell(text=listed(words, language), triples=tuple(f.triple for f in facts))


def _words(fact: Fact, names: Names, language: Language) -> str:
    if fact.attribute.name == "availability":
        return say(f"availability_{fact.attribute.value}", language)
    return value_words(fact.attribute, names, language)


def verdict(products: Sequence[Product], names: Names, language: Language) -> str:
    """Say which product has what the others have not: the lowest price, the best rating, the most of something."""
    rows = comparison(products)
    points: list[list[str]] = [[] for _ in products]

    def award(key: str, best: tuple[int, str] | None, label: str = "") -> None:
        if best:
            points[best[0]].append(say(key, language, value=best[1], label=label))

    price = [p.price.amount if p.price else None for p in products]
    if len({p.price.currency for p in products if p.price}) == 1:
        currency = next(p.price.currency for p in products if p.price)
        award("is_cheapest", _best(price, min, lambda n: money(n, currency, language)))
    by_name = {row.attribute: row for row in rows}
    for attribute, key, choose in (
        ("rating", "is_best_rated", max),
        ("weight", "is_lightest", min),
        *((name, key, max) for name, key in _MOST.items()),
    ):
        row = by_name.get(attribute)
        if row and row.known and (best := _extreme(row, choose, names, language)):
            award(key, best, names.attribute(attribute, language))
    for place, labels in enumerate(_alone(rows, names, language)):
        if labels:
            points[place].append(say("only_one_with", language, labels=listed(labels[:2], language)))
    told = [
        say("verdict", language, title=p.title(language), points=_points(mine[:_POINTS], language))
        for p, mine in zip(products, points, strict=True)
        if mine
    ]
    return joined(language, *told) or say("no_difference", language)


def _points(words: Sequence[str], language: Language) -> str:
    return listed(words, language) if language == "en" else "，".join(words)


def _best(
    numbers: Sequence[Decimal | None], choose: Callable[..., Decimal], words: Callable[[Decimal], str]
) -> tuple[int, str] | None:
    """Return the place and the words of the best number; None where one is missing or two are as good."""
    told = [n for n in numbers if n is not None]
    if len(told) < len(numbers) or told.count(best := choose(told)) != 1:
        return None
    return told.index(best), words(best)


def _extreme(row: Row, choose: Callable[..., Decimal], names: Names, language: Language) -> tuple[int, str] | None:
    attributes = [cell[0].attribute for cell in row.cells]
    if len({base(a.unit) for a in attributes}) != 1:
        return None
    numbers = [scaled(a.value, a.unit) if isinstance(a.value, Decimal) else None for a in attributes]
    best = _best(numbers, choose, str)
    return (best[0], value_words(attributes[best[0]], names, language)) if best else None


def _alone(rows: Sequence[Row], names: Names, language: Language) -> list[list[str]]:
    """Return for each product the abilities that it alone is listed with, where every other is said to lack them."""
    count = len(rows[0].cells) if rows else 0
    labels: list[list[str]] = [[] for _ in range(count)]
    for row in rows:
        if not row.known:
            continue
        values = [cell[0].attribute.value for cell in row.cells]
        if all(isinstance(value, bool) for value in values) and sum(map(bool, values)) == 1:
            labels[values.index(True)].append(names.attribute(row.attribute, language))
    return labels
