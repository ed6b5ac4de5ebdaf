"""Anybody's SPARQL over the graph, safely: only reading, within a time, a memory and a size that are kept.

Oxigraph's queries cannot be interrupted, so they run in a process of their own (`kg.explore_worker`), which is ended when
its time is over. Only queries are parsed at all, so SPARQL Update is a syntax error; what would fetch something from
elsewhere (SERVICE, FROM) is refused here, and on Linux the process has no network to do so.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic
from typing import Any, Literal

from kg import explore_worker, vocabulary
from kg.endpoint import Endpoint
from kg.explore_terms import Term, term_from
from kg.store import Location, place

_ROOT = Path(__file__).resolve().parent.parent
_START_LIMIT = 20.0
_MESSAGE = 32 * 2**20
"""Bytes of an answer at most; the worker keeps far below it."""


class Problem(StrEnum):
    """Why a query is not answered."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    WRITES = "writes"
    ELSEWHERE = "elsewhere"
    SYNTAX = "syntax"
    TIME = "time"
    MEMORY = "memory"
    BUSY = "busy"
    FAILED = "failed"


class QueryRefused(ValueError):
    """A query that is not answered: `problem`, and where it is known the `line` and `column` (from 1)."""

    def __init__(self, problem: Problem, detail: str = "", line: int | None = None, column: int | None = None) -> None:
        """`detail` is what the engine said."""
        super().__init__(f"{problem.value}: {detail}" if detail else problem.value)
        self.problem, self.detail, self.line, self.column = problem, detail, line, column


@dataclass(frozen=True)
class Limits:
    """`seconds` for a query (and for the wait for the one before), results, characters of one cell (`longest`).

    `memory` is what the worker may map beyond what it has at its start, in bytes: 370 MB for a graph of a million triples,
    of which it uses 60.

    `triples` is for what CONSTRUCT and DESCRIBE give to be downloaded, of which the first `rows` are shown; `characters`
    is for one answer altogether, `query` for the question.
    """

    seconds: float = 5.0
    memory: int = 512 * 2**20
    rows: int = 500
    triples: int = 5000
    longest: int = 500
    characters: int = 4_000_000
    query: int = 10_000


@dataclass(frozen=True)
class Answer:
    """`rows` under `columns` of a SELECT; the first ones of the triples of a CONSTRUCT, with `turtle`; `yes` of an ASK.

    `more` tells that there are more than those, `count` how many triples `turtle` has, and `turtle_cut` that it has not all.
    """

    form: Literal["rows", "triples", "yes_no"]
    seconds: float
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Term | None, ...], ...] = ()
    more: bool = False
    yes: bool = False
    turtle: str = ""
    turtle_cut: bool = False
    count: int = 0


