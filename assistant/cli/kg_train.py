"""`train kg`: vectors of the catalogue's graph."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assistant.catalogue.graph_vectors import EMBEDDINGS, write_vectors
from assistant.catalogue.read import CatalogueError
from assistant.catalogue.store import Store
from assistant.cli.catalogue import StoreOption
from assistant.cli.console import Bars, busy, fail, say
from assistant.settings import settings

if TYPE_CHECKING:
    from assistant.product import Product
    from kg.embeddings.ranking import Interval


def train_kg(
    store: StoreOption = None,
    model: Annotated[str, typer.Option(help="rotate, complex or transe.")] = "rotate",
    dimension: Annotated[int, typer.Option(help="Real numbers in a vector.")] = 128,
    epochs: Annotated[int, typer.Option(help="Passes over the triples, at most.")] = 0,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint.")] = False,
    catalogue: Annotated[
        Path | None, typer.Option(help="Train on this file or folder instead of what the store serves.")
    ] = None,
) -> None:
    """Train graph embeddings for substitutes, complements and ranking; the log for TensorBoard is in var/train/kg."""
    from kg.embeddings.fitting import fit
    from kg.embeddings.training import TrainingError, defaults

    config = settings()
    folder = store or config.store
    try:
        options = defaults(model, dimension=dimension, **({"epochs": epochs} if epochs else {}))
    except ValueError as error:
        raise fail(escape(str(error)), 2) from error
    with busy("Reading products …"):
        products, extra = _material(Store(folder), catalogue)
    # Half-trained models of two stores must not meet.
    work = config.var / "train" / "kg" / folder.resolve().name
    started = monotonic()
    try:
        with Bars() as bars, bars.step("Epochs", options.epochs) as advance:
            found = fit(products, options, work, extra=extra, resume=resume, advance=advance, say=say)
    except (TrainingError, ValueError) as error:
        raise fail(escape(str(error))) from error
    seconds = monotonic() - started
    found.embeddings.save(folder / EMBEDDINGS)
    if catalogue is None and (served := Store(folder).current()):
        write_vectors(served.folder, folder, products)
    say(
        f"{len(found.graph.triples):,} triples of {len(found.graph.entities):,} entities; "
        f"best after {found.trained.epoch} epochs, {seconds:.0f} s"
    )
    Console(width=150).print(_table(model, dimension, found.measured, len(found.split.test)))
    say(f"Saved in {folder / EMBEDDINGS}")


def _material(store: Store, catalogue: Path | None) -> tuple[list[Product], list[tuple[str, str, str]]]:
    """Return products and, from a store, the links that were worked out between them."""
    if catalogue is not None:
        from assistant.catalogue.read import load_catalogue

        try:
            products, _ = load_catalogue([catalogue], default_currency=settings().currency)
        except CatalogueError as error:
            raise fail(escape(str(error))) from error
        return products, []
    from kg.embeddings.links import links
    from kg.store import open_graph

    generation = store.current()
    if generation is None:
        raise fail(f"no catalogue in {store.folder}; run: python -m assistant ingest PATH")
    return list(generation.products()), links(open_graph(generation.graph))


def _table(model: str, dimension: int, measured: Mapping[str, Mapping[str, Interval]], count: int) -> Table:
    table = Table(
        title=f"{model}, {dimension} numbers: {count:,} held-out triples, filtered ranks, mean and 95 % bootstrap interval"
    )
    table.add_column("asked for")
    for name in next(iter(measured.values()), {}):
        table.add_column(name, justify="right")
    for asked, row in measured.items():
        table.add_row(asked, *map(str, row.values()))
    return table
