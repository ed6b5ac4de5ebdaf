"""The phrase books of `dialogue/data/templates/`: word lists and templates, and the notation that templates are in.

`{slot:role}` is a value, `[maybe]` is left out half of the time, `(one|another)` is one of them; they nest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import yaml
from pydantic import ValidationError

from assistant.product import Language, Value

FOLDER = Path(__file__).parent.parent / "data" / "templates"
_TOKEN = re.compile(r"\{(?P<slot>[^{}:]+)(?::(?P<role>not|soft))?\}|(?P<mark>[\[\]()|])|(?P<text>[^{}\[\]()|]+)")
_CLOSING = {"[": "]", "(": ")"}


class TemplateError(ValueError):
    """A phrase book is not of the documented shape; says where."""


@dataclass(frozen=True)
class Slot:
    """A place for a value, or for a word that agrees with one (`{a}`, `{量}`)."""

    name: str
    role: str | None = None


Part = str | Slot
Node = Part | list[list["Node"]]
"""Text, a slot, or a choice between sequences."""


class Phrases(Value):
    """One language's word lists, what may stand before and behind an utterance, and templates by intent."""

    words: Mapping[str, tuple[str, ...] | Mapping[str, tuple[str, ...]]]
    openers: tuple[str, ...]
    closers: tuple[str, ...]
    templates: Mapping[str, str]

    def by_intent(self) -> dict[str, tuple[str, ...]]:
        """Return the templates of each intent, one a line in the file."""
        return {intent: tuple(lines.splitlines()) for intent, lines in self.templates.items()}


@cache
def read_phrases(language: Language) -> Phrases:
    """Read the phrase book of `language`; raises `TemplateError` with the file for one of another shape."""
    file = FOLDER / f"{language}.yml"
    try:
        return Phrases.model_validate(yaml.safe_load(file.read_text("utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise TemplateError(f"{file}: {error}") from error


@cache
def parse(template: str) -> list[Node]:
    """Return the nodes of a template; raises `TemplateError` for brackets that do not match."""
    tokens = list(_TOKEN.finditer(template))
    if sum(len(token[0]) for token in tokens) != len(template):
        raise TemplateError(f"{template!r}: a brace without its partner, or a role that is not `not` or `soft`")
    nodes, end = _choice(tokens, 0, "", template)
    if end != len(tokens):
        raise TemplateError(f"{template!r}: {tokens[end][0]!r} closes nothing")
    return nodes[0]


def _choice(tokens: list[re.Match[str]], at: int, closing: str, template: str) -> tuple[list[list[Node]], int]:
    """Read alternatives up to `closing`; return them and the index of the token that ended them."""
    branches: list[list[Node]] = [[]]
    while at < len(tokens):
        token = tokens[at]
        mark = token["mark"]
        if mark in _CLOSING:
            inner, at = _choice(tokens, at + 1, _CLOSING[mark], template)
            branches[-1].append([[inner], []] if mark == "[" else inner)
        elif mark == "|" and closing:
            branches.append([])
        elif mark:
            if mark != closing:
                raise TemplateError(f"{template!r}: {mark!r} where {closing or 'no bracket'!r} should be")
            return branches, at
        else:
            branches[-1].append(Slot(token["slot"], token["role"]) if token["slot"] else token["text"])
        at += 1
    if closing:
        raise TemplateError(f"{template!r}: {closing!r} is missing")
    return branches, at


def expand(nodes: list[Node], pick: Random) -> list[Part]:
    """Return the parts of one way to say a template."""
    parts: list[Part] = []
    for node in nodes:
        if isinstance(node, list):
            parts += expand(pick.choice(node), pick)
        else:
            parts.append(node)
    return parts
