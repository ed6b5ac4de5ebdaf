"""The process that answers one query after another over a graph that it can only read; `kg.explore_sparql` starts and ends it.

It is started as a script and imports nothing of ours for a graph on disk, so that a new one is there in a twentieth of a
second. One message (JSON) in, one out, over a `multiprocessing.connection`.
"""

from __future__ import annotations

import ctypes
import json
import math
import os
import resource
import signal
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pyoxigraph as ox

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
"""Flags of unshare(2)."""
_NICE = 10
_GRACE = 2
_STRING = "http://www.w3.org/2001/XMLSchema#string"
Said = dict[str, Any]


def serve(connection: Connection) -> None:
    """Answer until the other side closes. The first message is what `_Source` reads, each other one a query."""
    source = _Source(json.loads(connection.recv_bytes()))
    connection.send_bytes(b"{}")
    while True:
        try:
            asked = json.loads(connection.recv_bytes())
        except EOFError:
            return
        # The last resort should the other side be gone: the signal ends the process whatever it is doing.
        signal.alarm(math.ceil(asked["seconds"]) + _GRACE)
        connection.send_bytes(json.dumps(source.answer(asked)).encode())
        signal.alarm(0)


class _Source:
    """A graph on disk (`folder`), or in an endpoint (`endpoint`, its fields; `root`, where our own code is)."""

    def __init__(self, hello: Said) -> None:
        self._prefixes = hello["prefixes"]
        os.nice(_NICE)
        if "folder" in hello:
            _unplug()
            self._ask = partial(
                ox.Store.read_only(hello["folder"]).query, prefixes=self._prefixes, use_default_graph_as_union=True
            )
        else:
            sys.path.insert(0, hello["root"])
            self._ask = partial(_remote, _endpoint_store(hello["endpoint"]), self._prefixes)
        _limit(hello["bytes"])

    def answer(self, asked: Said) -> Said:
        try:
            found = self._ask(asked["query"])
            if isinstance(found, bool | ox.QueryBoolean):
                return {"form": "yes_no", "yes": bool(found)}
            if isinstance(found, ox.QueryTriples):
                return _triples(found, asked, self._prefixes)
            return {"form": "rows", "columns": [variable.value for variable in found.variables]} | _rows(found, asked)
        except SyntaxError as error:
            return {"problem": "syntax", "detail": str(error)}
        except MemoryError:
            return {"problem": "memory", "detail": ""}
        except Exception as error:  # whatever a query may bring about is told, and the next one answered
            return {"problem": "failed", "detail": str(error)}


def _endpoint_store(fields: Said) -> Any:  # noqa: ANN401 (a type of ours, which a graph on disk does not need)
    from kg.endpoint import Endpoint
    from kg.store import open_graph

    return open_graph(Endpoint(**fields)).store


def _remote(store: Any, prefixes: dict[str, str], query: str) -> Any:  # noqa: ANN401 (Oxigraph's kinds of results)
    """Ask an endpoint; the answer is written and read again to be of the type that a store on disk gives."""
    told = store.query(query, initNs=prefixes)
    if told.type == "ASK":
        return bool(told.askAnswer)
    if told.type == "SELECT":
        return ox.parse_query_results(told.serialize(format="json"), ox.QueryResultsFormat.JSON)
    inside = ox.Store()
    inside.extend(ox.parse(told.graph.serialize(format="nt"), ox.RdfFormat.N_TRIPLES))
    return inside.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")


def _unplug() -> None:
    """Take the network away from this process, where the system lets it (Linux); a text that asks for it is refused before."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(_NEW_NETWORK) != 0:
            libc.unshare(_NEW_USER | _NEW_NETWORK)
    except (OSError, AttributeError):
        return


def _limit(size: int) -> None:
    """Allow `size` more bytes of memory than there are now, no file to be written, and no core dump."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + size
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    except (OSError, ValueError):  # no /proc, or a system without this limit (macOS)
        return


def _term(term: Any, longest: int) -> Said | None:  # noqa: ANN401 (Oxigraph's terms)
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return {"kind": "iri", "text": term.value}
    if isinstance(term, ox.BlankNode):
        return {"kind": "blank", "text": term.value}
    if not isinstance(term, ox.Literal):  # a quoted triple
        return {"kind": "literal", "text": str(term)[:longest]}
    said: Said = {"kind": "literal", "text": term.value[:longest], "cut": len(term.value) > longest}
    if term.language:
        return said | {"language": term.language}
    return said if term.datatype.value == _STRING else said | {"datatype": term.datatype.value}


def _taken(found: Iterable[Any], count: int, size: int) -> tuple[list[Any], bool]:
    """Return at most `count` results of `size` characters together, and whether there are more."""
    taken: list[Any] = []
    for one in found:
        size -= sum(len(str(term)) for term in one if term is not None)
        if len(taken) == count or (size < 0 and taken):
            return taken, True
        taken.append(one)
    return taken, False


def _rows(found: Iterable[Any], asked: Said) -> Said:
    def cut() -> Iterator[list[Said | None]]:
        for solution in found:
            yield [_term(term, asked["longest"]) for term in solution]

    rows, more = _taken(cut(), asked["rows"], asked["characters"])
    return {"rows": rows, "more": more}


def _triples(found: Iterable[Any], asked: Said, prefixes: dict[str, str]) -> Said:
    triples, more = _taken(found, asked["triples"], asked["characters"])
    turtle = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes)
    rows = [[_term(term, asked["longest"]) for term in triple] for triple in triples[: asked["rows"]]]
    return {
        "form": "triples",
        "columns": ["subject", "predicate", "object"],
        "rows": rows,
        "more": more or len(triples) > len(rows),
        "count": len(triples),
        "turtle": (turtle or b"").decode(),
        "turtle_cut": more,
    }


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
