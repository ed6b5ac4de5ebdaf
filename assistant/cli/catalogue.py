"""`ingest`: files to a served catalogue."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from assistant.catalogue.changes import ChangeKind
from assistant.catalogue.glossary import BUNDLED, Glossary, GlossaryError
from assistant.catalogue.ingest import IngestError, IngestReport, Options, ingest
from assistant.catalogue.read import CatalogueError
from assistant.catalogue.store import Store
from assistant.cli.console import Bars, console, fail, say
from assistant.settings import Settings, settings
from assistant.watch.book import WatchBook
from assistant.watch.values import WatchError
from kg.endpoint import EndpointError
from kg.relations import Transactions, read_transactions
from kg.store import open_graph
from retrieval.models import load_encoder

_SHOWN_PROBLEMS = 50
_CHANGES = {
    ChangeKind.PRICE_DROP: "cheaper than before",
    ChangeKind.PRICE_RISE: "dearer than before",
    ChangeKind.BACK_IN_STOCK: "back in stock",
    ChangeKind.OUT_OF_STOCK: "now out of stock",
    ChangeKind.LOW_STOCK: "few left",
}

StoreOption = Annotated[
    Path | None, typer.Option("--store", help="Folder of the catalogue (default: the configured one).")
]


def ingest_command(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="Files or folders: CSV/TSV, JSON/JSONL, Google Merchant feed, Shopify CSV, schema.org JSON-LD; .gz too."
        ),
    ],
    store: StoreOption = None,
    add: Annotated[bool, typer.Option("--add", help="Keep the products that serve now and add to them.")] = False,
    glossary: Annotated[
        list[Path] | None, typer.Option(help="Your own names and synonyms (YAML like assistant/glossary/*.yml).")
    ] = None,
    currency: Annotated[str | None, typer.Option(help="Currency of prices that name none.")] = None,
    transactions: Annotated[
        Path | None,
        typer.Option(
            help="What was bought: CSV with timestamp, invoice, product, customer_id; for what goes together."
        ),
    ] = None,
    match: Annotated[
        bool, typer.Option("--match/--no-match", help="Make one product of the same in several feeds.")
    ] = True,
    problems: Annotated[Path | None, typer.Option(help="Write every broken row to this file.")] = None,
    check: Annotated[
        bool, typer.Option("--check/--no-check", help="Say what in the catalogue could be better (as `kg check`).")
    ] = True,
) -> None:
    """Read a catalogue and make it the one that serves; the old one serves until the new one is whole."""
    started, config = time.monotonic(), settings()
    target = Store(store or config.store)
    try:
        names = Glossary([*sorted(BUNDLED.glob("*.yml")), *(glossary or [])])
        encoder = load_encoder(config.models, config.encoder, threads=config.threads, say=say)
        with Bars() as bars:
            bought = read_transactions(transactions) if transactions else None
            options = Options(
                add=add,
                default_currency=currency or config.currency,
                match=match,
                transactions=bought,
                rates=config.exchange_rates,
                endpoint=config.sparql_endpoint,
            )
            report = ingest(paths, target, encoder, names, bars, options)
    except (CatalogueError, IngestError, GlossaryError, OSError, ValueError) as error:
        raise fail(escape(str(error))) from error
    _tell_watchers(report, config)
    _show(report, time.monotonic() - started)
    if bought:
        _show_broken(bought)
    if check:
        _check(target)
    if problems:
        problems.write_text("".join(f"{problem}\n" for problem in report.imported.problems), "utf-8")


def _tell_watchers(report: IngestReport, config: Settings) -> None:
    """Note what changed for those who wait for it; the catalogue serves whether that can be noted or not."""
    if not report.changes:
        return
    try:
        book = WatchBook(config.watch_url)
        book.record(report.changes)
        book.close()
    except (WatchError, SQLAlchemyError) as error:
        say(f"Those who wait for a price or for stock could not be noted: {error}")


def _check(target: Store) -> None:
    """Report what the shapes find; the catalogue serves whatever that is."""
    from assistant.cli.kg_check import report as report_findings
    from kg.check import check
    from kg.check_queries import ShapeError
    from kg.check_shapes import Severity, bundled

    generation = target.current()
    if generation is None:
        return
    try:
        with Bars() as bars, bars.step("Checking", len(bundled())) as advance:
            found = check(open_graph(generation.graph), None, Severity.WARNING, advance)
    except (ShapeError, EndpointError, OSError) as error:
        say(f"The catalogue serves, but could not be checked: {error}")
        return
    report_findings(found)


def _show_broken(bought: Transactions) -> None:
    for row in bought.broken[:_SHOWN_PROBLEMS]:
        console.print(f"[yellow]skipped[/] {escape(bought.source)}:{row.line}: {escape(row.reason)}")
    if len(bought.broken) > _SHOWN_PROBLEMS:
        console.print(f"… and {len(bought.broken) - _SHOWN_PROBLEMS} more")


def _show(report: IngestReport, seconds: float) -> None:
    imported = report.imported
    for problem in imported.problems[:_SHOWN_PROBLEMS]:
        console.print(f"[yellow]skipped[/] {escape(str(problem))}")
    if imported.skipped > _SHOWN_PROBLEMS:
        console.print(f"… and {imported.skipped - _SHOWN_PROBLEMS} more; --problems FILE writes all of them")
    table = Table(title="What was read")
    for column in ("format", "products", "skipped rows"):
        table.add_column(column, justify="left" if column == "format" else "right")
    for name, count in imported.formats.items():
        table.add_row(name, f"{count:,}", "")
    table.add_row("all", f"{imported.products:,}", f"{imported.skipped:,}", style="bold")
    console.print(table)
    table = Table(title="The catalogue", show_header=False)
    for name, value in (
        ("products", report.products),
        ("new / changed / gone", f"{report.added:,} / {report.changed:,} / {report.removed:,}"),
        ("one product of two feeds", len(report.merged)),
        ("embedded (the others had not changed)", report.embedded),
        ("categories derived", report.derived_categories),
        *((f"relations: {method}", count) for method, count in report.relations.items()),
        ("triples", report.triples),
        *(
            (_CHANGES[kind], count)
            for kind, count in Counter(c.kind for c in report.changes).items()
            if kind in _CHANGES
        ),
        ("currencies", ", ".join(f"{c} {n:,}" for c, n in report.currencies.most_common())),
        ("time", f"{seconds:.1f} s"),
    ):
        table.add_row(name, f"{value:,}" if isinstance(value, int) else str(value))
    console.print(table)
