"""From products to a measured model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from assistant.product import Product
from kg.embeddings.geometry import geometry
from kg.embeddings.graph import Split, TripleGraph, split
from kg.embeddings.inductive import Inducer
from kg.embeddings.ranking import Interval, Known, interval, measures, ranks
from kg.embeddings.saved import GraphEmbeddings
from kg.embeddings.training import Options, Trained, train
from kg.embeddings.triples import Binning, catalogue_triples

Measured = dict[str, dict[str, Interval]]
"""MRR and Hits@k by what was asked for: head, tail, both."""


@dataclass(frozen=True)
class Fitted:
    """A model and where it comes from."""

    embeddings: GraphEmbeddings
    graph: TripleGraph
    split: Split
    trained: Trained
    measured: Measured


def fit(
    products: Sequence[Product],
    options: Options,
    work: Path | None = None,
    *,
    extra: Iterable[tuple[str, str, str]] = (),
    resume: bool = False,
    advance: Callable[[int], None] = lambda _: None,
    say: Callable[[str], None] = lambda _: None,
) -> Fitted:
    """Train on the triples of `products` and of `extra` links `(id, kind, id)`, and measure on those held out.

    Raises `ValueError` when there is nothing to train on, and as `train` does.
    """  # fmt: skip
    binning = Binning.fit(products)
    graph = TripleGraph.of(catalogue_triples(products, binning, extra))
    parts = split(graph, seed=options.seed)
    trained = train(graph, parts, options, work, resume=resume, advance=advance, say=say)
    measured = measure(graph, parts.test, trained, options.model)
    model = embeddings(graph, parts.train, trained, options, binning)
    told = {f"{asked} {name}": str(value) for asked, row in measured.items() for name, value in row.items()}
    model = replace(model, measured=told)
    return Fitted(model, graph, parts, trained, measured)


def embeddings(
    graph: TripleGraph, triples: np.ndarray, trained: Trained, options: Options, binning: Binning
) -> GraphEmbeddings:
    """Return the model of trained weights; `triples` [n, 3] are those that it was trained on."""
    shape = geometry(options.model)
    inducer = Inducer.fit(shape, trained.entities, trained.relations, triples, graph.product_positions)
    return GraphEmbeddings(graph, shape, trained.entities, trained.relations, inducer, binning, options.margin)


def measure(graph: TripleGraph, triples: np.ndarray, trained: Trained, model: str) -> Measured:
    """Return filtered MRR and Hits@k over held-out `triples` [n, 3], all entities competing; nothing for no triples."""
    if not len(triples):
        return {}
    found = ranks(geometry(model), trained.entities, trained.relations, triples, Known(graph.triples))
    sides = {"product (head)": found[:, 0], "fact (tail)": found[:, 1], "both": found}
    return {asked: {name: interval(v) for name, v in measures(part).items()} for asked, part in sides.items()}
