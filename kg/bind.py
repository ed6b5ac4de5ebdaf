"""Puts RDF terms in the place of variables in the text of a SPARQL query, for servers that have no bound parameters.

It means what Oxigraph's substitutions mean (https://github.com/w3c/sparql-dev/blob/main/SEP/SEP-0007/sep-0007.md): the
pattern, FILTERs, EXISTS and UNION branches see the term, which a trailing VALUES would join too late for; a sub-SELECT
sees it only where it projects the name. Grammar: https://www.w3.org/TR/sparql11-query/#sparqlGrammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
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
_ENDS_PROJECTION = ("WHERE", "FROM")
_MODIFIERS = ("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")
_NOT_IN_AN_IRI = re.compile(r'[<>"{}|^`\\\x00-\x20]')
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
    quoted = "".join(_ESCAPES.get(character, character) for character in text)
    # Some servers resolve \uXXXX before they look for the end of a string (SPARQL 1.1, 19.2), and in "\\u0022" they see
    # one. Written like this, the letter after the backslash is the same letter to those and to the others.
    return re.sub(r"\\\\([uU])", lambda found: rf"\\\U{ord(found[1]):08X}", quoted)


@dataclass(frozen=True)
class _Slot:
    """The place of a term; `{}` in `form` stands for it."""

    name: str
    form: str = "{}"


@dataclass
class _Frame:
    """What is known between two braces (or of the whole query): which names are bound there, and which clause it is in."""

    names: frozenset[str]
    clause: str = "pattern"
    outermost: bool = False
    parentheses: int = 0
    kept: bool = False
    dropped: list[str] = field(default_factory=list)


_Token = tuple[str, str]
_Part = str | _Slot


@lru_cache(_CACHED)
def _prepared(query: str, names: frozenset[str]) -> tuple[_Part, ...]:
    tokens = [(found.lastgroup or "", found.group()) for found in _TOKEN.finditer(query)]
    return tuple(_parts(tokens, names))


def _parts(tokens: list[_Token], names: frozenset[str]) -> Iterator[_Part]:
    frames = [_Frame(names, outermost=True)]
    for place, (kind, text) in enumerate(tokens):
        frame, word = frames[-1], text.upper() if kind == "word" else ""
        if frame.clause == "group" and frame.parentheses == 0 and (word in _MODIFIERS or text == "}"):
            yield from _last_group(frame)
        if kind == "variable" and text[1:] in frame.names:
            yield from _variable(tokens, place, frame)
            continue
        if word == "SELECT":
            projected = _projected(tokens, place + 1, frame)
            if frame.outermost and (missing := sorted(names - projected)):
                raise ValueError(f"the query binds {', '.join('?' + name for name in missing)} but does not select it")
            frame.names &= projected
            frame.clause, frame.kept = "projection", False
        elif frame.clause == "projection" and word in _ENDS_PROJECTION:
            yield from _last_column(frame)
            frame.clause = "pattern"
        elif word == "GROUP":
            # The word itself is written when it is known that something is grouped by.
            frame.clause, frame.kept = "group", False
        elif word in _MODIFIERS and frame.parentheses == 0:
            frame.clause = word.lower()
        elif text == "{":
            if frame.clause == "projection":
                yield from _last_column(frame)
                frame.clause = "pattern"
            frames.append(_Frame(frame.names))
        elif text == "}":
            frames.pop()
            if not frames:
                raise ValueError("the query closes a brace that it did not open")
        elif text in "()":
            frame.parentheses += 1 if text == "(" else -1
        if frame.parentheses == 1 and text == "(" or kind in ("variable", "iri", "name"):
            frame.kept = True
        yield text
    if frames[-1].clause == "group":
        yield from _last_group(frames[-1])


def _projected(tokens: list[_Token], place: int, frame: _Frame) -> frozenset[str]:
    """Return the names that the SELECT before `place` gives out."""
    found: set[str] = set()
    depth = 0
    for kind, text in tokens[place:]:
        if text == "{" or (kind == "word" and text.upper() in _ENDS_PROJECTION):
            break
        depth += (text == "(") - (text == ")")
        if depth == 0 and text == "*":
            if frame.outermost:
                raise ValueError("SELECT * gives no name to what is bound: write the names of the columns")
            return frame.names
        if depth == 0 and kind == "variable":
            found.add(text[1:])
    return frozenset(found)


def _variable(tokens: list[_Token], place: int, frame: _Frame) -> Iterator[_Part]:
    name = tokens[place][1][1:]
    before = [text.upper() for kind, text in tokens[max(0, place - 12) : place] if kind != "space"]
    if before[-1:] == ["AS"] or frame.clause == "values" or before[-1:] == ["VALUES"]:
        raise ValueError(f"?{name} is bound from outside, and the query assigns it too")
    if before[-2:] == ["BOUND", "("]:
        # BOUND takes nothing but a variable; the parenthesis is closed by the query's own.
        yield _Slot(name, 'STR("true")) && (true')
        return
    if frame.parentheses:
        yield _Slot(name)
    elif frame.clause == "projection":
        if frame.outermost:
            yield _Slot(name, f"({{}} AS ?{name})")
            frame.kept = True
        else:
            frame.dropped.append(name)
    elif frame.clause == "group":
        frame.dropped.append(name)
    elif frame.clause == "order":
        yield _Slot(name, "({})")
    else:
        yield _Slot(name)
