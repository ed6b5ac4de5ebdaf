"""How many relations each method finds in ingested catalogues, of how many products, and in what time.

.venv/bin/python -m benchmarks.relations var/store var/icecat2
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from assistant.catalogue.store import Store
from kg.relations import derive
from kg.relations.variants import variants


class Stopwatch:
    """A progress that shows nothing and keeps the seconds of processor time of each step."""

    def __init__(self) -> None:
        """Nothing has been done yet."""
        self.seconds: list[float] = []

    @contextmanager
    def step(self, name: str, total: int | None) -> Iterator[Callable[[int], None]]:
        """Time a step."""
        start = time.process_time()
        yield lambda _: None
        self.seconds.append(time.process_time() - start)


def main(folders: list[str]) -> None:
    """Print a table of the catalogues in `folders`, which are stores."""
    table = Table(title="Relations by method; processor seconds, one thread")
    for column in ("store", "products", "method", "relations or memberships", "of products", "seconds"):
        table.add_column(column)
    for folder in folders:
        generation = Store(Path(folder)).current()
        if generation is None:
            raise SystemExit(f"no catalogue in {folder}; run: python -m assistant ingest PATH --store {folder}")
        products = list(generation.products())
        clock = Stopwatch()
        found = {d.method: d for d in derive(products, progress=clock)}
        for method, seconds in zip(("compatibility", "series", "specification"), clock.seconds, strict=True):
            relations, members = (
                (derivation.relations, derivation.series) if (derivation := found.get(method)) else ((), ())
            )
            ids = {m.id for m in members} | {id_ for r in relations for id_ in (r.id, r.other)}
            told = len(relations) + len(members)
            table.add_row(folder, f"{len(products):,}", method, f"{told:,}", f"{len(ids):,}", f"{seconds:.1f}")
        start = time.process_time()
        groups = list(variants(products))
        seconds = time.process_time() - start
        table.add_row(
            folder, f"{len(products):,}", "variants (colour)", f"{len(groups):,} groups",
            f"{sum(map(len, groups)):,}", f"{seconds:.1f}",
        )  # fmt: skip
    Console(width=120).print(table)


if __name__ == "__main__":
    main(sys.argv[1:] or ["var/store", "var/icecat2"])
