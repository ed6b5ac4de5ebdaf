"""Builds a catalogue's graph, vectors and lexical index from files, beside the one that serves, then switches."""

from __future__ import annotations

import gzip
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import numpy as np
from filelock import FileLock, Timeout

from assistant.catalogue.glossary import Glossary
from assistant.catalogue.read import load_catalogue
from assistant.catalogue.report import ImportReport
from assistant.catalogue.store import EXACT, FORMAT, Generation, Meta, Store
from assistant.product import Product
from kg import questions
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
    currencies: Counter[str] = field(default_factory=Counter)


def ingest(
    paths: Sequence[Path],
    store: Store,
    encoder: Encoder,
    glossary: Glossary,
    progress: Progress,
    *,
    add: bool = False,
    default_currency: str = "USD",
) -> IngestReport:
    """Read `paths`, build the indexes and make them serve; with `add` the products that serve now are kept.

    Raises `IngestError` when no product could be read or another ingest runs; the old catalogue then still serves.
    """
    store.folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(store.folder / "ingest.lock", timeout=0):
            return _ingest(paths, store, encoder, glossary, progress, add, default_currency)
    except Timeout as error:
        raise IngestError(f"another ingest into {store.folder} is running; wait for it to end") from error


def _ingest(
    paths: Sequence[Path],
    store: Store,
    encoder: Encoder,
    glossary: Glossary,
    progress: Progress,
    add: bool,
    default_currency: str,
) -> IngestReport:
    report = IngestReport()
    old = store.current()
    before = {product.id: product for product in old.products()} if old else {}
    products = dict(before) if add else {}
    with progress.step("Reading", None) as advance:
        told = 0

        def reached(rows: int) -> None:
            nonlocal told
            advance(rows - told)
            told = rows

        read, imported = load_catalogue(paths, default_currency=default_currency, progress=reached)
    report.imported = imported
    products |= {product.id: product for product in read}
    if not read:
        first = f"; the first: {imported.problems[0]}" if imported.problems else ""
        raise IngestError(f"no product could be read ({imported.skipped} broken rows{first}); nothing was changed")
    _derive_categories(products, glossary, progress, report)
    report.products = len(products)
    report.added = sum(id_ not in before for id_ in products)
    report.removed = sum(id_ not in products for id_ in before)
    report.changed = sum(id_ in before and before[id_] != product for id_, product in products.items())
    report.currencies.update(p.price.currency for p in products.values() if p.price)
    generation = store.new()
    try:
        _build(generation, list(products.values()), old, encoder, glossary, progress, report, paths)
    except BaseException:
        shutil.rmtree(generation.folder, ignore_errors=True)
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


def _build(
    generation: Generation,
    products: Sequence[Product],
    old: Generation | None,
    encoder: Encoder,
    glossary: Glossary,
    progress: Progress,
    report: IngestReport,
    sources: Sequence[Path],
) -> None:
    with progress.step("Knowledge graph", len(products)) as advance:
        report.triples = build_graph(generation.graph, products, glossary, advance)
    passages = [passage(product, glossary.shown) for product in products]
    vectors = _vectors(products, passages, old, encoder, progress, report)
    with progress.step("Vector index", len(products)) as advance:
        index = VectorIndex(generation.vectors)
        index.add([p.id for p in products], vectors, passages, [_metadata(p) for p in products], advance)
    with progress.step("Lexical index", len(products)) as advance:
        documents = []
        for product in products:
            documents.append(document(product, glossary.words))
            advance(1)
        LexicalIndex.build([p.id for p in products], documents).save(generation.lexical)
    with gzip.open(generation.snapshot, "wt", encoding="utf-8", compresslevel=3) as lines:
        lines.writelines(product.model_dump_json(exclude_defaults=True, context=EXACT) + "\n" for product in products)
    meta = Meta(
        products=len(products),
        currency=questions.currency(open_graph(generation.graph)),
        encoder=encoder.name,
        sources=tuple(str(path) for path in sources),
        derived_categories=report.derived_categories,
        built=datetime.now(UTC).isoformat(timespec="seconds"),
        format=FORMAT,
    )
    generation.meta_file.write_text(meta.model_dump_json(indent=2), "utf-8")


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
