"""An utterance while it is being made: its text in pieces, each marked or not, so that spans need no bookkeeping."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dialogue.nlu.data import Example, Span

_NO_SPACE_BEFORE = ",.?!，。？！、"


@dataclass(frozen=True)
class Piece:
    """A part of an utterance; with `entity` it becomes a span."""

    text: str
    entity: str | None = None
    role: str | None = None


def tidy(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Join plain pieces and set spaces right: none doubled, none at the ends or before a comma, one between Latin words."""
    tidied: list[Piece] = []
    for piece in pieces:
        text, last = piece.text, tidied[-1].text[-1] if tidied else " "
        if not text:
            continue
        if piece.entity:
            if _latin(last) and _latin(text[0]):
                tidied.append(Piece(" "))
            tidied.append(piece)
            continue
        text = re.sub(" {2,}", " ", text)
        if last == " ":
            text = text.lstrip(" ")
            if text and text[0] in _NO_SPACE_BEFORE and tidied and not tidied[-1].entity:
                before = tidied.pop().text.rstrip(" ")
                text = before + text
        elif text and tidied and tidied[-1].entity and _latin(last) and _latin(text[0]):
            text = " " + text
        if text:
            merged = tidied.pop().text + text if tidied and not tidied[-1].entity else text
            tidied.append(Piece(merged))
    return _trimmed(tidied)


def _trimmed(pieces: list[Piece]) -> tuple[Piece, ...]:
    if pieces and not pieces[0].entity:
        pieces[0] = Piece(pieces[0].text.lstrip(" ,，、"))
    if pieces and not pieces[-1].entity:
        pieces[-1] = Piece(pieces[-1].text.rstrip(" ,，、"))
    return tuple(piece for piece in pieces if piece.text)


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def assemble(pieces: Sequence[Piece], intent: str) -> Example:
    """Return the example whose text is that of all pieces and whose spans are the marked ones."""
    text, spans = "", []
    for piece in pieces:
        if piece.entity:
            spans.append(Span(len(text), len(text) + len(piece.text), piece.entity, piece.role))
        text += piece.text
    return Example(text, intent, tuple(spans))
