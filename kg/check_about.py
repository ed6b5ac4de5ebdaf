"""Which product a node of the graph is about: an offer is one product's, a category that of many."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from rdflib import Dataset

from kg.store import select

_BASE = "urn:shop:"
_OWN = {"product": 0, "offer": 0, "list-price": 0, "rating": 0, "review": 0, "image": 0, "relation": 2, "membership": 1}
"""Which part of the IRIs of a kind (`kg.vocabulary`) is the id of a product."""
_USED = {
    "value": "?product schema:additionalProperty ?node",
    "property": "?fact schema:propertyID ?node . ?product schema:additionalProperty ?fact",
    "category": "?below skos:broader* ?node . ?product schema:category ?below",
    "brand": "?product schema:brand ?node",
    "group": "?product schema:isVariantOf ?node",
    "series": "?product shop:inSeries ?node",
    "identifier": "?product schema:identifier ?node",
    "seller": "?offer schema:seller ?node . ?product schema:offers ?offer",
}
"""How products lead to nodes that they share."""
_AT_ONCE = 500
_MANY = 2_000


@dataclass(frozen=True)
class About:
    """The product that a node is about, or one of the `products` that share it; no id where it is about none."""

    id: str | None
    products: int


def about(graph: Dataset, nodes: Collection[str]) -> dict[str, About]:
    """Return what each of `nodes` (IRIs) is about."""
    found: dict[str, About] = {}
    shared: dict[str, list[str]] = {}
    for node in set(nodes):
        kind, _, rest = node.removeprefix(_BASE).partition(":")
        if node.startswith(_BASE) and kind in _OWN:
            found[node] = About(unquote(rest.split(":")[_OWN[kind]]), 1)
        elif node.startswith(_BASE) and kind in _USED:
            shared.setdefault(kind, []).append(node)
        else:
            found[node] = About(None, 0)
    for kind, iris in shared.items():
        for chunk in _chunks(sorted(iris), _AT_ONCE):
            found |= dict.fromkeys(chunk, About(None, 0))
            for node, count, first in select(graph, _users(kind, chunk)):
                found[node] = About(unquote(first.removeprefix(f"{_BASE}product:")), count)
    return found


def titles(graph: Dataset, ids: Collection[str], iri: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return the titles of products by id and language; `iri` has their IRIs."""
    asked = "SELECT ?product ?name (LANG(?name) AS ?language) WHERE {{ {few} ?product schema:name ?name }}"
    by_iri = {iri[id_]: id_ for id_ in ids}
    found: dict[str, dict[str, str]] = {}
    few = sorted(by_iri) if len(by_iri) <= _MANY else []
    chunks = list(_chunks(few, _AT_ONCE)) if few or not by_iri else [[]]
    for chunk in chunks:
        values = (
            f"VALUES ?product {{ {' '.join(f'<{node}>' for node in chunk)} }}"
            if chunk
            else "?product a schema:Product ."
        )
        for node, name, language in select(graph, asked.format(few=values)):
            if node in by_iri:
                found.setdefault(by_iri[node], {})[language] = name
    return found


def _users(kind: str, nodes: list[str]) -> str:
    values = " ".join(f"<{node}>" for node in nodes)
    return (
        "SELECT ?node (COUNT(DISTINCT ?product) AS ?count) (MIN(STR(?product)) AS ?first) "
        f"WHERE {{ VALUES ?node {{ {values} }} {_USED[kind]} }} GROUP BY ?node"
    )


def _chunks(items: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
