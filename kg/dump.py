"""A graph to an N-Quads file and back: the graph without its store (https://www.w3.org/TR/n-quads/)."""

from __future__ import annotations

import gzip
import os
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from kg import generations
from kg.endpoint import Endpoint
from kg.store import Location, batched, place

_FORMAT = ox.RdfFormat.N_QUADS
_TOLD = 100
"""Broken lines that are told one by one; the rest is only counted."""


class LoadError(RuntimeError):
    """A file was not loaded; nothing was changed."""


@dataclass(frozen=True)
class Problem:
    """Why a line was not read."""

    line: int
    reason: str

    def __str__(self) -> str:
        """Return it as one line of text."""
        return f"line {self.line}: {self.reason}"


@dataclass
class Loaded:
    """How many quads a file gave, how many lines were broken, and why (of the first ones)."""

    quads: int = 0
    broken: int = 0
    problems: list[Problem] = field(default_factory=list)


def dump(location: Location, file: Path, progress: Callable[[int], None]) -> int:
    """Write the graph at `location` to `file` (`….nq`, or `….nq.gz`); returns its number of quads.

    The file is there when it is whole. Calls `progress(quads)` with what was written since the last call. Raises
    `OSError` for a folder without a graph and for a disk that is full, `kg.endpoint.EndpointError` for an endpoint.
    """
    _check(file)
    where = place(location)
    count = 0
    with _whole(file) as fresh, _opened(fresh, file, "wb") as target:
        if isinstance(where, Endpoint):
            quads: Iterator[ox.Quad] = generations.quads(where)
        else:
            quads = iter(ox.Store.read_only(str(where)))
        for batch in batched(quads):
            ox.serialize(batch, target, _FORMAT)
            count += len(batch)
            progress(len(batch))
    return count


def load(file: Path, location: Location, progress: Callable[[int], None], *, skip: bool = False) -> Loaded:
    """Make a graph at `location` of an N-Quads file (`….nq`, or `….nq.gz`).

    A graph that is in a folder already is replaced once the new one is whole. A broken line stops it, or is skipped with
    `skip` and reported. Calls `progress(quads)` with what was loaded since the last call. Raises `LoadError` when nothing
    is loaded: for the first broken line without `skip`, a file that is cut off, one without a single quad; and
    `FileNotFoundError` when there is no such file.
    """
    _check(file)
    report = Loaded()
    where = place(location)
    if isinstance(where, Endpoint):
        report.quads = generations.upload(where, _batches(file, report, progress, skip))
        return report
    fresh, before = (where.with_name(f"{where.name}.{suffix}") for suffix in ("loading", "before"))
    if before.exists() and not where.exists():
        before.rename(where)
    for left in (fresh, before):
        shutil.rmtree(left, ignore_errors=True)
    try:
        # The store lets go of its files when the function returns.
        report.quads = _fill(fresh, _batches(file, report, progress, skip))
        if where.exists():
            where.rename(before)
        fresh.rename(where)
    except BaseException:
        if before.exists() and not where.exists():
            before.rename(where)
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    shutil.rmtree(before, ignore_errors=True)
    return report


def _fill(folder: Path, batches: Iterable[list[ox.Quad]]) -> int:
    store = ox.Store(str(folder))
    for batch in batches:
        store.bulk_extend(batch)
    store.optimize()
    store.flush()
    return len(store)


def _batches(file: Path, report: Loaded, progress: Callable[[int], None], skip: bool) -> Iterator[list[ox.Quad]]:
    some = False
    with _opened(file, file, "rb") as source:
        try:
            for batch in batched(_quads(source, file, report, skip)):
                some = True
                yield batch
                progress(len(batch))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise LoadError(f"{file} is cut off or no gzip file ({error}); nothing was changed") from error
    if not some:
        raise LoadError(f"{file} has no quad that can be read ({report.broken} broken lines); nothing was changed")


def _quads(source: IO[bytes], file: Path, report: Loaded, skip: bool) -> Iterator[ox.Quad]:
    parser, last = ox.parse(source, _FORMAT), -1
    while True:
        try:
            yield cast(ox.Quad, next(parser))
        except StopIteration:
            return
        except SyntaxError as error:
            # The parser goes on with the next line.
            problem = Problem(error.lineno or 0, error.msg)
            if not skip:
                raise LoadError(
                    f"{file}, {problem}; nothing was changed. Mend the line, or skip broken lines (--skip)"
                ) from error
            # A line may be broken in two ways.
            if problem.line == last:
                continue
            last = problem.line
            report.broken += 1
            if len(report.problems) < _TOLD:
                report.problems.append(problem)


def _check(file: Path) -> None:
    if not file.name.endswith((".nq", ".nq.gz")):
        raise ValueError(f"{file} is no name of an N-Quads file, expected one that ends with .nq or .nq.gz")


@contextmanager
def _opened(file: Path, named: Path, mode: str) -> Iterator[IO[bytes]]:
    """Open `file`, compressed when the one it is `named` after is."""
    if named.suffix == ".gz":
        with gzip.open(file, mode, compresslevel=6) as stream:
            yield cast(IO[bytes], stream)
    else:
        with file.open(mode) as stream:
            yield cast(IO[bytes], stream)


@contextmanager
def _whole(file: Path) -> Iterator[Path]:
    """Give a name to write to, which becomes `file` when nothing went wrong."""
    fresh = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        yield fresh
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
