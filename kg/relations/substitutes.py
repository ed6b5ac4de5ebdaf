"""What can take a product's place: the same category, the same telling facts, numbers and price near, same use."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log, log2

import numpy as np
from scipy import sparse

from assistant.product import Product, RelationKind
from kg.derivations import Derivation, Derived
from kg.relations.kinds import role
from kg.relations.names import plain, tokens
from kg.scales import base, scaled

METHOD = "specification"
MOST = 6
_LEAST_SCORE = 0.4
_STEPS = 3
"""Steps of the number scale for each doubling: values a third of an octave apart share half of their weight."""
_PRICE_OCTAVES = 2.0
_PRICE_SAY = 0.25
_VECTOR_SAY = 0.25
_LITTLE = 0.5
"""Facts of typical weight that two products need to share before half of their likeness is believed."""
_BLOCK = 1024
_LONG = 60
_SHOWN = 4
CALIBRATION = ((0.36, 0.36), (0.475, 0.59), (0.605, 0.73), (0.8, 0.86))
"""(score, share of pairs labelled by hand that can stand in for one another, (right + 1) / (labelled + 2)), by the
mean scores of four quarters of the pairs: tests/data/relations/substitutes.csv."""
_DESCRIPTION = (
    "Products of one category compared by their facts, each weighted by how few share it (inverse document frequency), "
    "numbers by their distance on a logarithmic scale, and by price; supplies only where they fit the same products; the "
    "confidence is the share of pairs labelled by hand that could stand in for one another at such a score."
)
_IDLE = frozenset("package pallet packaging master ean gtin upc released country code harmonised shipping".split())


@dataclass(frozen=True)
class Scored:
    """Two products, by position, and how alike they are (0 to 1)."""

    one: int
    other: int
    score: float
    shared: tuple[str, ...]


def alike(
    products: Sequence[Product],
    *,
    fits: Mapping[str, frozenset[str]] | None = None,
    vectors: np.ndarray | None = None,
    most: int = MOST,
    advance: Callable[[int], None] = lambda _: None,
) -> list[Scored]:
    """Return for each product at most `most` others that can take its place, the best first.

    `fits` gives by product id what it fits (ids); a supply or accessory can only stand in for one that fits the same.
    `vectors`, shape (products, dimensions), aligned, each of length 1, have a say in the score when given. Raises
    `ValueError` when they are not aligned.
    """
    if vectors is not None and len(vectors) != len(products):
        raise ValueError(f"expected a vector for each of {len(products)} products, found {len(vectors)}")
    by_category: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for n, product in enumerate(products):
        if product.category:
            by_category[product.category].append(n)
    found: list[Scored] = []
    for category in sorted(by_category):
        rows = by_category[category]
        if len(rows) > 1:
            found += _in_category(products, rows, fits or {}, vectors, most)
        advance(len(rows))
    return found


def substitutes(
    products: Sequence[Product],
    *,
    fits: Mapping[str, frozenset[str]] | None = None,
    vectors: np.ndarray | None = None,
    advance: Callable[[int], None] = lambda _: None,
) -> Derivation:
    """Work out what can take a product's place (arguments as for `alike`).

    A pair that is found from both sides is told once.
    """
    told: dict[tuple[int, int], Scored] = {}
    for pair in alike(products, fits=fits, vectors=vectors, advance=advance):
        told.setdefault((min(pair.one, pair.other), max(pair.one, pair.other)), pair)
    relations = tuple(
        Derived(
            products[pair.one].id, RelationKind.SIMILAR, products[pair.other].id, confidence(pair.score),
            f"alike in {', '.join(pair.shared[:_SHOWN]).replace('_', ' ')}; score {pair.score:.2f}",
        )
        for pair in told.values()
    )  # fmt: skip
    used = ("category", "attributes", "titles", "price") + (("vectors",) if vectors is not None else ())
    return Derivation(METHOD, _DESCRIPTION, used, relations)


def confidence(score: float) -> float:
    """Return how sure a score is, between the points of `CALIBRATION` by straight lines."""
    return float(np.interp(score, [s for s, _ in CALIBRATION], [share for _, share in CALIBRATION]))


def _in_category(
    products: Sequence[Product],
    rows: list[int],
    fits: Mapping[str, frozenset[str]],
    vectors: np.ndarray | None,
    most: int,
) -> list[Scored]:
    facts, norms, typical, names = _matrix([products[n] for n in rows])
    prices = np.array([float(p.price.amount) if (p := products[n]).price else np.nan for n in rows])
    currencies = np.array([p.price.currency if (p := products[n]).price else "" for n in rows])
    logs = np.log2(np.maximum(prices, 0.01))
    groups = np.array([products[n].group or f"\0{n}" for n in rows])
    uses = _uses([products[n] for n in rows], fits)
    found = []
    for start in range(0, len(rows), _BLOCK):
        block = slice(start, min(start + _BLOCK, len(rows)))
        score = (facts[block] @ facts.T).toarray()
        # Two products of which little more than the colour is known are not alike because both are black.
        told = score * norms[block, None] * norms[None, :] / typical
        score *= told / (told + _LITTLE)
        if vectors is not None:
            near = np.clip(vectors[rows][block] @ vectors[rows].T, 0, 1)
            score = (1 - _VECTOR_SAY) * score + _VECTOR_SAY * near
        octaves = np.abs(logs[block, None] - logs[None, :])
        near = np.where(np.isnan(octaves), 0.5, np.maximum(0.0, 1 - octaves / _PRICE_OCTAVES))
        near[currencies[block, None] != currencies[None, :]] = 0.5
        score = (1 - _PRICE_SAY) * score + _PRICE_SAY * near
        score[groups[block, None] == groups[None, :]] = 0
        if uses is not None:
            score[(uses[block] @ uses.T).toarray() == 0] = 0
        best = np.argsort(-score, axis=1, kind="stable")[:, :most]
        for i, columns in enumerate(best):
            for j in columns:
                if score[i, j] >= _LEAST_SCORE:
                    found.append(
                        Scored(rows[start + i], rows[j], float(score[i, j]), _shared(facts, names, start + i, int(j)))
                    )
    return found


def _uses(products: Sequence[Product], fits: Mapping[str, frozenset[str]]) -> sparse.csr_matrix | None:
    """Return which products fit what, shape (products, whats), None where the category fits nothing in particular.

    A product's colour of print is part of its use: cyan ink is no substitute for black.
    """
    part = role(products[0].category)
    if part is None or not part.hosts:
        return None
    columns: dict[tuple[str, str], int] = {}
    row, column = [], []
    for n, product in enumerate(products):
        print_colours = sorted(
            plain(str(a.value)) for a in product.attributes if a.name in ("printing_colours", "colour", "ink_colour")
        )
        for host in fits.get(product.id, ()):
            row.append(n)
            column.append(columns.setdefault((host, print_colours[0] if print_colours else ""), len(columns)))
    return sparse.csr_matrix((np.ones(len(row)), (row, column)), shape=(len(products), len(columns)))


def _matrix(products: Sequence[Product]) -> tuple[sparse.csr_matrix, np.ndarray, float, list[str]]:
    """Return the facts of products of one category, shape (products, facts), rows of length 1.

    Beside them the lengths before, the mean square of a fact's weight, and the facts' names.
    """
    columns: dict[str, int] = {}
    entries: list[dict[int, float]] = []
    keyed = Counter(name for p in products for name in {a.name for a in p.attributes if not _idle(a.name)})
    for product in products:
        entry = {columns.setdefault(f"title={word}", len(columns)): 1.0 for word in _title_words(product)}
        for attribute in product.attributes:
            # What one product alone tells says nothing of how alike two are.
            if _idle(attribute.name) or keyed[attribute.name] < 2:
                continue
            value = attribute.value
            if isinstance(value, bool | str):
                if isinstance(value, str) and len(value) > _LONG:
                    continue
                fact = f"{attribute.name}={plain(str(value))}"
                entry[columns.setdefault(fact, len(columns))] = 1.0
                continue
            number = float(scaled(value, attribute.unit))
            key = f"{attribute.name} {base(attribute.unit)}"
            if number <= 0:
                entry[columns.setdefault(f"{key}={number:g}", len(columns))] = 1.0
                continue
            # A number is shared out between the two steps of the scale beside it, so that near numbers overlap.
            step = log2(number) * _STEPS
            low = int(np.floor(step))
            for at, weight in ((low, 1 - (step - low)), (low + 1, step - low)):
                if weight > 0.01:
                    entry[columns.setdefault(f"{key}~{at}", len(columns))] = weight
        entries.append(entry)
    counts = Counter(c for entry in entries for c in entry)
    telling = {c: log(1 + len(products) / n) for c, n in counts.items()}
    row = [n for n, entry in enumerate(entries) for _ in entry]
    column = [c for entry in entries for c in entry]
    data = [w * telling[c] for entry in entries for c, w in entry.items()]
    matrix = sparse.csr_matrix((data, (row, column)), shape=(len(products), max(1, len(columns))))
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = sparse.diags(np.divide(1.0, norms, out=np.zeros_like(norms), where=norms > 0))
    typical = float(np.mean(np.square(list(telling.values())))) if telling else 1.0
    return (scale @ matrix).tocsr(), norms, typical, list(columns)


def _title_words(product: Product) -> set[str]:
    """Return the words and numbers of the titles, less the part number and the maker."""
    texts = [t.text for title in product.titles.values() for t in tokens(title)]
    return set(texts) - {plain(product.brand or ""), plain(product.identifiers.get("mpn", ""))}


def _idle(name: str) -> bool:
    """Whether an attribute tells of the parcel or the record, not of the product."""
    return name == "product_name" or not _IDLE.isdisjoint(name.split("_"))


def _shared(facts: sparse.csr_matrix, names: list[str], one: int, other: int) -> tuple[str, ...]:
    product = facts[one].multiply(facts[other]).tocoo()
    order = np.argsort(-product.data, kind="stable")
    keys = dict.fromkeys(names[product.col[n]].split("=")[0].split("~")[0].split(" ")[0] for n in order)
    return tuple(keys)
