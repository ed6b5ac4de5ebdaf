"""The store: rdflib's API over Oxigraph on disk. A built graph is immutable and opened read-only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
from oxrdflib import OxigraphStore
from rdflib import Dataset

from assistant.product import Product
from kg import vocabulary
from kg.triples import Glossary, TripleMaker

_BULK = 200_000


def build(folder: Path, products: Iterable[Product], glossary: Glossary, progress: Callable[[int], None]) -> int:
    """Write the graph of `products` into the empty `folder`; returns the number of triples.

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
    store.optimize()
    store.flush()
    return len(store)


def open_graph(folder: Path) -> Dataset:
    """Open a built graph for reading; several processes may do so at once."""
    graph = Dataset(store=OxigraphStore(store=ox.Store.read_only(str(folder))), default_union=True)
    for prefix, namespace in vocabulary.PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph
