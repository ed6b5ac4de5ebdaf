"""`kg dump` and `kg load`: the graph of the served catalogue to an N-Quads file and back."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Annotated

import typer
from filelock import FileLock, Timeout
from rich.markup import escape

from assistant.catalogue.store import Generation, Store
from assistant.cli.catalogue import StoreOption
from assistant.cli.console import Bars, console, fail
from assistant.settings import settings
from kg.dump import Loaded, LoadError, dump, load
from kg.endpoint import EndpointError
from kg.store import Location, open_graph, select

_PRODUCTS = "SELECT ?id WHERE { ?product a schema:Product ; schema:productID ?id }"
_SHOWN = 3
_FAILURES = (LoadError, EndpointError, OSError, ValueError, Timeout)

FileArgument = Annotated[Path, typer.Argument(help="An N-Quads file: FILE.nq or FILE.nq.gz.")]


def dump_command(file: FileArgument, store: StoreOption = None) -> None:
    """Write the graph of the served catalogue to a file: products, names, and what was worked out about them."""
    started = time.monotonic()
    generation = _current(Store(store or settings().store))
    try:
        with Bars() as bars, bars.step("Writing", None) as advance:
            count = dump(generation.graph, file, advance)
    except _FAILURES as error:
        raise fail(escape(str(error))) from error
    console.print(
        f"{count:,} quads, {file.stat().st_size / 1e6:,.1f} MB, {time.monotonic() - started:.1f} s: {escape(str(file))}"
    )


def load_command(
    file: FileArgument,
    store: StoreOption = None,
    skip: Annotated[bool, typer.Option("--skip", help="Skip broken lines instead of stopping at the first.")] = False,
) -> None:
    """Serve the graph of a file in place of the present one; the old one serves until the new one is whole.

    It has to hold the products that are served now: the indexes of words and vectors stay as they are. A catalogue with
    other products is read by `ingest`.
    """
    started = time.monotonic()
    target = Store(store or settings().store)
    old = _current(target)
    try:
        with FileLock(target.folder / "ingest.lock", timeout=0):
            report = _replace(target, old, file, skip)
    except Timeout as error:
        raise fail(f"an ingest into {target.folder} is running; wait for it to end") from error
    except _FAILURES as error:
        raise fail(escape(str(error))) from error
    for problem in report.problems:
        console.print(f"[yellow]skipped[/] {escape(str(problem))}")
    if report.broken > len(report.problems):
        console.print(f"… and {report.broken - len(report.problems):,} more")
    console.print(f"{report.quads:,} quads, {report.broken:,} broken lines, {time.monotonic() - started:.1f} s")


def _current(store: Store) -> Generation:
    generation = store.current()
    if generation is None:
        raise fail(f"no catalogue in {store.folder}; run: python -m assistant ingest PATH")
    return generation


def _replace(store: Store, old: Generation, file: Path, skip: bool) -> Loaded:
    fresh = store.new()
    try:
        if old.endpoint_file.exists():
            # To the server that has the old one. The address may hold a password.
            fresh.endpoint_file.touch(0o600)
            address = old.endpoint_file.read_text("utf-8").strip().rpartition("#")[0]
            fresh.endpoint_file.write_text(f"{address}#{fresh.folder.name}", "utf-8")
        with Bars() as bars, bars.step("Loading", None) as advance:
            report = load(file, fresh.graph, advance, skip=skip)
        _check(old.graph, fresh.graph, file)
        for path in old.folder.iterdir():
            if path in (old.graph, old.endpoint_file, old.meta_file):
                continue
            if path.is_dir():
                shutil.copytree(path, fresh.folder / path.name)
            else:
                shutil.copy2(path, fresh.folder / path.name)
        shutil.copy2(old.meta_file, fresh.meta_file)
    except BaseException:
        store.drop(fresh)
        raise
    store.serve(fresh)
    return report


def _check(old: Location, fresh: Location, file: Path) -> None:
    """Raise `LoadError` unless both graphs hold the same products."""
    before, after = ({str(row[0]) for row in select(open_graph(graph), _PRODUCTS)} for graph in (old, fresh))
    told = []
    for ids, what in ((before - after, "lacks"), (after - before, "has besides")):
        if ids:
            more = ", …" if len(ids) > _SHOWN else ""
            told.append(f"{what} {len(ids):,} ({', '.join(sorted(ids)[:_SHOWN])}{more})")
    if told:
        raise LoadError(
            f"{file} holds other products than the catalogue that is served: it {' and '.join(told)}. Nothing was "
            "changed; read the catalogue it was made of with: python -m assistant ingest"
        )
