"""What fits what, from texts that name models: compatibility attributes, "for …" in titles, titles of supplies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from assistant.product import Product, RelationKind
from kg.derivations import Derivation, Derived
from kg.relations.hosts import Host, HostIndex, strong
from kg.relations.kinds import Role, fits, role
from kg.relations.mentions import GENERIC, Brands, Mention, mentions, modifiers
from kg.relations.names import Token, goes_with, plain

METHOD = "compatibility"
_BARE = 4
_SHOWN = 100
_DESCRIPTION = (
    "Model numbers and series names in compatibility attributes and titles are looked up in the names of other products; "
    "the confidence is the share of pairs labelled by hand that were right where text and name agree as well as here."
)

CONFIDENCE = {
    "exact": 0.95,
    "variant": 0.97,
    "model": 0.92,
    "words differ": 0.92,
    "for": 0.86,
    "number": 0.8,
    "title": 0.7,
    "other maker": 0.67,
}
"""By how text and name agree: (right + 1) / (labelled + 2) of the pairs labelled by hand in tests/data/relations.

exact: number and a word of the maker's own; model: a number that tells by itself; variant: the number without its
ending (M451, and the product is the M451dn); words differ: such a number beside other words; for, title: named in the
title, after "for" or as a supply; number: a bare number, where maker and category agree; other maker: no maker is named.
"""

_STRENGTH = {how: rank for rank, how in enumerate(reversed(CONFIDENCE))}
"""Of two ways in which a text names a product, the one that is said more plainly is told."""

_ASKS = frozenset("compatible compatibility compatibilities fits suitable 兼容 适用 适配".split())
_ABOUT = frozenset(
    "product products model models with for device devices printer printers phone phones machine machines camera cameras"
    " brand type types list 型号 机型 产品 设备 于".split()
)
_ASKS_ZH = re.compile(r"(?:兼容|适用|适配)(?:于)?(?:型号|机型|产品|设备|打印机|手机)?")


@dataclass(frozen=True)
class Found:
    """Product number `source` fits product number `host`; `band` says how well the text and the name agree."""

    source: int
    host: int
    band: str
    place: str
    text: str


@cache
def _about(key: str) -> str | None:
    """Say what an attribute named `key` holds: `names` of what fits, the `brand` of it, or neither."""
    parts = set(key.split("_"))
    if _ASKS_ZH.fullmatch(key):
        return "names"
    if not parts & _ASKS or parts - _ASKS - _ABOUT - {"brands"}:
        return None
    return "brand" if parts & {"brand", "brands"} else "names"


def find(products: Sequence[Product], advance: Callable[[int], None] = lambda _: None) -> list[Found]:
    """Return for each pair of products the best way in which a text of the first names the second."""
    brands = Brands({p.brand for p in products if p.brand})
    index = HostIndex(products, brands)
    own_texts = [list(_texts(p)) for p in products]
    said: list[list[tuple[str, Mention]]] = [
        [(place, m) for place, text in texts for m in mentions(text, brands)] for texts in own_texts
    ]
    # What names a model as its own host is a sibling of others that do, not that host.
    names_it = [frozenset(n.text for place, m in ms if place != "title" for n in m.numbers) for ms in said]
    best: dict[tuple[int, int], Found] = {}
    for n, product in enumerate(products):
        stated = _stated_brands(product, brands)
        part = role(product.category)
        for place, mention in said[n]:
            for host, band in _matches(mention, index, stated, plain(product.brand or ""), part, place):
                target = products[host.position]
                if host.position == n or not fits(part, target.category) or _same(product, target):
                    continue
                if any(t.text in names_it[host.position] for t in mention.numbers):
                    continue
                found = Found(n, host.position, band, place, mention.text)
                known = best.get((n, host.position))
                if known is None or _STRENGTH[band] > _STRENGTH[known.band]:
                    best[n, host.position] = found
        advance(1)
    return list(best.values())


def _same(product: Product, other: Product) -> bool:
    return product.group is not None and product.group == other.group


def _texts(product: Product) -> Iterator[tuple[str, str]]:
    for attribute in product.attributes:
        if isinstance(attribute.value, str) and _about(attribute.name) == "names":
            yield attribute.name, attribute.value
    part = role(product.category)
    for title in product.titles.values():
        after = goes_with(title)
        for text in after:
            yield "for", text
        # A supply whose title names a model is for that model; a service or an unknown thing may not be.
        if not after and part is not None and part.hosts:
            yield "title", title


def _stated_brands(product: Product, brands: Brands) -> frozenset[str]:
    texts = [str(a.value) for a in product.attributes if _about(a.name) == "brand"]
    return frozenset(
        name for text in texts for part in re.split(r"[,;/、，]", text) if (name := plain(part)) in brands.names
    )


def _matches(
    mention: Mention, index: HostIndex, stated: frozenset[str], own: str, part: Role | None, place: str
) -> Iterator[tuple[Host, str]]:
    makers = frozenset({mention.brand}) if mention.brand else stated
    key = max(mention.numbers, key=lambda t: (strong(t.text), len(t.text)))
    for host in index.having(key.text):
        if makers and host.brand not in makers:
            continue
        same_maker = bool(makers) or host.brand == own
        shared = frozenset(w for w in mention.words & host.words if index.telling(w, host.brand))
        band = _band(mention, host, key, shared, same_maker, part, place)
        if band and place in ("for", "title"):
            band = place if band in ("exact", "variant") or (place, band) == ("for", "model") else None
        if band:
            yield host, band


def _band(
    mention: Mention, host: Host, key: Token, shared: frozenset[str], same_maker: bool, part: Role | None, place: str
) -> str | None:
    """Say how well the name of `host` agrees with what is named (a key of `CONFIDENCE`), None when it does not."""
    how = _numbers(mention, host)
    if how is None:
        return None
    if not strong(key.text):
        if not _same_model(mention, host, key, place):
            return None
        if not shared and not (same_maker and mention.words and mention.words == host.before):
            named = bool(mention.brand) and (
                host.titled == {key.text} if key.text.isdigit() else len(key.text) >= _BARE - 1
            )
            bare = same_maker and part is not None and part.hosts and len(key.text) >= _BARE
            return "number" if not mention.words and how == "exact" and (named or bare) else None
    if not same_maker:
        return "other maker" if shared and how == "exact" else None
    if mention.words and host.before and not mention.words & host.words:
        return "words differ" if how == "exact" else None
    if how == "exact":
        return "exact" if shared else "model"
    return how


def _numbers(mention: Mention, host: Host) -> str | None:
    """Say how the numbers agree: each as it is, or some as the base of one of the host's."""
    how = "exact"
    for number in mention.numbers:
        if number.text in host.numbers:
            continue
        if number.text in host.bases:
            how = "variant"
        else:
            return None
    return how


