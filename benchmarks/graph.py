"""Times the graph as a catalogue grows: loading, size, memory, and the questions of a conversation.

    python -m benchmarks.graph [--sizes 10000,100000] [--store var/icecat2] [--json FILE]

Products are drawn from the catalogue of a store (the demo's where there is none; `benchmarks.synthetic`), or are that
catalogue itself for the size 0. Each size is built and asked in processes of their own, so that memory is its own. Every
demand is asked once, after others of other products. Beside the time on the clock stands the time computed, which other
work on the machine weighs on less; and a scan in plain Python over the same products in memory, which also says whether
the graph's answer is right.
"""

from __future__ import annotations

import json
import multiprocessing
import platform
import random
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from assistant.catalogue.glossary import bundled
from assistant.catalogue.read import load_catalogue
from assistant.catalogue.store import Store
from assistant.constraint import Constraint, Operator
from assistant.product import Attribute, Product
from assistant.settings import ROOT
from benchmarks.synthetic import synthetic
from kg import asked, questions
from kg.scales import conversions
from kg.store import Location, build, drop, open_graph

_SCANNED = 8
"""Demands of each form that are also answered by a scan."""
_SEED = 20
Demands = list[Constraint]


def clock() -> tuple[float, float]:
    """Return the time, and the time that this thread has computed, in seconds; the engine computes in the thread that asks."""
    return time.perf_counter(), time.thread_time()


@dataclass
class Form:
    """One form of question: its times in milliseconds, on the clock and computed, and what a scan computes for some of the same."""

    times: list[float] = field(default_factory=list)
    computed: list[float] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    scan: list[float] = field(default_factory=list)


@dataclass
class Measured:
    """What was measured of one size; seconds, bytes. Loading computes in more than one thread."""

    products: int
    triples: int
    load: float
    load_computed: float
    load_memory: int
    disk: int
    ask_memory: int = 0
    opened: float = 0
    forms: dict[str, Form] = field(default_factory=dict)


def real_products(store: Path) -> list[Product]:
    """Return the products of a store, or of the demo catalogue where there is none."""
    generation = Store(store).current()
    if generation is None:
        return load_catalogue([ROOT / "assistant" / "demo"], default_currency="USD")[0]
    return list(generation.products())


def catalogue(store: Path, size: int) -> Iterator[Product]:
    """Yield a catalogue of `size` products; 0: the real one."""
    real = real_products(store)
    yield from synthetic(real, size, _SEED) if size else real


def _demand(attribute: str, operator: Operator, value: Any, unit: str | None = None) -> Constraint:  # noqa: ANN401
    return Constraint(attribute=attribute, operator=operator, value=value, unit=unit)


def demands(real: Sequence[Product], number: int) -> dict[str, list[Demands]]:
    """Return `number` demands of each form, each such that a product that was drawn meets it."""
    source = random.Random(_SEED)
    made: dict[str, list[Demands]] = {}

    def draw(form: str, make: Callable[[Product, Constraint], Demands | None]) -> None:
        found = made.setdefault(form, [])
        while len(found) < number:
            product = source.choice(real)
            if not product.category or not product.price:
                continue
            depth = source.randint(1, len(product.category))
            wish = make(product, _demand("category", Operator.EQUAL, " > ".join(product.category[:depth])))
            if wish:
                found.append(wish)

    def budget(product: Product) -> Constraint:
        amount = product.price.amount if product.price else Decimal(0)
        return _demand(
            "price", Operator.AT_MOST, (amount * Decimal(str(source.uniform(1, 1.5)))).quantize(Decimal(1)) + 1
        )

    def some(product: Product, kind: type) -> Attribute | None:
        facts = [fact for fact in product.attributes if isinstance(fact.value, kind)]
        return source.choice(facts) if facts else None

    def brand(product: Product, operator: Operator) -> Demands:
        return [_demand("brand", operator, product.brand)] if product.brand else []

    def fact(product: Product) -> Demands:
        found = some(product, str)
        return [_demand(found.name, Operator.EQUAL, found.value, found.unit)] if found else []

    def measure(product: Product) -> Demands:
        found = some(product, Decimal)
        return [_demand(found.name, Operator.AT_LEAST, found.value, found.unit)] if found else []

    draw("kind", lambda p, kind: [kind])
    draw("kind + price", lambda p, kind: [kind, budget(p)])
    draw(
        "kind + brand + price", lambda p, kind: [kind, *more, budget(p)] if (more := brand(p, Operator.EQUAL)) else None
    )
    draw(
        "kind + not brand + price",
        lambda p, kind: [kind, *more, budget(p)] if (more := brand(p, Operator.NOT_EQUAL)) else None,
    )
    draw("kind + fact", lambda p, kind: [kind, *more] if (more := fact(p)) else None)
    draw("kind + measure", lambda p, kind: [kind, *more] if (more := measure(p)) else None)
    draw("kind + fact + price", lambda p, kind: [kind, *more, budget(p)] if (more := fact(p)) else None)
    draw("kind + measure + price", lambda p, kind: [kind, *more, budget(p)] if (more := measure(p)) else None)
    draw("price", lambda p, kind: [budget(p)])
    return made


