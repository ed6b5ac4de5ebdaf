"""RDF terms as plain values, for showing them; foreign terms are converted here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import rdflib
from rdflib import XSD

from kg.vocabulary import PREFIXES


@dataclass(frozen=True)
class Term:
    """An IRI, a literal or a blank node.

    `language` and `datatype` (an IRI; empty for plain text) are a literal's. `cut` tells that `text` goes on.
    """

    kind: Literal["iri", "literal", "blank"]
    text: str
    language: str = ""
    datatype: str = ""
    cut: bool = False


def term_of(term: rdflib.term.Identifier) -> Term:
    """Return a term of rdflib as a value."""
    if isinstance(term, rdflib.Literal):
        datatype = "" if term.datatype in (None, XSD.string) or term.language else str(term.datatype)
        return Term("literal", str(term), term.language or "", datatype)
    return Term("blank" if isinstance(term, rdflib.BNode) else "iri", str(term))


def term_from(said: dict[str, Any]) -> Term:
    """Return the term that a worker wrote (`kg.explore_worker`)."""
    return Term(**said)


def short(iri: str) -> str:
    """Return `schema:name` for what has a prefix, else the IRI in angle brackets, as Turtle writes them."""
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(str(namespace))
        if local != iri and local.replace("_", "").replace("-", "").isalnum():
            return f"{prefix}:{local}"
    return f"xsd:{iri.removeprefix(str(XSD))}" if iri.startswith(str(XSD)) else f"<{iri}>"
