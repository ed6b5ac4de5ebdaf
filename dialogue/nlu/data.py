"""Labelled utterances: read from Rasa's YAML, written to it, and cut into what the model is trained on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

_MARK = re.compile(r"\[(?P<text>[^\]]+)\](?:\((?P<entity>[^)]+)\)|(?P<json>\{[^}]+\}))")
_HAN = re.compile(r"[\u3400-\u9fff]")


class DataError(ValueError):
    """An utterance is labelled wrongly; says where and how."""


@dataclass(frozen=True)
class Span:
    """A marked part of a text: characters `start` to `end` (exclusive); `role` is None, `not` or `soft`."""

    start: int
    end: int
    entity: str
    role: str | None = None

    @property
    def label(self) -> str:
        """The name under which the model knows it: `brand`, `brand#not`."""
        return f"{self.entity}#{self.role}" if self.role else self.entity


@dataclass(frozen=True)
class Example:
    """One utterance with its intent and its spans in reading order."""

    text: str
    intent: str
    spans: tuple[Span, ...] = ()

    @property
    def language(self) -> str:
        """`zh` when there is any Han in it, else `en`."""
        return "zh" if _HAN.search(self.text) else "en"

    @property
    def key(self) -> str:
        """The form in which texts are compared."""
        return " ".join(self.text.casefold().split())


def parse(marked: str, intent: str) -> Example:
    """Read one line of Rasa's format, `a [black](colour) phone`."""
    text, at = "", 0
    spans = []
    for match in _MARK.finditer(marked):
        text += marked[at : match.start()]
        label = json.loads(match["json"]) if match["json"] else {"entity": match["entity"]}
        start = len(text)
        text += match["text"]
        spans.append(Span(start, len(text), label["entity"], label.get("role")))
        at = match.end()
    return Example(text + marked[at:], intent, tuple(spans))


def mark(example: Example) -> str:
    """Write one line of Rasa's format."""
    text, at = "", 0
    for span in example.spans:
        text += example.text[at : span.start]
        words = example.text[span.start : span.end]
        text += (
            f'[{words}]{{"entity": "{span.entity}", "role": "{span.role}"}}'
            if span.role
            else f"[{words}]({span.entity})"
        )
        at = span.end
    return text + example.text[at:]


def read(*paths: Path) -> list[Example]:
    """Read files of Rasa's NLU format.

    Raises `DataError` with the file's name for a file that is not of that format.
    """
    return [example for path in paths for example in _read(path)]


def _read(path: Path) -> Iterator[Example]:
    try:
        for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                if line.strip():
                    yield parse(line.strip().removeprefix("-").strip(), block["intent"])
    except (yaml.YAMLError, KeyError, TypeError, json.JSONDecodeError) as error:
        raise DataError(f"{path}: {error}") from error


def unique(examples: Iterable[Example]) -> list[Example]:
    """Keep the first of the examples that have the same text."""
    return list({example.key: example for example in reversed(list(examples))}.values())[::-1]
