"""The path that explains a recommendation: by which triples one product leads to another."""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import Dataset, URIRef

from kg import vocabulary as v
from kg.compared import Triple
from kg.related import Related, related
from kg.store import select


@dataclass(frozen=True)
class Path:
    """From one product to another: its triples in order.

    `relation` is set where one is said to be something to the other; else they meet at `node`, which `shared_by`
    products point to.
    """

    triples: tuple[Triple, ...]
    relation: Related | None = None
    node: str = ""
    shared_by: int = 0


_SHARED = """SELECT ?p ?node (COUNT(?any) AS ?uses) ?product ?other WHERE {
  { SELECT ?p ?node ?product ?other WHERE {
    VALUES ?p { schema:isVariantOf shop:inSeries schema:additionalProperty schema:brand schema:category }
    ?product ?p ?node . ?other ?p ?node } }
  ?any ?p ?node
} GROUP BY ?p ?node ?product ?other"""


def paths(graph: Dataset, id_: str, other: str, limit: int = 5) -> list[Path]:
    """Return the ways from product `id_` to product `other`, the most telling first.

    What one is said to be to the other comes first; then what few products share: a fact that half the shop has in
    common explains nothing.
    """
    said = [Path((r.triple,), r) for r in related(graph, id_) if r.id == other]
    start, end = v.product_iri(id_), v.product_iri(other)
    rows = select(graph, _SHARED, {"product": URIRef(start), "other": URIRef(end)})
    shared = [
        Path(((start, predicate, node), (end, predicate, node)), None, node, int(uses))
        for predicate, node, uses, *_ in rows
    ]
    return [*said, *sorted(shared, key=lambda path: (path.shared_by, path.node))][:limit]
