"""`kg check`: what is wrong with a catalogue, product by product, with what to do about it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assistant.catalogue.store import Store
from assistant.cli.catalogue import StoreOption
from assistant.cli.console import Bars, console, fail, say
from assistant.product import Language
from assistant.settings import settings
from kg.check import Finding, check
from kg.check_queries import ShapeError
from kg.check_shapes import BUNDLED, Severity, read_shapes
from kg.endpoint import EndpointError
from kg.store import open_graph

_COLOURS = {Severity.VIOLATION: "red", Severity.WARNING: "yellow", Severity.INFO: "dim"}
_WIDTH = 120


def check_command(
    store: StoreOption = None,
    severity: Annotated[Severity, typer.Option(help="The least severe findings that are shown.")] = Severity.INFO,
    as_json: Annotated[
        Path | None, typer.Option("--json", help="Write all findings here: one JSON object a product and line.")
    ] = None,
    language: Annotated[str, typer.Option(help="Language of the messages: en or zh.")] = "en",
    limit: Annotated[int, typer.Option(min=0, help="Examples shown of each kind of finding.")] = 3,
    shapes: Annotated[list[Path] | None, typer.Option(help="Your own SHACL shapes (Turtle), besides ours.")] = None,
    pyshacl: Annotated[
        bool, typer.Option("--pyshacl", help="Check with the reference engine: for small catalogues, it takes minutes.")
    ] = False,
) -> None:
    """Check the catalogue that serves against what a good one is (kg/shapes.ttl); ends with 1 when something must be mended."""
    if language not in ("en", "zh"):
        raise fail(f"no language {escape(language)}: --language en or --language zh", 2)
    folder = store or settings().store
    generation = Store(folder).current()
    if generation is None:
        raise fail(f"no catalogue in {escape(str(folder))}; run: python -m assistant ingest PATH", 2)
    files = [BUNDLED, *(shapes or [])]
    try:
        # Another engine is asked only when it is wanted: its import takes a second.
        graph = open_graph(generation.graph)
        if pyshacl:
            from kg.check_pyshacl import check_by_pyshacl

            found = [f for f in check_by_pyshacl(graph, files) if f.severity.rank <= severity.rank]
        else:
            conditions = read_shapes(files)
            with Bars() as bars, bars.step("Checking", len(conditions)) as advance:
                found = check(graph, conditions, severity, advance)
    except (ShapeError, EndpointError, OSError) as error:
        raise fail(escape(str(error)), 2) from error
    report(found, language=language, examples=limit, first=0)  # type: ignore[arg-type]
    if as_json:
        as_json.write_text("".join(f"{line}\n" for line in lines(found, language)), "utf-8")  # type: ignore[arg-type]
        say(f"All {len(found):,} findings are in {escape(str(as_json))}.")
    if any(finding.severity is Severity.VIOLATION for finding in found):
        raise typer.Exit(1)


def report(
    findings: Sequence[Finding],
    *,
    language: Language = "en",
    examples: int = 1,
    first: int = 10,
    to: Console | None = None,
) -> None:
    """Print how many findings there are of each kind with some `examples`, and the `first` violations in full."""
    # In a log, lines wider than 80 columns are better than cut messages.
    to = to or (console if console.is_terminal else Console(stderr=True, highlight=False, width=_WIDTH))
    if not findings:
        to.print("[green]Nothing to find fault with.[/]")
        return
    table = Table(title="What could be better")
    for column in ("", "finding", "count", "what to do"):
        table.add_column(column, justify="right" if column == "count" else "left")
    for kind in _kinds(findings):
        shape, severity = kind[0].shape, kind[0].severity
        told = escape(shape.messages[language].replace("{?value}", "…"))
        if shown := "; ".join(_named(finding, language) for finding in kind[:examples]):
            told += f"\n[dim]{escape(shown)}{' …' if len(kind) > examples else ''}[/]"
        table.add_row(f"[{_COLOURS[severity]}]{severity.value}[/]", shape.names[language], f"{len(kind):,}", told)
    to.print(table)
    violations = [finding for finding in findings if finding.severity is Severity.VIOLATION]
    for finding in violations[:first]:
        title = f" {finding.title(language)}" if finding.titles else ""
        to.print(f"[red]{escape(_named(finding, language) + title)}[/]: {escape(finding.message(language))}")
    if first and len(violations) > first:
        to.print(f"… and {len(violations) - first:,} more; python -m assistant kg check --json FILE writes all of them")


def lines(findings: Iterable[Finding], language: Language) -> list[str]:
    """Return findings as JSON, one product a line; what is about no product comes last, with `product` null."""
    ordered = sorted(findings, key=lambda f: (f.product is None, f.product or "", f.severity.rank, f.shape.iri, f.node))
    return [
        json.dumps(
            {"product": id_, "title": of[0].title(language), "findings": [_row(finding, language) for finding in of]},
            ensure_ascii=False,
        )
        for id_, of in ((id_, list(of)) for id_, of in groupby(ordered, key=lambda f: f.product))
    ]


def _row(finding: Finding, language: Language) -> dict[str, Any]:
    return {
        "severity": finding.severity.value,
        "shape": finding.shape.id,
        "path": finding.shape.path,
        "node": finding.node,
        "value": finding.value,
        "products": finding.products,
        "message": finding.message(language),
    }


def _kinds(findings: Sequence[Finding]) -> list[list[Finding]]:
    def order(finding: Finding) -> tuple[int, str]:
        return finding.severity.rank, finding.shape.iri

    kinds = [list(group) for _, group in groupby(sorted(findings, key=order), key=order)]
    return sorted(kinds, key=lambda kind: (kind[0].severity.rank, -len(kind)))


def _named(finding: Finding, language: Language) -> str:
    if finding.product is None:
        return finding.node
    value = f" ({finding.value})" if finding.value else ""
    many = f" (+{finding.products - 1:,})" if finding.products > 1 else ""
    return f"{finding.product}{many}{value}"
