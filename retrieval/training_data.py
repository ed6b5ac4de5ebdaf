"""Training pairs for the reranker: graded queries made from a catalogue, and human ratings.

A made query names a kind of thing and sometimes a brand and facts of one product; every product can then be graded
by what it meets: all of it 3, all but one 2, only the kind 1, else 0 (divided by 3 for training).
"""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.product import Attribute, Language, Product
from retrieval.lexical import LexicalIndex

LabelsOf = Callable[[str, str], Mapping[Language, Sequence[str]]]
"""`(kind, name)` to labels by language; kinds are `category`, `brand`, `attribute`, `value`."""

TOP = 3
"""The highest grade."""
_PATTERNS: dict[Language, tuple[str, ...]] = {
    "en": (
        "{facts} {brand} {kind}",
        "{brand} {kind} {facts}",
        "{brand} {facts} {kind}",
        "{kind} {brand} {facts}",
        "i want a {facts} {brand} {kind}",
        "looking for {brand} {kind} with {facts}",
        "show me {facts} {kind} from {brand}",
        "a good {facts} {brand} {kind}",
        "can you recommend a {brand} {kind} {facts}",
        "{kind} for my mother {facts} {brand}",
        "best {brand} {facts} {kind}",
    ),
    "zh": (
        "{facts}{brand}{kind}",
        "{brand}{facts}{kind}",
        "{brand}{kind} {facts}",
        "{kind} {brand} {facts}",
        "我想买一款{facts}的{brand}{kind}",
        "有没有{brand}{facts}的{kind}",
        "推荐一款好用的{brand}{kind}{facts}",
        "想要{facts}{kind}{brand}",
        "给妈妈买{brand}{kind}{facts}",
        "{facts}性价比高的{brand}{kind}",
    ),
}


@dataclass(frozen=True)
class Pair:
    """A query and a passage with the grade 0 to 1 that the passage deserves."""

    query: str
    passage: str
    grade: float


@dataclass(frozen=True)
class _Wish:
    kind: str
    brand: str | None
    facts: tuple[Attribute, ...]

    def grade(self, product: Product) -> float:
        if self.kind not in product.category:
            return 0.0
        have = {(a.name, a.value, a.unit) for a in product.attributes}
        misses = sum((f.name, f.value, f.unit) not in have for f in self.facts)
        misses += self.brand is not None and (product.brand or "").casefold() != self.brand.casefold()
        demands = len(self.facts) + (self.brand is not None)
        return (TOP if not misses else 2 if misses == 1 and demands > 1 else 1) / TOP


def _askable(attribute: Attribute) -> bool:
    if isinstance(attribute.value, bool):
        return attribute.value
    return not isinstance(attribute.value, str) or len(attribute.value) <= 24


def _fact_words(fact: Attribute, language: Language, labels: LabelsOf, pick: random.Random) -> str:
    if isinstance(fact.value, bool):
        return pick.choice(labels("attribute", fact.name).get(language) or [fact.name.replace("_", " ")])
    if isinstance(fact.value, str):
        return pick.choice(labels("value", fact.value).get(language) or [fact.value])
    return f"{format(fact.value, 'f')}{pick.choice(['', ' '])}{fact.unit or ''}"


def made_pairs(
    products: Sequence[Product],
    passages: Mapping[str, str],
    labels: LabelsOf,
    index: LexicalIndex,
    queries: int,
    languages: Sequence[Language],
    seed: int,
) -> Iterator[Pair]:
    """Yield about eight pairs for each of `queries` made queries; hard negatives come from the lexical index."""
    pick = random.Random(seed)
    by_kind: dict[str, list[Product]] = defaultdict(list)
    for product in products:
        if product.category:
            by_kind[product.category[-1]].append(product)
    kinds, by_id = sorted(by_kind), {p.id: p for p in products}
    for _ in range(queries):
        # Small kinds are asked for as often as large ones up to the square root of their size.
        kind = pick.choices(kinds, [len(by_kind[k]) ** 0.5 for k in kinds])[0]
        source, language = pick.choice(by_kind[kind]), pick.choice(languages)
        askable = [a for a in source.attributes if _askable(a)]
        facts = tuple(pick.sample(askable, min(len(askable), pick.choice((0, 0, 1, 1, 2)))))
        brand = source.brand if source.brand and pick.random() < 0.35 else None
        wish = _Wish(kind, brand, facts)
        query = _words(wish, language, labels, pick)
        groups: dict[float, list[Product]] = defaultdict(list)
        for product in by_kind[kind] if len(by_kind[kind]) < 400 else pick.sample(by_kind[kind], 400):
            groups[wish.grade(product)].append(product)
        chosen = [p for grade, n in ((1.0, 3), (2 / TOP, 2), (1 / TOP, 2)) for p in _some(groups[grade], n, pick)]
        near = [by_id[id_] for id_, _ in index.search(query, 40) if wish.kind not in by_id[id_].category]
        chosen += _some(near, 3, pick) + _some(products, 1, pick)
        for product in {p.id: p for p in [source, *chosen]}.values():
            yield Pair(query, passages[product.id], wish.grade(product))


def _some(products: Sequence[Product], count: int, pick: random.Random) -> list[Product]:
    return pick.sample(products, min(count, len(products)))


def _words(wish: _Wish, language: Language, labels: LabelsOf, pick: random.Random) -> str:
    kind = pick.choice(labels("category", wish.kind).get(language) or [wish.kind])
    brand = pick.choice(labels("brand", wish.brand).get(language) or [wish.brand]) if wish.brand else ""
    facts = " ".join(_fact_words(f, language, labels, pick) for f in wish.facts)
    # Half of all shoppers type keywords, not sentences.
    pattern = pick.choice(_PATTERNS[language][: 4 if pick.random() < 0.5 else None])
    text = pattern.format(kind=kind, brand=brand, facts=facts)
    for spoilt in (" with  ", " from  "):
        text = text.replace(spoilt, " ")
    text = " ".join(text.replace("的的", "的").replace("款的", "款").split())
    text = text.removesuffix(" with").removesuffix(" from").strip(" 的")
    return text.lower() if pick.random() < 0.6 else text


def rated_pairs(ratings: Path, passages: Mapping[str, str]) -> Iterator[Pair]:
    """Yield the pairs of a file `query,docid,rating` (0 to 3, by people) whose product is known."""
    with ratings.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["docid"] in passages:
                yield Pair(row["query"], passages[row["docid"]], int(row["rating"]) / TOP)


def cross_rated_negatives(pairs: Sequence[Pair], seed: int, per_query: int) -> Iterator[Pair]:
    """Yield pairs of rated queries with products that were rated for another query: irrelevant nearly always."""
    pick = random.Random(seed)
    by_query: dict[str, list[str]] = defaultdict(list)
    for pair in pairs:
        by_query[pair.query].append(pair.passage)
    queries = sorted(by_query)
    for query in queries:
        words = set(query.split())
        others = [q for q in queries if q != query and not words & set(q.split())]
        for other in pick.choices(others, k=per_query) if others else ():
            yield Pair(query, pick.choice(by_query[other]), 0.0)
