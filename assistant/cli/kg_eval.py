"""`eval relations`: how right the derived relations are, how many there are, and in what time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.cli.console import Bars, fail
from assistant.product import Product

if TYPE_CHECKING:
    from kg.relations.evaluate import Share

_WIDTH = 150
_LABELS = Path("tests/data/relations")


def eval_relations(
    catalogue: Annotated[Path | None, typer.Option(help="The Icecat JSONL that the labels are of.")] = None,
    transactions: Annotated[Path | None, typer.Option(help="CSV of what was bought together.")] = None,
    labels: Annotated[Path, typer.Option(help="Folder of the labels given by hand.")] = _LABELS,
) -> None:
    """Say how right the derived relations are, against pairs judged by hand and the last baskets of shoppers."""
    if catalogue is None and transactions is None:
        raise fail("nothing to measure: give --catalogue, --transactions or both", 2)
    for path in (catalogue, transactions, labels if catalogue else None):
        if path is not None and not path.exists():
            raise fail(f"no file {path}", 2)
    console = Console(width=_WIDTH)
    if catalogue is not None:
        _catalogue(read_products(catalogue), labels, console)
    if transactions is not None:
        _transactions(transactions, console)


def read_products(catalogue: Path) -> list[Product]:
    """Read a catalogue and derive the categories that it lacks."""
    from assistant.catalogue.categorise import Categoriser  # imports scikit-learn: only when it is needed
    from assistant.catalogue.glossary import bundled
    from assistant.catalogue.read import load_catalogue

    with Bars() as bars:
        with bars.step("Reading", None) as advance:
            products, _ = load_catalogue([catalogue])
            advance(len(products))
        without = [n for n, p in enumerate(products) if not p.category]
        if without:
            with bars.step("Deriving categories", len(without)) as advance:
                derived = Categoriser(bundled()).categorise([products[n] for n in without], advance)
            for n, category in zip(without, derived, strict=True):
                products[n] = products[n].model_copy(update={"category": category or ()})
    return products


def _catalogue(products: Sequence[Product], folder: Path, console: Console) -> None:
    from kg.relations import derive, evaluate

    counts = Table(title=f"Derived from {len(products):,} products")
    for column in ("method", "relations", "of products", "memberships", "series"):
        counts.add_column(column, justify="left" if column == "method" else "right")
    start = time.perf_counter()
    with Bars() as bars:
        found = {d.method: d for d in derive(products, progress=bars)}
    seconds = time.perf_counter() - start
    for d in found.values():
        counts.add_row(
            d.method, f"{len(d.relations):,}", f"{len({r.id for r in d.relations} | {r.other for r in d.relations}):,}",
            f"{len(d.series):,}", f"{len({(m.brand, m.series.casefold()) for m in d.series}):,}",
        )  # fmt: skip
    console.print(counts)
    console.print(f"all together in {seconds:.0f} s")
    labels = evaluate.read(folder / "compatibility.csv")
    result = evaluate.compatibility(products, labels, evaluate.pairs(folder / "compatibility_recall.csv"))
    table = _table("Compatibility", "how text and name agree", "found")
    for band, share in result.bands.items():
        table.add_row(band, *_cells(share), f"{result.found[band]:,}")
    table.add_row("kind is the person's", *_cells(result.kinds), "")
    table.add_row("recall of pairs found by hand", *_cells(result.recall), "")
    console.print(table)
    console.print(f"precision of all, each band weighted by how often it is found: {result.all:.3f}")
    shares = {
        f"series, confidence {confidence:.2f}": share
        for confidence, share in evaluate.series(
            found["series"], evaluate.read(folder / "series.csv", "series")
        ).items()
    }
    judged = evaluate.substitutes(found["specification"], evaluate.read(folder / "substitutes.csv"))
    shares |= {f"substitutes, confidence {band}": share for band, share in judged.items()}
    pairs = evaluate.read(folder / "variants.csv")
    shares["variants, other colour"] = evaluate.variants_share(products, pairs, measures=False)
    shares["variants, other colour or measure"] = evaluate.variants_share(products, pairs, measures=True)
    table = _table("Judged by hand", "what")
    for name, share in shares.items():
        table.add_row(name, *_cells(share))
    console.print(table)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title)
    for column in (columns[0], "right", "95 % interval (Wilson)", "labelled", *columns[1:]):
        table.add_column(column)
    return table


def _cells(share: Share) -> tuple[str, str, str]:
    return f"{share.value:.3f}", f"{share.low:.3f} to {share.high:.3f}", str(share.total)


def _transactions(file: Path, console: Console) -> None:
    from kg.relations import baskets_evaluate as measure
    from kg.relations.baskets import strongest, taste, together
    from kg.relations.transactions import read_transactions

    told = read_transactions(file)
    console.print(f"{file.name}: {len(told.lines):,} lines, {len(told.broken)} broken rows left out")
    for broken in told.broken[:10]:
        console.print(f"  line {broken.line}: {broken.reason}")
    for name, method in (("bought together", together), ("similar taste", taste)):
        start = time.perf_counter()
        pairs = strongest(method(told.lines))
        console.print(f"{name}: {len(pairs):,} pairs in {time.perf_counter() - start:.0f} s")
    table = Table(title="Foretelling the last basket of each shopper: mean and 95 % bootstrap interval over shoppers")
    for column in ("task", "way", "shoppers", "precision@10", "hit rate@10"):
        table.add_column(column)
    for task, result in (
        ("others of the basket, from one product", measure.evaluate_together(told.lines)),
        ("what is new in it, from all before", measure.evaluate_taste(told.lines)),
    ):
        for way, c in result.items():
            cells = (f"{e.mean:.3f} [{e.low:.3f}, {e.high:.3f}]" for e in (c.precision, c.hit_rate))
            table.add_row(task, way, str(c.shoppers), *cells)
    console.print(table)
