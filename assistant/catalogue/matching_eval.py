"""Measures the matching: joined pairs against those known to be the same, with Wilson intervals."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np

from assistant.catalogue.categorise_eval import Share
from assistant.catalogue.glossary import Glossary
from assistant.catalogue.matching import merge
from assistant.catalogue.matching_decide import best_pairs
from assistant.catalogue.matching_features import features, vetoes
from assistant.catalogue.matching_feeds import TwoFeeds
from assistant.catalogue.matching_model import MatchingModel, probability
from assistant.catalogue.matching_profile import Profile, Vocabulary
from assistant.product import Language, Money, Product

_FIELD = re.compile(r"COL (\w+) VAL (.*?)(?=COL \w+ VAL|$)")
_QUOTES = re.compile(r'"@en|"')


DITTO = {
    "Walmart-Amazon": "er_magellan/Structured/Walmart-Amazon/{}.txt",
    "Abt-Buy": "er_magellan/Textual/Abt-Buy/{}.txt",
    "WDC cameras": "wdc/cameras/{}.txt",
    "WDC computers": "wdc/computers/{}.txt",
}
"""Benchmarks in Ditto's folder `data`, by name."""


def ditto_file(name: str, part: str) -> str:
    """Return the file of a benchmark for `part` (`train`, `valid` or `test`); of WDC the medium size."""
    sized = name.startswith("WDC") and part != "test"
    return DITTO[name].format(part) + (".medium" if sized else "")


@dataclass(frozen=True)
class LabelledPairs:
    """Pairs of products of two sources, each with whether they are the same."""

    name: str
    pairs: list[tuple[Product, Product, bool]]


@dataclass(frozen=True)
class MatchingQuality:
    """`precision` of the joined pairs (None: none was joined) and `recall` of those that are the same."""

    name: str
    joined: int
    right: int
    same: int
    wrong: tuple[tuple[str, str], ...] = ()

    @property
    def precision(self) -> Share | None:
        """The share of joined pairs that are the same."""
        return Share.of(self.right, self.joined) if self.joined else None

    @property
    def recall(self) -> Share:
        """The share of pairs that are the same that were joined."""
        return Share.of(self.right, self.same)


def of_feeds(feeds: TwoFeeds, glossary: Glossary, model: MatchingModel | None = None) -> MatchingQuality:
    """Merge two feeds as an ingest does and compare what was joined with what is the same."""
    joined = {
        (pair.id, pair.other) for pair in merge(feeds.first + feeds.second, glossary=glossary, model=model).merged
    }
    titles = {product.id: product.title("en") for product in (*feeds.first, *feeds.second)}
    wrong = tuple((titles[one], titles[other]) for one, other in sorted(joined - feeds.same))
    return MatchingQuality(feeds.name, len(joined), len(joined & feeds.same), len(feeds.same), wrong)


def profiled(labelled: LabelledPairs, glossary: Glossary) -> tuple[list[tuple[Profile, Profile]], Vocabulary]:
    """Return the pairs as they are compared; words are as rare as they are among all products of the set."""
    sides: tuple[dict[str, Product], dict[str, Product]] = ({}, {})
    for one, other, _ in labelled.pairs:
        sides[0].setdefault(one.id, one)
        sides[1].setdefault(other.id, other)
    vocabulary = Vocabulary([*sides[0].values(), *sides[1].values()], glossary)
    place = {(p.product.source, p.product.id): p for p in vocabulary.profiles}
    return [(place[a.source, a.id], place[b.source, b.id]) for a, b, _ in labelled.pairs], vocabulary


def of_pairs(labelled: LabelledPairs, glossary: Glossary, model: MatchingModel, *, one_to_one: bool) -> MatchingQuality:
    """Decide labelled pairs; with `one_to_one` a product has one twin at most, as in two feeds."""
    pairs, vocabulary = profiled(labelled, glossary)
    odds = model.log_odds(np.array([features(*pair, vocabulary) for pair in pairs]))
    fit = [i for i, pair in enumerate(pairs) if not vetoes(*pair)]
    if one_to_one:
        scored = [(pairs[i][0].place, pairs[i][1].place, float(odds[i])) for i in fit]
        best = {(a, b) for a, b, _ in best_pairs(scored, model.threshold, model.margin)}
        joined = [i for i in fit if (pairs[i][0].place, pairs[i][1].place) in best]
    else:
        joined = [i for i in fit if probability(float(odds[i])) >= model.threshold]
    labels = [same for _, _, same in labelled.pairs]
    wrong = tuple((pairs[i][0].product.title("en"), pairs[i][1].product.title("en")) for i in joined if not labels[i])
    return MatchingQuality(labelled.name, len(joined), sum(labels[i] for i in joined), sum(labels), wrong)


def read_judged(file: Path, catalogue: Iterable[Product]) -> TwoFeeds:
    """Return the catalogue and, as a second feed, the titles of a CSV file with `id`, `language`, `title`, `same`.

    Each title is there once, with the product that is most like it and whether it is the same (`yes` or `no`).
    Raises `ValueError` when an id is not in the catalogue.
    """
    first = [product.model_copy(update={"source": "catalogue"}) for product in catalogue]
    known = {product.id for product in first}
    second: list[Product] = []
    same: set[tuple[str, str]] = set()
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["id"] not in known:
                raise ValueError(f"{file.name}: {row['id']!r} is not in the catalogue; judge the pair again")
            language: Language = "zh" if row["language"] == "zh" else "en"
            second.append(Product(id=row["title"], titles={language: row["title"]}, source="judged"))
            if row["same"] == "yes":
                same.add((row["id"], row["title"]))
    return TwoFeeds("judged by hand", first, second, frozenset(same))


def read_ditto(file: Path, name: str) -> LabelledPairs:
    """Return the pairs of a file of the Magellan and WDC benchmarks in Ditto's form (github.com/megagonlabs/ditto).

    A line is two records `COL name VAL text …` and a label, 0 or 1, apart by tabs (Li et al. 2020, PVLDB 14).
    """
    pairs: list[tuple[Product, Product, bool]] = []
    for line in file.read_text("utf-8").splitlines():
        left, right, label = line.split("\t")
        pairs.append((_record(left, "left"), _record(right, "right"), label.strip() == "1"))
    return LabelledPairs(name, pairs)


def _record(text: str, source: str) -> Product:
    cells = {name: value.strip() for name, value in _FIELD.findall(text)}
    title = _QUOTES.sub(" ", cells.get("title") or cells.get("name") or "").strip() or "untitled"
    price = cells.get("price", "")
    model = cells.get("modelno", "")
    return Product(
        id=text.strip(),
        source=source,
        titles={"en": f"{title} {model}" if model and model not in title else title},
        brand=cells.get("brand") or None,
        price=Money(amount=Decimal(price), currency="USD") if re.fullmatch(r"\d+(\.\d+)?", price) else None,
    )