def _same_model(mention: Mention, host: Host, key: Token, place: str) -> bool:
    """Whether nothing beside a number that tells little, such as the 16 of an iPhone, speaks for another model."""
    if modifiers(mention.words | mention.after) != host.modifiers:
        return False
    if mention.words - host.words and host.before - mention.words:
        return False
    if place != "for" and mention.after - host.words - GENERIC:
        return False
    if len(key.text) < _BARE - 1 and (mention.carried or place == "title"):
        return False
    return len(key.text) > 1 or host.titled <= {number.text for number in mention.numbers}


def kind(product: Product) -> RelationKind:
    """Return what `product` is to what it fits."""
    part = role(product.category)
    return part.kind if part else RelationKind.COMPATIBLE


def compatibility(products: Sequence[Product], advance: Callable[[int], None] = lambda _: None) -> Derivation:
    """Work out what fits what from texts that name models."""
    used: set[str] = set()
    relations = []
    for found in find(products, advance):
        source, other = products[found.source], products[found.host]
        used.add(found.place)
        where = {"for": "its title says it is for", "title": "its title names"}.get(found.place, f"{found.place} names")
        evidence = f"{where} “{found.text[:_SHOWN]}”"
        relations.append(Derived(source.id, kind(source), other.id, CONFIDENCE[found.band], evidence))
    return Derivation(METHOD, _DESCRIPTION, tuple(sorted(used)), tuple(relations))
