"""Builds a catalogue's graph, vectors and lexical index from files, beside the one that serves, then switches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Protocol

import numpy as np
from filelock import FileLock, Timeout

from assistant.catalogue.changes import Change, changes
from assistant.catalogue.glossary import Glossary
from assistant.catalogue.graph_vectors import write_vectors
from assistant.catalogue.matching import Merged, merge
from assistant.catalogue.read import feed_of, load_catalogue
from assistant.catalogue.report import ImportReport
from assistant.catalogue.store import FORMAT, Generation, Meta, Store, write_products
from assistant.product import Product
from kg import questions
from kg.derivations import Derivation, as_text, unstated
from kg.endpoint import EndpointError
from kg.relations import Transactions, derive
from kg.relations.variants import variants
from kg.store import build as build_graph
from kg.store import open_graph
from retrieval.encoder import Encoder
from retrieval.lexical import LexicalIndex
from retrieval.text import document, passage
from retrieval.vectors import VectorIndex

Advance = Callable[[int], None]


class Progress(Protocol):
    """Shows the steps of an ingest."""

    def step(self, name: str, total: int | None) -> AbstractContextManager[Advance]:
        """Begin a step of `total` units (None: unknown); yields what advances it."""


class IngestError(RuntimeError):
    """The catalogue could not be built; the old one still serves."""


@dataclass(frozen=True)
class Options:
    """How to ingest: with `add` the products that serve now are kept; `match` makes one product of the same in two feeds.

    `transactions` say what is bought together, `rates` (units of each currency for one common one) make the prices of
    feeds comparable, `endpoint` is a SPARQL endpoint that gets the graph in place of a folder.
    """

    add: bool = False
    default_currency: str = "USD"
    match: bool = True
    transactions: Transactions | None = None
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    endpoint: str = ""


_CATEGORY = "A classifier puts products without a category into the taxonomy by the words of their texts."

_VARIANTS = (
    "Products of one maker and category whose titles and facts differ in their colour alone are variants of one; of 70 "
    "pairs labelled by hand all were right (Wilson 95 %: from 0.948)."
)


@dataclass
class IngestReport:
    """What an ingest read and made."""

    imported: ImportReport = field(default_factory=ImportReport)
    products: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    embedded: int = 0
    derived_categories: int = 0
    triples: int = 0
    merged: tuple[Merged, ...] = ()
    relations: dict[str, int] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    currencies: Counter[str] = field(default_factory=Counter)


def ingest(
    paths: Sequence[Path],
    store: Store,
    encoder: Encoder,
    glossary: Glossary,
    progress: Progress,
    options: Options | None = None,
) -> IngestReport:
    """Read `paths`, build the indexes and make them serve.

    Raises `IngestError` when no product could be read, a SPARQL endpoint fails, or another ingest runs; the old
    catalogue then still serves.
    """
    store.folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(store.folder / "ingest.lock", timeout=0):
            return _ingest(paths, store, encoder, glossary, progress, options or Options())
    except EndpointError as error:
        raise IngestError(f"{error}; nothing was changed") from error
    except Timeout as error:
        raise IngestError(f"another ingest into {store.folder} is running; wait for it to end") from error


def _ingest(
    paths: Sequence[Path],
    store: Store,
    encoder: Encoder,
    glossary: Glossary,
    progress: Progress,
    options: Options,
) -> IngestReport:
    report = IngestReport()
    old = store.current()
    before = {product.id: product for product in old.products()} if old else {}
    # What was made of two feeds is made anew: else reading one of them again would lose the other's offer.
    products = {product.id: product for product in old.read()} if options.add and old else {}
    with progress.step("Reading", None) as advance:
        told = 0

        def reached(rows: int) -> None:
            nonlocal told
            advance(rows - told)
            told = rows

        read, imported = load_catalogue(paths, default_currency=options.default_currency, progress=reached)
    report.imported = imported
    products |= {product.id: product for product in read}
    unmatched = products
    if not read:
        first = f"; the first: {imported.problems[0]}" if imported.problems else ""
        raise IngestError(f"no product could be read ({imported.skipped} broken rows{first}); nothing was changed")
    products = _matched(products, glossary, progress, report, options)
    _derive_categories(products, glossary, progress, report)
    _derive_groups(products)
    report.products = len(products)
    report.added = sum(id_ not in before for id_ in products)
    report.removed = sum(id_ not in products for id_ in before)
    report.changed = sum(id_ in before and _unlike(before[id_], product) for id_, product in products.items())
    report.changes = changes(before, products) if before else []
    report.currencies.update(p.price.currency for p in products.values() if p.price)
    generation = store.new()
    try:
        if report.merged:
            write_products(generation.unmatched, unmatched.values())
        _build(generation, list(products.values()), old, encoder, glossary, progress, report, paths, options)
    except BaseException:
        store.drop(generation)
        raise
    store.serve(generation)
    return report


def _derive_categories(
    products: dict[str, Product], glossary: Glossary, progress: Progress, report: IngestReport
) -> None:
    without = [product for product in products.values() if not product.category]
    if not without:
        return
    from assistant.catalogue.categorise import Categoriser  # imports scikit-learn: only when it is needed

    with progress.step("Deriving categories", len(without)) as advance:
        for product, category in zip(without, Categoriser(glossary).categorise(without, advance), strict=True):
            if category:
                update = {"category": category, "derived": product.derived | {"category"}}
                products[product.id] = product.model_copy(update=update)
                report.derived_categories += 1


def _derive_groups(products: dict[str, Product]) -> None:
    """Put products that differ in their colour alone, and state no group, into one."""
    for ids in variants(list(products.values())):
        for id_ in ids:
            derived = products[id_].derived | {"group"}
            products[id_] = products[id_].model_copy(update={"group": f"derived/{ids[0]}", "derived": derived})


def _build(
    generation: Generation,
    products: Sequence[Product],
    old: Generation | None,
    encoder: Encoder,
    glossary: Glossary,
    progress: Progress,
    report: IngestReport,
    sources: Sequence[Path],
    options: Options,
) -> None:
    write_vectors(generation.folder, generation.folder.parent, products)
    passages = [passage(product, glossary.shown) for product in products]
    vectors = _vectors(products, passages, old, encoder, progress, report)
    derivations = _derivations(products, progress, report, options)
    if options.endpoint:
        # The address may hold a password.
        generation.endpoint_file.touch(0o600)
        generation.endpoint_file.write_text(f"{options.endpoint}#{generation.folder.name}", "utf-8")
    with progress.step("Knowledge graph", len(products)) as advance:
        report.triples = build_graph(generation.graph, products, glossary, advance, derivations)
    with progress.step("Vector index", len(products)) as advance:
        index = VectorIndex(generation.vectors)
        index.add([p.id for p in products], vectors, passages, [_metadata(p) for p in products], advance)
    with progress.step("Lexical index", len(products)) as advance:
        documents = []
        for product in products:
            documents.append(document(product, glossary.words))
            advance(1)
        LexicalIndex.build([p.id for p in products], documents).save(generation.lexical)
    write_products(generation.snapshot, products)
    meta = Meta(
        products=len(products),
        currency=questions.currency(open_graph(generation.graph)),
        encoder=encoder.name,
        sources=tuple(str(path) for path in sources),
        derived_categories=report.derived_categories,
        relations=report.relations,
        built=datetime.now(UTC).isoformat(timespec="seconds"),
        format=FORMAT,
    )
    generation.meta_file.write_text(meta.model_dump_json(indent=2), "utf-8")


def _matched(
    products: dict[str, Product], glossary: Glossary, progress: Progress, report: IngestReport, options: Options
) -> dict[str, Product]:
    """Make one product of those that several feeds sell."""
    if not options.match or len({feed_of(product.source) for product in products.values()}) < 2:
        return products
    with progress.step("Matching feeds", len(products)) as advance:
        result = merge(list(products.values()), glossary=glossary, rates=options.rates, progress=advance)
    report.merged = result.merged
    return {product.id: product for product in result.products}


def _unlike(before: Product, now: Product) -> bool:
    """Whether a product says other things than before, from whatever file."""
    return before.model_copy(update={"source": None}) != now.model_copy(update={"source": None})


def _derivations(
    products: Sequence[Product], progress: Progress, report: IngestReport, options: Options
) -> list[Derivation]:
    """Work out relations, each said by one method only: what the catalogue states, or a surer method says, is not said again."""
    found = derive(products, transactions=options.transactions, progress=progress)
    said = (as_text(product.id, relation.kind, relation.id) for product in products for relation in product.related)
    kept = list(unstated(found, said))
    if any("category" in product.derived for product in products):
        kept.append(Derivation("category", _CATEGORY, ("titles and descriptions",)))
    if grouped := sum("group" in product.derived for product in products):
        kept.append(Derivation("variants", _VARIANTS, ("titles", "colour")))
    report.relations = {d.method: len(d.relations) + len(d.series) for d in kept if d.relations or d.series}
    if grouped:
        report.relations["variants"] = grouped
    return kept


def _vectors(
    products: Sequence[Product],
    passages: Sequence[str],
    old: Generation | None,
    encoder: Encoder,
    progress: Progress,
    report: IngestReport,
) -> np.ndarray:
    """Return one vector a product; those whose passage has not changed are taken from the old index."""
    known: dict[str, tuple[str, np.ndarray]] = {}
    if old and old.meta().encoder == encoder.name:
        known = VectorIndex(old.vectors).everything()
    reused = {
        i: known[p.id][1]
        for i, (p, text) in enumerate(zip(products, passages, strict=True))
        if p.id in known and known[p.id][0] == text
    }
    missing = [i for i in range(len(products)) if i not in reused]
    report.embedded = len(missing)
    with progress.step("Embedding", len(missing)) as advance:
        fresh = encoder.passages([passages[i] for i in missing], advance)
    rows = reused | dict(zip(missing, fresh, strict=True))
    return np.stack([rows[i] for i in range(len(products))]).astype(np.float32)


def _metadata(product: Product) -> dict[str, str | float | bool]:
    row: dict[str, str | float | bool] = {"available": product.availability != "out_of_stock"}
    if product.price:
        row["price"] = float(product.price.amount)
    if product.brand:
        row["brand"] = product.brand.casefold()
    if product.rating is not None:
        row |= {"rating": float(product.rating), "reviews": product.review_count}
    if product.group:
        row["group"] = product.group
    for depth in range(1, len(product.category) + 1):
        row[f"category_{depth}"] = " > ".join(product.category[:depth]).casefold()
    return row