_GAP = r"(?:\s|#[^\r\n]*[\r\n])*"
_PREFIXED = r"[^\s\"'{}()<>#]*:"
# The keyword is looked for in the bare text, strings and comments included: what a tokeniser of ours takes for a string may
# be a keyword to the engine, which asks for no space around one. Only variables and local names are passed over. So a
# text such as "service: …" is refused with it, and a prefix of that name.
_SERVICE = re.compile(
    rf"(?:[?$]\w*|:[\w:%-]*)|(?P<keyword>SERVICE){_GAP}(?:SILENT{_GAP})?(?:[<?$]|{_PREFIXED})", re.IGNORECASE
)
_FROM = re.compile(
    rf"(?<![?$:\w])(?P<keyword>FROM)\b{_GAP}(?:NAMED\b{_GAP})?(?!<urn:shop:)(?:<|{_PREFIXED})", re.IGNORECASE
)
_UPDATE = re.compile(
    r"(?:\s|#[^\r\n]*[\r\n]|BASE\s*<[^>]*>|PREFIX\s+[^\s:]*:\s*<[^>]*>)*"
    r"(INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)\b",
    re.IGNORECASE,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_WHERE = re.compile(r"error at (\d+):(\d+): *(.*)", re.DOTALL)
_TOLD = 300


def check(query: str, limits: Limits) -> None:
    """Raise `QueryRefused` for a text that is not even given to the engine."""
    if not query.strip():
        raise QueryRefused(Problem.EMPTY)
    if len(query) > limits.query:
        raise QueryRefused(Problem.TOO_LONG, f"{len(query)} > {limits.query}")
    if found := _UPDATE.match(query):
        raise QueryRefused(Problem.WRITES, found[1].upper(), *_at(query, found.start(1)))
    # Some engines read \u0053ERVICE as a keyword (SPARQL 1.1, 19.2); what is shorter has other places.
    for text in (query, _ESCAPE.sub(_character, query)):
        for pattern in (_SERVICE, _FROM):
            found = next((one for one in pattern.finditer(text) if one["keyword"]), None)
            if found:
                line, column = _at(query, found.start()) if text is query else (None, None)
                raise QueryRefused(Problem.ELSEWHERE, found["keyword"].upper(), line, column)


def _character(found: re.Match[str]) -> str:
    code = int(found[1] or found[2], 16)
    return chr(code) if code <= sys.maxunicode else ""


def _at(query: str, position: int) -> tuple[int, int]:
    before = query[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1


class ReadOnlyQuery:
    """Asks one graph, one query at a time; may be shared by threads. Close it when the graph is no longer served."""

    def __init__(self, location: Location, limits: Limits | None = None) -> None:
        """Nothing is started before `warm` or `ask`."""
        self.limits = limits or Limits()
        self._place = place(location)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None

    def warm(self) -> None:
        """Start the worker if there is none and nobody is about to; a query then need not wait for it."""
        if self._lock.acquire(blocking=False):
            try:
                self._started()
            except QueryRefused:
                pass  # the query that comes says so
            finally:
                self._lock.release()

    def ask(self, query: str) -> Answer:
        """Answer a SELECT, ASK, CONSTRUCT or DESCRIBE. Raises `QueryRefused`."""
        check(query, self.limits)
        if not self._lock.acquire(timeout=self.limits.seconds):
            raise QueryRefused(Problem.BUSY)
        try:
            connection = self._started()
            started = monotonic()
            told = self._told(connection, {"query": query} | self._asked())
        finally:
            self._lock.release()
        if "problem" in told:
            # Where a server is, is for its owner's eyes.
            address = self._place.query if isinstance(self._place, Endpoint) else str(self._place)
            raise _problem(told["problem"], told["detail"].replace(address, "").replace("  ", " "))
        rows = tuple(tuple(term_from(term) if term else None for term in row) for row in told.pop("rows", ()))
        return Answer(seconds=monotonic() - started, rows=rows, columns=tuple(told.pop("columns", ())), **told)

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            self._end()

    def _asked(self) -> dict[str, Any]:
        kept = asdict(self.limits)
        return {name: kept[name] for name in ("seconds", "rows", "triples", "longest", "characters")}

    def _told(self, connection: Connection, asked: Mapping[str, Any]) -> dict[str, Any]:
        try:
            connection.send_bytes(json.dumps(asked).encode())
            if not connection.poll(self.limits.seconds):
                self._end()
                raise QueryRefused(Problem.TIME, f"{self.limits.seconds:g}")
            return json.loads(connection.recv_bytes(_MESSAGE))
        except (EOFError, OSError) as error:
            # The process ended itself: what Oxigraph can't get memory for, it gives up on altogether.
            self._end()
            raise QueryRefused(Problem.MEMORY) from error

    def _started(self) -> Connection:
        if self._connection and self._process and self._process.poll() is None:
            return self._connection
        self._end()
        ours, theirs = Pipe()
        command = [sys.executable, "-I", explore_worker.__file__, str(theirs.fileno())]
        self._process = subprocess.Popen(
            command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        theirs.close()
        self._connection = ours
        try:
            ours.send_bytes(json.dumps(self._hello()).encode())
            if not ours.poll(_START_LIMIT):
                raise EOFError
            ours.recv_bytes(_MESSAGE)
        except (EOFError, OSError) as error:
            self._end()
            raise QueryRefused(Problem.FAILED, "the graph could not be opened") from error
        return ours

    def _hello(self) -> dict[str, Any]:
        prefixes = {name: str(iri) for name, iri in vocabulary.PREFIXES.items()}
        prefixes["xsd"] = "http://www.w3.org/2001/XMLSchema#"
        hello: dict[str, Any] = {"prefixes": prefixes, "bytes": self.limits.memory}
        if isinstance(self._place, Endpoint):
            fields = asdict(self._place) | {"timeout": self.limits.seconds}
            return hello | {"endpoint": fields, "root": str(_ROOT)}
        return hello | {"folder": str(self._place)}

    def _end(self) -> None:
        if self._connection:
            self._connection.close()
        if self._process:
            with suppress(ProcessLookupError):
                self._process.kill()
            self._process.wait()
        self._process = self._connection = None


def _problem(problem: str, detail: str) -> QueryRefused:
    if not (found := _WHERE.match(detail)):
        return QueryRefused(Problem(problem), detail[:_TOLD])
    line, column, said = int(found[1]), int(found[2]), found[3]
    if "Prefix not found" in said:
        said = "Prefix not found"
    return QueryRefused(Problem(problem), " ".join(said.split())[:_TOLD], line, column)
