"""How people type: each step changes the pieces of an utterance and so keeps its spans."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

from assistant.product import Language
from dialogue.nlu.pieces import Piece, tidy
from dialogue.nlu.templates import read_phrases

Pieces = tuple[Piece, ...]
Step = Callable[[Pieces, Random, Language], Pieces]

_WORD = re.compile(r"(?<![\w'])[a-zA-Z]{4,}(?![\w'])")
_NUMERIC = ("price", "quantity", "ordinal")
"""Here a wrong letter can be in a number that is written out (`fifty`)."""
_PUNCTUATION = re.compile(r"[.?!'。？！]|,(?= |$)")
_NEIGHBOURS = dict(
    zip(
        "qwertyuiopasdfghjklzxcvbnm",
        "wa qes wrd etf ryg tuh yij uok ipl ol qsz adw sfe dgr fht gjy hku jli kop xas zcd xvf cbg vnh bmj nk".split(),
        strict=True,
    )
)
_QUESTIONS = ("?", "？", "吗", "呢", "吧", "呗", "哈", "怎么样", "哪个好", "什么好")


def open_with_filler(pieces: Pieces, pick: Random, language: Language) -> Pieces:
    """Put a greeting or a filler in front: `um `, 请问."""
    first = pieces[0].text
    if first.startswith(("please", "ok", "actually")):
        return pieces
    return (Piece(pick.choice(read_phrases(language).openers)), *pieces)


def close_with_thanks(pieces: Pieces, pick: Random, language: Language) -> Pieces:
    """Put thanks or a particle behind; none that would follow another."""
    book, text = read_phrases(language), "".join(piece.text for piece in pieces)
    if "please" in text:
        return pieces
    ends_as_question = text.endswith(_QUESTIONS)
    if language == "zh" and not ends_as_question and pick.random() < 0.4:
        return (*pieces, Piece(pick.choice(tuple(book.words["particles"]))))
    closer = pick.choice(book.closers)
    return pieces if ends_as_question and "pl" in closer else (*pieces, Piece(closer))


def capitalise(pieces: Pieces, pick: Random, language: Language) -> Pieces:
    """Begin with a capital letter."""
    return (replace(pieces[0], text=pieces[0].text[0].upper() + pieces[0].text[1:]), *pieces[1:])


def lower(pieces: Pieces, pick: Random, language: Language) -> Pieces:
    """Type without capital letters."""
    return tuple(replace(piece, text=piece.text.lower()) for piece in pieces)


def drop_punctuation(pieces: Pieces, pick: Random, language: Language) -> Pieces:
    """Leave out punctuation and apostrophes outside of values; a Chinese comma becomes a space or nothing."""
    comma = pick.choice((" ", ""))
    plain = (
        piece if piece.entity else Piece(_PUNCTUATION.sub("", piece.text).replace("，", comma).replace("、", comma))
        for piece in pieces
    )
    return tidy(plain)


def mistype(pieces: Pieces, pick: Random, language: Language) -> Pieces:
    """Mistype one letter of one English word of four letters or more, never its first."""
    places = [
        (index, match.start(), match.end())
        for index, piece in enumerate(pieces)
        if piece.entity not in _NUMERIC
        for match in _WORD.finditer(piece.text)
    ]
    if not places:
        return pieces
    index, start, end = pick.choice(places)
    text = pieces[index].text
    spoilt = replace(pieces[index], text=text[:start] + typo(text[start:end], pick) + text[end:])
    return (*pieces[:index], spoilt, *pieces[index + 1 :])


def typo(word: str, pick: Random) -> str:
    """Swap, drop, double or replace (by a neighbour on a QWERTY keyboard) a letter after the first."""
    at, kind = pick.randrange(1, len(word) - 1), pick.randrange(4)
    head, char, after, tail = word[:at], word[at], word[at + 1], word[at + 2 :]
    if kind == 0:
        return head + after + char + tail
    if kind == 1:
        return head + after + tail
    if kind == 2:
        return head + char + char + after + tail
    return head + pick.choice(_NEIGHBOURS.get(char.lower(), char)) + after + tail


STEPS: Mapping[Language, tuple[tuple[float, Step], ...]] = {
    "en": (
        (0.1, open_with_filler), (0.08, close_with_thanks), (0.3, capitalise), (0.5, lower), (0.3, drop_punctuation),
        (0.15, mistype),
    ),
    "zh": (
        (0.12, open_with_filler), (0.12, close_with_thanks), (0.35, lower), (0.4, drop_punctuation), (0.06, mistype),
    ),
}  # fmt: skip
"""The steps in their order, each with the share of utterances that it is tried on."""


def noisy(pieces: Pieces, pick: Random, language: Language) -> Pieces:
    """Apply every step with its probability."""
    for probability, step in STEPS[language]:
        if pick.random() < probability:
            pieces = step(pieces, pick, language)
    return pieces
