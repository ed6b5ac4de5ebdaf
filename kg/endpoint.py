"""A SPARQL 1.1 endpoint over HTTP: connections are kept alive, and errors say what to do.

https://www.w3.org/TR/sparql11-protocol/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import httpx
import pyoxigraph as ox

Answer = ox.QuerySolutions | ox.QueryBoolean | ox.QuadParser
"""Of a SELECT, an ASK, and a CONSTRUCT or DESCRIBE, in Oxigraph's terms."""
Params = list[tuple[str, str | int | float | bool | None]]
_CONNECT, _IDLE = 5.0, 30.0
_ROWS, _TRIPLES = "application/sparql-results+json", "application/n-triples"
_SHOWN = 300
"""Characters of a server's complaint that are passed on."""


class EndpointError(RuntimeError):
    """A SPARQL endpoint cannot be reached, refuses, or takes too long."""


@dataclass(frozen=True)
class Endpoint:
    """Where a SPARQL server is asked (`query`) and written to (`update`), and which generation of a graph is meant.

    Without a `generation` it is the server's own default graph. `timeout` is how many seconds one answer may take.
    """

    query: str
    update: str = ""
    generation: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 60.0

    @classmethod
    def at(cls, url: str, **more: Any) -> Endpoint:  # noqa: ANN401 (the other fields)
        """Make an endpoint of a URL: `http://user:password@host:7878/query#generation`.

        The update URL, where none is given, is the query URL with `update` for its last step `query` or `sparql`, else
        the same. Raises `ValueError` for what is no http(s) URL.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(
                f"{url!r} is no address of a SPARQL endpoint, expected one such as http://localhost:7878/query"
            )
        host = parts.hostname if ":" not in parts.hostname else f"[{parts.hostname}]"
        place = host + (f":{parts.port}" if parts.port else "")
        above, _, last = parts.path.rpartition("/")
        query, update = (
            urlunsplit((parts.scheme, place, path, parts.query, ""))
            for path in (parts.path, f"{above}/update" if last in ("query", "sparql") else parts.path)
        )
        own = {"query": query, "update": update, "generation": parts.fragment}
        own |= {"user": unquote(parts.username or ""), "password": unquote(parts.password or "")}
        return cls(**(own | {name: value for name, value in more.items() if value}))

    def of(self, generation: str) -> Endpoint:
        """Return the same server with another generation."""
        return replace(self, generation=generation)

    def __str__(self) -> str:
        """Return the address, without the password."""
        return f"{self.query}#{self.generation}" if self.generation else self.query


class Connection:
    """Sends queries and updates to one server; may be shared by threads."""

    def __init__(self, endpoint: Endpoint, transport: httpx.BaseTransport | None = None) -> None:
        """`transport` stands in for the network in tests."""
        self.endpoint = endpoint
        self._client = httpx.Client(
            auth=(endpoint.user, endpoint.password) if endpoint.user else None,
            transport=transport or httpx.HTTPTransport(retries=1, limits=httpx.Limits(keepalive_expiry=_IDLE)),
        )

    def query(self, text: str, params: Params | None = None) -> httpx.Response:
        """Ask; `params` name the graphs (`default-graph-uri`, `named-graph-uri`: protocol, 2.1.4)."""
        headers = {"Content-Type": "application/sparql-query", "Accept": f"{_ROWS}, {_TRIPLES};q=0.9"}
        return self._post(self.endpoint.query, text, headers, params or [])

    def update(self, text: str) -> None:
        """Write, for as long as it takes; what is sent has to do the same when it is done twice."""
        url = self.endpoint.update or self.endpoint.query
        # Dropping a million triples takes a server minutes, and nobody waits for it in a conversation.
        self._post(url, text, {"Content-Type": "application/sparql-update"}, [], patient=True)

    def _post(
        self,
        url: str,
        text: str,
        headers: Mapping[str, str],
        params: Params,
        *,
        patient: bool = False,
        again: bool = True,
    ) -> httpx.Response:
        timeout = httpx.Timeout(None if patient else self.endpoint.timeout, connect=_CONNECT)
        try:
            # A parameter list, even an empty one, would replace those of the URL itself.
            target = httpx.URL(url).copy_merge_params(params) if params else httpx.URL(url)
            response = self._client.post(target, content=text.encode(), headers=dict(headers), timeout=timeout)
        except httpx.ReadTimeout as error:
            raise EndpointError(
                f"the SPARQL endpoint {url} did not answer within {self.endpoint.timeout:g} s; "
                "see whether it is overloaded, or allow it more time"
            ) from error
        except (httpx.RemoteProtocolError, httpx.ReadError) as error:
            # Servers close connections that were idle, and that is noticed only with the next question.
            if again:
                return self._post(url, text, headers, params, patient=patient, again=False)
            raise EndpointError(f"the SPARQL endpoint {url} broke off: {error}; see its log") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise EndpointError(
                f"no SPARQL endpoint can be reached at {url} ({error}); start the server, or correct the address"
            ) from error
        if response.status_code in (401, 403):
            raise EndpointError(
                f"the SPARQL endpoint {url} answered {response.status_code}: user or password are wrong"
            )
        if response.is_error or response.is_redirect:
            said = response.text.strip()[:_SHOWN] or response.reason_phrase
            raise EndpointError(f"the SPARQL endpoint {url} answered {response.status_code}: {said}")
        return response

    def answer(self, text: str, params: Params | None = None) -> Answer:
        """Ask; returns what was answered."""
        return _parsed(self.query(text, params), self.endpoint)

    def rows(self, text: str, params: Params | None = None) -> ox.QuerySolutions:
        """Ask a SELECT; returns the rows as Oxigraph's terms."""
        answer = self.answer(text, params)
        if not isinstance(answer, ox.QuerySolutions):
            raise EndpointError(f"the SPARQL endpoint {self.endpoint.query} answered no rows to a SELECT")
        return answer

    @contextmanager
    def stream(self, text: str) -> Iterator[httpx.Response]:
        """Ask a CONSTRUCT whose answer, N-Triples, is read while it comes and may take any time."""
        headers = {"Content-Type": "application/sparql-query", "Accept": _TRIPLES}
        url, timeout = self.endpoint.query, httpx.Timeout(None, connect=_CONNECT)
        try:
            with self._client.stream("POST", url, content=text.encode(), headers=headers, timeout=timeout) as answer:
                if answer.is_error:
                    raise EndpointError(
                        f"the SPARQL endpoint {url} answered {answer.status_code} {answer.reason_phrase}"
                    )
                yield answer
        except httpx.HTTPError as error:
            raise EndpointError(f"the SPARQL endpoint {url} broke off: {error}; see its log") from error

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _parsed(response: httpx.Response, endpoint: Endpoint) -> Answer:
    kind = response.headers.get("content-type", "").partition(";")[0].strip()
    if format_ := ox.QueryResultsFormat.from_media_type(kind):
        return ox.parse_query_results(response.content, format_)
    if triples := ox.RdfFormat.from_media_type(kind):
        return ox.parse(BytesIO(response.content), triples)
    raise EndpointError(
        f"the SPARQL endpoint {endpoint.query} answered with {kind or 'no content type'}, expected {_ROWS} or {_TRIPLES}; "
        "see whether this is the address of its queries"
    )
