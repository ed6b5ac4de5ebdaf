"""The same product in several feeds made into one product with several offers.

Same code, same product: a GTIN, or a maker's part number. What has none in common is found by its title and attributes:
pairs that share rare words are compared, contradictions rule out, and a logistic regression decides (entity
resolution in the manner of Fellegi and Sunter 1969, J. Am. Stat. Assoc. 64, with learnt weights).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from assistant.catalogue.glossary import Glossary, bundled
from assistant.catalogue.matching_decide import Cluster, Matcher, Merged
from assistant.catalogue.matching_model import MatchingModel, bundled_model
from assistant.catalogue.matching_profile import Vocabulary
from assistant.catalogue.matching_unite import Rates, unite
from assistant.product import Product


@dataclass(frozen=True)
class MergeResult:
    """The products that are left, in their order, and the pairs that were joined."""

    products: list[Product]
    merged: tuple[Merged, ...] = ()
    aliases: dict[str, str] = field(default_factory=dict)
    """The id that is left for each id that is gone."""


def merge(
    products: Sequence[Product],
    vectors: Mapping[str, np.ndarray] | None = None,
    *,
    glossary: Glossary | None = None,
    rates: Rates | None = None,
    model: MatchingModel | None = None,
    progress: Callable[[int], None] | None = None,
) -> MergeResult:
    """Return `products` (of all feeds, `Product.source` tells which) with those that are the same made into one.

    Products of one source are never joined: there they are variants. Merging what was merged changes nothing.
    `vectors` has a unit vector by id; with them products are found whose titles have no word in common. `rates` (units
    of each currency for one common one) make prices comparable. `progress` is told the products that were looked at.
    """
    current = list(products)
    merged: list[Merged] = []
    aliases: dict[str, str] = {}
    while True:
        # Joining changes how rare words are, and so what else is joined: go on until nothing is.
        current, found, gone = _once(current, vectors, glossary or bundled(), rates or {}, model, progress)
        if not found:
            return MergeResult(current, tuple(merged), aliases)
        progress = None
        merged += found
        aliases = {old: gone.get(new, new) for old, new in aliases.items()} | gone


def _once(
    products: list[Product],
    vectors: Mapping[str, np.ndarray] | None,
    glossary: Glossary,
    rates: Mapping[str, Decimal],
    model: MatchingModel | None,
    progress: Callable[[int], None] | None,
) -> tuple[list[Product], list[Merged], dict[str, str]]:
    sources = list(dict.fromkeys(product.source for product in products))
    if len(sources) < 2:
        return products, [], {}
    vocabulary = Vocabulary(products, glossary)
    matcher = Matcher(vocabulary, model or bundled_model(), vectors)
    clusters: list[Cluster] = []
    merged: list[Merged] = []
    for source in sources:
        feed = [profile for profile in vocabulary.profiles if profile.product.source == source]
        merged += matcher.join(clusters, feed, source)
        if progress:
            progress(len(feed))
    if not merged:
        return products, [], {}
    aliases = {pair.other: pair.id for pair in merged if pair.other != pair.id}
    groups = _groups(clusters)
    united = {
        cluster.first.place: unite([m.product for m in cluster.members], rates)
        if len(cluster.members) > 1
        else cluster.first.product
        for cluster in clusters
    }
    return [_linked(united[place], aliases, groups) for place in sorted(united)], merged, aliases


def _groups(clusters: Sequence[Cluster]) -> dict[str, str]:
    """Return by group of variants the group of another feed that all its joined members are in."""
    met: dict[str, set[str]] = {}
    for cluster in clusters:
        groups = [member.product.group for member in cluster.members if member.product.group]
        for group in groups[1:]:
            met.setdefault(group, set()).add(groups[0])
    return {group: next(iter(others)) for group, others in met.items() if len(others) == 1}


def _linked(product: Product, aliases: Mapping[str, str], groups: Mapping[str, str]) -> Product:
    related = tuple(
        dict.fromkeys(
            relation.model_copy(update={"id": aliases.get(relation.id, relation.id)}) for relation in product.related
        )
    )
    group = groups.get(product.group, product.group) if product.group else None
    related = tuple(relation for relation in related if relation.id != product.id)
    if related == product.related and group == product.group:
        return product
    return product.model_copy(update={"related": related, "group": group})
