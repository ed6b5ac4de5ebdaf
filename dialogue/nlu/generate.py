"""Labelled utterances made from a catalogue: templates filled with its own words, typed as people type."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from random import Random

from assistant.product import Language
from dialogue.nlu import nouns
from dialogue.nlu.data import Example
from dialogue.nlu.noise import noisy
from dialogue.nlu.pieces import Piece, assemble, tidy
from dialogue.nlu.templates import Part, Slot, expand, parse, read_phrases
from dialogue.nlu.values import ENTITIES, Deck, Values
from dialogue.nlu.vocabulary import Kind, Vocabulary

__all__ = ["GenerationError", "Vocabulary", "fill", "generate"]

WEIGHTS: Mapping[str, int] = {"search": 5, "refine": 5, "ask_product": 2, "gift": 2, "ask_catalogue": 2, "compare": 2}
"""How often an intent is drawn, where not once: those that have the most ways of being said."""
_TRIES = 40
_NO_ARTICLE_AFTER = re.compile(r"(?:^|\b)(?:no|need for|the|more|extra)\s*$")
_ARTICLE = re.compile(r"(?:an?|the) (?=.)")
_NUMBERED = re.compile(r"(?:number|option|item) ")
_OTHER_NOUN = re.compile(r"\b(?:gift|present|one|ones)\b|[,?]")


class GenerationError(ValueError):
    """Fewer different utterances can be made than were asked for."""


def generate(vocabulary: Vocabulary, language: Language, count: int, seed: int) -> list[Example]:
    """Return `count` different examples in `language`, the same for the same arguments.

    Every template of an intent is used once before any is used again, and so is every kind of product and every
    brand. Raises `GenerationError` if the vocabulary is too small for `count`.
    """
    pick = Random(seed)
    templates = {intent: Deck(lines) for intent, lines in read_phrases(language).by_intent().items()}
    intents = Deck([intent for intent in templates for _ in range(WEIGHTS.get(intent, 1))])
    values = Values(vocabulary, language, pick)
    made: dict[str, Example] = {}
    for _ in range(_TRIES * count):
        if len(made) == count:
            break
        intent = intents.draw(pick)
        pieces = fill(templates[intent].draw(pick), values, language, pick)
        example = assemble(noisy(pieces, pick, language), intent)
        made.setdefault(example.key, example)
    if len(made) < count:
        raise GenerationError(f"{len(made)} different utterances could be made, not {count}: give more products")
    return list(made.values())


def fill(template: str, values: Values, language: Language, pick: Random) -> tuple[Piece, ...]:
    """Return the pieces of `template` with values in its slots, before any noise."""
    parts = expand(parse(template), pick)
    kind = values.kind()
    filled: list[Piece | Slot] = []
    taken: set[str] = set()
    for index, part in enumerate(parts):
        if isinstance(part, Slot) and part.name in ENTITIES:
            text = _value(part, parts[index + 1 : index + 2], kind, values, taken)
            taken.add(text.casefold())
            if _NUMBERED.match(text) and filled and isinstance(filled[-1], Piece):
                filled[-1] = Piece(filled[-1].text.removesuffix("the "), filled[-1].entity, filled[-1].role)
            lead = _ARTICLE.match(text) if language == "en" and ENTITIES[part.name] == "attribute" else None
            if lead:
                said = filled[-1].text if filled and isinstance(filled[-1], Piece) else ""
                filled.append(Piece("" if _NO_ARTICLE_AFTER.search(said) else lead[0]))
                text = text[lead.end() :]
            filled.append(Piece(text, ENTITIES[part.name], part.role))
        else:
            filled.append(Piece(part) if isinstance(part, str) else part)
    return tidy(_agreeing(filled, index, pick) for index in range(len(filled)))


def _value(slot: Slot, following: Sequence[Part], kind: Kind, values: Values, taken: set[str]) -> str:
    value = values.draw(slot.name, kind, taken)
    for _ in range(20):
        # 红 alone is no Chinese for "in red"; 红的 is.
        fits = slot.name != "colour" or len(value) > 1 or (following and str(following[0]).startswith("的"))
        if fits:
            break
        value = values.draw(slot.name, kind, taken)
    return value


def _agreeing(filled: Sequence[Piece | Slot], index: int, pick: Random) -> Piece:
    """Return the piece at `index`; for `{a}` and `{量}` the word that agrees with the noun that they stand before."""
    part = filled[index]
    if isinstance(part, Piece):
        return part
    noun = None
    following = [piece for piece in filled[index + 1 :] if isinstance(piece, Piece) and piece.text.strip()]
    for piece in following:
        if piece.entity == "product":
            noun = piece.text
            break
        if not piece.entity and _OTHER_NOUN.search(piece.text):
            break
    if part.name == "量":
        return Piece(nouns.measure(noun, pick))
    # An article takes the sound of the word that follows, but what it is depends on the noun.
    return Piece(nouns.article(following[0].text.strip() if following else "", noun, pick))
