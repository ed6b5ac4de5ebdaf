"""The store: rdflib's API over Oxigraph on disk. A built graph is immutable and opened read-only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from oxrdflib import OxigraphStore
from oxrdflib._converter import to_ox
from rdflib import XSD, Dataset
from rdflib.term import Identifier

from assistant.product import Product
from kg import vocabulary
from kg.derivations import Derivation, quads
from kg.triples import Glossary, TripleMaker

_BULK = 200_000


def build(
    folder: Path,
    products: Iterable[Product],
    glossary: Glossary,
    progress: Callable[[int], None],
    derivations: Iterable[Derivation] = (),
) -> int:
    """Write the graph of `products`, and what was worked out about them, into the empty `folder`; returns its triples.

    Calls `progress(done)` with the number of products that were loaded since the last call.
    """
    store, maker = ox.Store(str(folder)), TripleMaker(glossary)
    batch: list[ox.Quad] = []
    waiting = 0
    for product in products:
        batch.extend(maker.product(product))
        waiting += 1
        if len(batch) >= _BULK:
            store.bulk_extend(batch)
            progress(waiting)
            batch, waiting = [], 0
    store.bulk_extend(batch)
    progress(waiting)
    for derivation in derivations:
        store.bulk_extend(quads(derivation))
    store.optimize()
    store.flush()
    return len(store)


def select(graph: Dataset, query: str, bindings: Mapping[str, Identifier] | None = None) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a SELECT as plain Python values, IRIs as text.

    Over Oxigraph it goes past rdflib's terms: making them costs ten times the query where thousands of ids come back.
    """
    inner = getattr(graph.store, "_inner", None)
    if inner is None:
        rows: Iterable[Any] = graph.query(query, initBindings=dict(bindings or {}))
        for row in rows:
            yield tuple(None if term is None else term.toPython() for term in row)
        return
    prefixes = {name: str(namespace) for name, namespace in vocabulary.PREFIXES.items()}
    bound = {ox.Variable(name): to_ox(term) for name, term in (bindings or {}).items()}
    for solution in inner.query(query, prefixes=prefixes, substitutions=bound, use_default_graph_as_union=True):
        yield tuple(_plain(term) for term in solution)


def _plain(term: ox.NamedNode | ox.BlankNode | ox.Literal | None) -> Any:  # noqa: ANN401 (any XSD type)
    if not isinstance(term, ox.Literal):
        return None if term is None else term.value
    kind = term.datatype.value
    if kind == str(XSD.decimal):
        return Decimal(term.value)
    if kind == str(XSD.integer):
        return int(term.value)
    return term.value == "true" if kind == str(XSD.boolean) else term.value


def open_graph(folder: Path) -> Dataset:
    """Open a built graph for reading; several processes may do so at once."""
    graph = Dataset(store=OxigraphStore(store=ox.Store.read_only(str(folder))), default_union=True)
    for prefix, namespace in vocabulary.PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph
