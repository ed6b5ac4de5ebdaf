"""Puts RDF terms in the place of variables in the text of a SPARQL query, for servers that have no bound parameters.

It means what Oxigraph's substitutions mean (https://github.com/w3c/sparql-dev/blob/main/SEP/SEP-0007/sep-0007.md): the
pattern, FILTERs, EXISTS and UNION branches see the term, which a trailing VALUES would join too late for; a sub-SELECT
sees it only where it projects the name. Grammar: https://www.w3.org/TR/sparql11-query/#sparqlGrammar.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rdflib import Literal, URIRef
from rdflib.term import Identifier

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|\#[^\r\n]*)
  | (?P<string>'''(?:(?:''?)?(?:[^'\\]|\\.))*'''|\"{3}(?:(?:""?)?(?:[^"\\]|\\.))*\"{3}|'(?:[^'\\\r\n]|\\.)*'|"(?:[^"\\\r\n]|\\.)*")
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<variable>[?$]\w+)
  | (?P<name>(?:[^\W\d](?:[\w.\-]*[\w\-])?)?:(?:(?:[\w:.\-]|%[0-9A-Fa-f]{2}|\\.)*(?:[\w:\-]|%[0-9A-Fa-f]{2}|\\.))?)
  | (?P<word>[^\W\d]\w*)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ENDS_PROJECTION = ("WHERE", "FROM", "{")
_ENDS_MODIFIER = ("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES", "}")
_NOT_IN_AN_IRI = re.compile(r'[<>"{}|^`\\\x00-\x20]')
_BACKSLASH_U = re.compile(r"(?<!\\)((?:\\\\)+)([uU])")
_LANGUAGE = re.compile(r"[A-Za-z]+(?:-[A-Za-z0-9]+)*")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_CACHED = 512
"""Shapes of queries that are kept ready."""


def bound(query: str, bindings: Mapping[str, Identifier]) -> str:
    """Return the text of `query` with each variable of `bindings` (names without `?`) replaced by its term.

    Columns of the result keep their names. Raises `ValueError` for a term or a place that SPARQL has no text for: blank
    nodes, IRIs with characters that none may have, `SELECT *`, a bound variable that the query itself assigns, or one
    that the outermost SELECT does not project (Oxigraph refuses those too).
    """
    if not bindings:
        return query
    texts = {name: term_text(term) for name, term in bindings.items()}
    return "".join(
        part if isinstance(part, str) else part.form.format(texts[part.name])
        for part in _prepared(query, frozenset(texts))
    )


def term_text(term: Identifier) -> str:
    """Return an IRI or a literal as SPARQL and N-Triples write it; raises `ValueError` for anything else."""
    if isinstance(term, Literal):
        try:
            str(term).encode()
        except UnicodeEncodeError as error:
            raise ValueError(f"the text {str(term)!r} is no Unicode: half of a surrogate pair") from error
        quoted = f'"{_escaped(str(term))}"'
        if term.language:
            if not _LANGUAGE.fullmatch(term.language):
                raise ValueError(f"{term.language!r} is no language tag such as en or zh-Hans")
            return f"{quoted}@{term.language}"
        return f"{quoted}^^{term_text(term.datatype)}" if term.datatype else quoted
    if not isinstance(term, URIRef):
        raise ValueError(f"{term!r} has no text in a query, expected an IRI or a literal")
    if found := _NOT_IN_AN_IRI.search(term):
        raise ValueError(f"the IRI {str(term)!r} has {found.group()!r}, which has to be percent-encoded in an IRI")
    return f"<{term}>"


def _escaped(text: str) -> str:
    return unmistakable("".join(_ESCAPES.get(character, character) for character in text))


def unmistakable(text: str) -> str:
    r"""Return N-Triples or an escaped literal in a form that every SPARQL parser reads alike.

    Some resolve `\uXXXX` before they look for the end of a string (SPARQL 1.1, 19.2; rdflib does), and see one in an
    escaped backslash with a `u` after it. That letter is written as an escape here: the same to those and to the others.
    """
    return _BACKSLASH_U.sub(lambda found: rf"{found[1]}\U{ord(found[2]):08X}", text)


@dataclass(frozen=True)
class _Slot:
    """The place of a term; `{}` in `form` stands for it."""

    name: str
    form: str = "{}"


_Names = frozenset[str]


@lru_cache(_CACHED)
def _prepared(query: str, names: _Names) -> tuple[str | _Slot, ...]:
    reader = _Reader(query)
    reader.block(names, outermost=True)
    if reader.sign:
        raise ValueError(f"the query closes a brace that it did not open, before: {reader.rest()!r}")
    return tuple(reader.parts)


class _Reader:
    """Goes once through the tokens of a query and writes `parts`."""

    def __init__(self, query: str) -> None:
        self.parts: list[str | _Slot] = []
        self._tokens = [(found.lastgroup or "", found.group()) for found in _TOKEN.finditer(query)]
        self._next = 0
        self._skip()

    def _skip(self) -> None:
        while self._next < len(self._tokens) and self._tokens[self._next][0] == "space":
            self.parts.append(self._tokens[self._next][1])
            self._next += 1

    @property
    def sign(self) -> str:
        """The token that comes next, keywords in capitals; empty at the end."""
        kind, text = self._tokens[self._next] if self._next < len(self._tokens) else ("", "")
        return text.upper() if kind == "word" else text

    def rest(self) -> str:
        """The beginning of what was not read yet."""
        return "".join(text for _, text in self._tokens[self._next :])[:60]

    def _take(self, part: str | _Slot | None = None) -> None:
        """Go past a token; writes `part` in its place, or the token."""
        self.parts.append(self._tokens[self._next][1] if part is None else part)
        self._next += 1
        self._skip()

    def _variable(self, names: _Names) -> str | None:
        """The name of the variable that comes next, when it is among `names`."""
        kind, text = self._tokens[self._next] if self._next < len(self._tokens) else ("", "")
        return text[1:] if kind == "variable" and text[1:] in names else None

    def block(self, names: _Names, *, outermost: bool = False) -> None:
        """Read up to the brace that closes this block, or to the end."""
        while self.sign not in ("", "}"):
            if self.sign == "SELECT":
                names = self._select(names, outermost)
            elif self.sign == "GROUP":
                self._group(names)
            elif self.sign == "ORDER":
                self._order(names)
            else:
                self._one(names)

    def _one(self, names: _Names) -> None:
        """Read one token, or all that its bracket holds."""
        if self.sign == "{":
            self._take()
            self.block(names)
            self._close()
        elif self.sign == "(":
            self._take()
            while self.sign not in ("", ")"):
                self._one(names)
            self._close()
        elif self.sign in ("AS", "VALUES"):
            self._assigned(names)
        elif self.sign == "BOUND":
            self._is_bound(names)
        elif name := self._variable(names):
            self._take(_Slot(name))
        else:
            self._take()

    def _close(self) -> None:
        if not self.sign:
            raise ValueError("the query opens a brace or a parenthesis that it does not close")
        self._take()

    def _assigned(self, names: _Names) -> None:
        """Read what gives variables their values: `AS ?x`, `VALUES (?x ?y) { …`."""
        ends = ("", ")") if self.sign == "AS" else ("", "{")
        while self.sign not in ends:
            if name := self._variable(names):
                raise ValueError(f"?{name} is bound from outside, and the query assigns it too")
            self._take()

    def _is_bound(self, names: _Names) -> None:
        start, already = self._next, len(self.parts)
        self._take()
        self._take()
        if self._variable(names) is None:
            return
        # BOUND takes nothing but a variable.
        del self.parts[already:]
        self._next = start + [text for _, text in self._tokens[start:]].index(")")
        self._take("(true)")

    def _select(self, names: _Names, outermost: bool) -> _Names:
        """Read the columns of a SELECT; returns those of `names` that are among them."""
        inner = names & self._projected(names, outermost)
        if outermost and inner != names:
            missing = ", ".join(f"?{name}" for name in sorted(names - inner))
            raise ValueError(f"the query does not select {missing}, which is bound")
        self._take()
        dropped: list[str] = []
        columns = 0
        while self.sign and self.sign not in _ENDS_PROJECTION:
            name = self._variable(inner)
            if name and outermost:
                self._take(_Slot(name, f"({{}} AS ?{name})"))
            elif name:
                # Outside it is replaced as well, and nobody asks the sub-SELECT for it.
                self._take("")
                dropped.append(name)
                continue
            else:
                columns -= self.sign in ("DISTINCT", "REDUCED")
                self._one(inner)
            columns += 1
        if dropped and not columns:
            self.parts.append(_Slot(dropped[0], f"({{}} AS ?bound_{dropped[0]}) "))
        return inner

    def _projected(self, names: _Names, outermost: bool) -> _Names:
        found: set[str] = set()
        depth = 0
        for kind, text in self._tokens[self._next + 1 :]:
            if (kind == "word" and text.upper() in _ENDS_PROJECTION) or text == "{":
                break
            depth += (text == "(") - (text == ")")
            if text == "*" and depth == 0:
                if outermost:
                    raise ValueError("SELECT * has no column for what is bound: write the names of the columns")
                return names
            if kind == "variable" and depth == 0:
                found.add(text[1:])
        return frozenset(found)

    def _order(self, names: _Names) -> None:
        self._take()
        while self.sign and self.sign not in _ENDS_MODIFIER:
            if name := self._variable(names):
                self._take(_Slot(name, "({})"))
            else:
                self._one(names)

    def _group(self, names: _Names) -> None:
        """Read GROUP BY: a constant makes no groups, but nothing at all would make one group of no rows."""
        self._take()
        self._take()
        dropped: list[str] = []
        kept = False
        while self.sign and self.sign not in _ENDS_MODIFIER:
            if name := self._variable(names):
                self._take("")
                dropped.append(name)
            else:
                kept = True
                self._one(names)
        if dropped and not kept:
            self.parts.append(_Slot(dropped[0], "({}) "))