class Scan:
    """The same demands over products in memory, in plain Python; `times` in milliseconds add up over all products."""

    def __init__(self, wanted: dict[str, list[Demands]]) -> None:
        """Prepare to scan for some demands of each form."""
        self.tests = {
            (form, n): [_test(c) for c in wish]
            for form, all_ in wanted.items()
            for n, wish in enumerate(all_[:_SCANNED])
        }
        self.found = dict.fromkeys(self.tests, 0)
        self.times = dict.fromkeys(self.tests, 0.0)

    def over(self, products: Iterable[Product]) -> Iterator[Product]:
        """Pass `products` on, scanned."""
        chunk: list[Product] = []
        for product in products:
            chunk.append(product)
            if len(chunk) == 1000:
                self._scan(chunk)
                yield from chunk
                chunk = []
        self._scan(chunk)
        yield from chunk

    def _scan(self, chunk: list[Product]) -> None:
        for key, tests in self.tests.items():
            begun = clock()[1]
            self.found[key] += sum(all(test(product) for test in tests) for product in chunk)
            self.times[key] += (clock()[1] - begun) * 1000


def _test(c: Constraint) -> Callable[[Product], bool]:
    """Return a filter for the demands that are made here, as quick as plain Python has it."""
    value = c.value
    if c.attribute == "price":
        return lambda p: p.price is not None and p.price.amount <= value  # type: ignore[operator]
    if c.attribute == "brand":
        name = str(value).casefold()
        if c.operator is Operator.NOT_EQUAL:
            return lambda p: p.brand is None or p.brand.casefold() != name
        return lambda p: p.brand is not None and p.brand.casefold() == name
    if c.attribute == "category":
        steps = tuple(step.casefold() for step in str(value).split(" > "))
        return lambda p: tuple(step.casefold() for step in p.category[: len(steps)]) == steps
    if c.operator is Operator.EQUAL:
        text = str(value).casefold()
        return lambda p: any(
            a.name == c.attribute and isinstance(a.value, str) and a.value.casefold() == text and a.unit == c.unit
            for a in p.attributes
        )
    factors: dict[str | None, Decimal] = {c.unit: Decimal(1)}
    factors.update(conversions(c.unit) if c.unit else ())
    return lambda p: any(
        a.name == c.attribute
        and isinstance(a.value, Decimal)
        and (not c.unit or a.unit in factors)
        and a.value >= value * factors.get(a.unit, 1)  # type: ignore[operator]
        for a in p.attributes
    )


def load(store: Path, size: int, location: Location, wanted: dict[str, list[Demands]], pipe: Any) -> None:  # noqa: ANN401
    """Build a graph of `size` products in this process, and send what it took."""
    waited = np.zeros(2)
    scan = Scan(wanted)

    def drawn() -> Iterator[Product]:
        nonlocal waited
        products = scan.over(catalogue(store, size))
        while True:
            begun = np.array(clock())
            product = next(products, None)
            waited += np.array(clock()) - begun
            if product is None:
                return
            yield product

    count = 0

    def progress(done: int) -> None:
        nonlocal count
        count += done

    names = bundled()
    begun = np.array((time.perf_counter(), time.process_time()))
    triples = build(location, drawn(), names, progress)
    took = np.array((time.perf_counter(), time.process_time())) - begun - waited
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    disk = sum(f.stat().st_size for f in location.rglob("*") if f.is_file()) if isinstance(location, Path) else 0
    pipe.send((Measured(count, triples, float(took[0]), float(took[1]), memory, disk), scan.found, scan.times))


