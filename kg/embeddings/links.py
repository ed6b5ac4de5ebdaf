"""Links between products, read from the graph: those that the catalogue states and those that were worked out."""

from __future__ import annotations

from rdflib import Dataset

from kg import vocabulary as v
from kg.store import select

_KINDS = {str(predicate): kind for kind, predicate in v.RELATIONS.items()}
_LINKS = (
    f"SELECT ?product ?p ?other WHERE {{ VALUES ?p {{ {' '.join(f'<{p}>' for p in _KINDS)} }} ?product ?p ?other }}"
)


def links(graph: Dataset) -> list[tuple[str, str, str]]:
    """Return all of them once as `(id, kind, id)` in a fixed order, each in the direction in which it is written."""
    found = {(v.product_id(head), _KINDS[kind].value, v.product_id(tail)) for head, kind, tail in select(graph, _LINKS)}
    return sorted(found)