def ask(location: Location, wanted: dict[str, list[Demands]], found: dict[Any, int], pipe: Any) -> None:  # noqa: ANN401
    """Ask everything in this process, and send the times."""
    begun = time.perf_counter()
    graph = open_graph(location)
    opened = time.perf_counter() - begun
    forms: dict[str, Form] = {}

    def timed(form: str, answer: Callable[[], Any]) -> Any:  # noqa: ANN401
        begun = clock()
        result = answer()
        ended = clock()
        told = forms.setdefault(form, Form())
        told.times.append((ended[0] - begun[0]) * 1000)
        told.computed.append((ended[1] - begun[1]) * 1000)
        told.rows.append(len(result) if isinstance(result, list | dict) else 1)
        return result

    for form, all_ in wanted.items():
        for n, wish in enumerate(all_):
            ids = timed(form, partial(questions.matching, graph, wish))
            if (form, n) in found and len(ids) != found[form, n]:
                raise RuntimeError(f"the graph finds {len(ids)} products, a scan {found[form, n]}, for {wish}")
            if form == "kind + price" and ids:
                id_ = ids[len(ids) // 2]
                timed("one product read", partial(questions.product, graph, id_))
    for kind, wish in zip(wanted["kind"], wanted["kind + price"], strict=True):
        timed("count of kind + price", partial(asked.count, graph, wish))
        timed("cheapest of a kind", partial(asked.extreme, graph, "price", kind, descending=False))
        timed("brands of kind + price", partial(asked.values, graph, "brand", wish))
        timed("facets of kind + price", partial(asked.facets, graph, wish))
    pipe.send((opened, forms, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024))


def apart(target: Callable[..., None], *given: Any) -> Any:  # noqa: ANN401
    """Run `target(*given, pipe)` in a process of its own; returns what it sends."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=target, args=(*given, theirs))
    process.start()
    theirs.close()
    try:
        return ours.recv()
    except EOFError:
        raise SystemExit(1) from None
    finally:
        process.join()


def measure(store: Path, size: int, location: Location, number: int) -> Measured:
    """Build a graph of `size` products and ask `number` questions of each form."""
    wanted = demands(real_products(store), number)
    measured, found, scanned = apart(load, store, size, location, wanted)
    measured.opened, measured.forms, measured.ask_memory = apart(ask, location, wanted, found)
    for (form, _), took in scanned.items():
        measured.forms[form].scan.append(took)
    return measured


def show(console: Console, measured: Measured, where: str) -> None:
    """Print a table of one size."""
    table = Table(
        title=f"{measured.products:,} products, {measured.triples:,} triples, {where}: loaded in {measured.load:.1f} s, "
        f"{measured.load_computed:.1f} s computed "
        f"({measured.load_memory / 2**30:.1f} GiB), {measured.disk / 2**20:,.0f} MiB on disk, opened in "
        f"{measured.opened * 1000:.0f} ms, asked within {measured.ask_memory / 2**20:,.0f} MiB"
    )
    for column in (
        "question",
        "asked",
        "rows, median",
        "p50 ms",
        "p95 ms",
        "computed, p50",
        "p95",
        "scan, p50",
        "scan / graph",
    ):
        table.add_column(column, justify="left" if column == "question" else "right")
    for form, told in measured.forms.items():
        p50, p95 = np.percentile(told.times, (50, 95))
        own = np.percentile(told.computed, (50, 95))
        ratios = [scan / mine for scan, mine in zip(told.scan, told.computed, strict=False)]
        table.add_row(
            form,
            str(len(told.times)),
            f"{np.median(told.rows):,.0f}",
            f"{p50:.1f}",
            f"{p95:.1f}",
            f"{own[0]:.1f}",
            f"{own[1]:.1f}",
            f"{np.median(told.scan):.0f}" if told.scan else "",
            f"{np.median(ratios):.1f}" if ratios else "",
        )
    console.print(table)


def main(
    sizes: Annotated[str, typer.Option(help="Numbers of products; 0: the real catalogue.")] = "0,10000,100000",
    store: Annotated[Path, typer.Option(help="Store of the real catalogue.")] = ROOT / "var" / "icecat2",
    number: Annotated[int, typer.Option("--questions", help="Questions of each form.")] = 40,
    endpoint: Annotated[
        str, typer.Option(help="Also over this SPARQL endpoint (a generation is made and dropped).")
    ] = "",
    json_file: Annotated[Path | None, typer.Option("--json", help="Write all times to this file.")] = None,
) -> None:
    """Measure, and print a table a size."""
    console = Console(width=140)
    results: list[dict[str, Any]] = []
    for size in map(int, sizes.split(",")):
        with tempfile.TemporaryDirectory(dir=ROOT / "var") as scratch:
            places: list[tuple[str, Location]] = [("on disk", Path(scratch) / "graph")]
            if endpoint:
                places.append(("over HTTP", f"{endpoint}#benchmark-{size}"))
            for where, location in places:
                try:
                    measured = measure(store, size, location, number)
                finally:
                    if where == "over HTTP":
                        drop(location)
                show(console, measured, where)
                results.append(
                    {"where": where, "machine": platform.processor() or platform.machine()} | asdict(measured)
                )
            shutil.rmtree(Path(scratch) / "graph", ignore_errors=True)
        if json_file:
            json_file.write_text(json.dumps(results, indent=1), "utf-8")


if __name__ == "__main__":
    typer.run(main)
