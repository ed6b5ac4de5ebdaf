"""The names that a catalogue knows (brands, categories, values and their synonyms), found in a sentence.

Made from the graph, so a new catalogue changes what is understood without training (Aho-Corasick, pyahocorasick).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

import ahocorasick
from pypinyin import lazy_pinyin
from rapidfuzz import process
from rapidfuzz.distance import OSA
from rdflib import Dataset
from wordfreq import get_frequency_dict, zipf_frequency

from kg import questions
from kg import vocabulary as v

_LONGEST_VALUE = 30
_LONG_WORD = 9
_SHORTEST_TYPO = 5
_USUAL = 3.3
"""Zipf frequency (wordfreq) from which a word is no typo: place 5.8, intel 3.9; labtop 1.7, samsng 0."""


@dataclass(frozen=True)
class Entry:
    """What a name means: `attribute = value [unit]`, and how many products it holds for, by category path."""

    attribute: str
    value: bool | Decimal | str
    unit: str | None
    uses: Mapping[str, int] = field(compare=False)

    def count(self, category: str | None = None) -> int:
        """Count the products it holds for, in `category` and below or everywhere."""
        if category is None:
            return sum(self.uses.values())
        return sum(n for path, n in self.uses.items() if path == category or path.startswith(category + " > "))


@dataclass(frozen=True)
class Mention:
    """A name found in a text, with everything that it can mean, the most used meaning first."""

    start: int
    end: int
    text: str
    entries: tuple[Entry, ...]

    def best(self, category: str | None) -> Entry:
        """Return the meaning that most products of `category` have."""
        return max(self.entries, key=lambda entry: entry.count(category)) if category else self.entries[0]

    def of(self, attribute: str) -> Entry | None:
        """Return the meaning as `attribute`, if it has one."""
        return next((entry for entry in self.entries if entry.attribute == attribute), None)


def _fold(text: str) -> str:
    """Return the form in which names are compared: lower case, one space for hyphens and the like."""
    return " ".join(text.casefold().replace("-", " ").replace("_", " ").split())


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _is_han(text: str) -> bool:
    return len(text) > 1 and all("\u3400" <= char <= "\u9fff" for char in text)


def _is_word(char: str) -> bool:
    return char.isascii() and char.isalnum()


class Gazetteer:
    """Finds the names of one catalogue."""

    def __init__(self, entries: Iterable[tuple[str, Entry]], facts: Sequence[Entry] = ()) -> None:
        """`entries` pairs names with meanings; `facts` are all facts, named or not."""
        names: dict[str, list[Entry]] = defaultdict(list)
        for name, entry in entries:
            folded = _fold(name)
            for form in {folded, _singular(folded)}:
                if len(form) > 1 and entry not in names[form]:
                    names[form].append(entry)
        self._names = {name: tuple(sorted(found, key=_priority)) for name, found in names.items()}
        self._by_attribute: dict[str, list[Entry]] = defaultdict(list)
        for entry in facts:
            self._by_attribute[entry.attribute].append(entry)
        self._measures: dict[str, list[Entry]] = defaultdict(list)
        for entry in facts:
            if isinstance(entry.value, Decimal):
                self._measures[entry.unit or ""].append(entry)
        self._automaton = ahocorasick.Automaton()
        for name in self._names:
            self._automaton.add_word(name, name)
        if self._names:
            self._automaton.make_automaton()
        # A typo of a brand or a category is worth guessing; of a minor value it is not.
        self._correctable = [
            name
            for name, found in self._names.items()
            if name.isascii() and len(name) >= _SHORTEST_TYPO and found[0].attribute in ("brand", "category")
        ]
        self._nearest = lru_cache(maxsize=4096)(self._correct)
        self._sounds: dict[str, tuple[Entry, ...]] = {}
        for name, found in self._names.items():
            if found[0].attribute in ("brand", "category") and _is_han(name):
                self._sounds.setdefault("".join(lazy_pinyin(name)), found)

    @classmethod
    def from_graph(cls, graph: Dataset) -> Gazetteer:
        """Collect the names of all categories, brands and facts of `graph`."""
        labels = questions.labels(graph)
        entries: list[tuple[str, Entry]] = []

        def add(entry: Entry, iri: str, *own: str) -> None:
            names = {*own, *(name for group in labels.get(iri, {}).values() for name in group)}
            entries.extend((name, entry) for name in names)

        for path, uses in questions.categories(graph):
            steps = path.split(" > ")
            add(Entry("category", path, None, {path: uses}), v.category_iri(steps), steps[-1])
        for name, uses in questions.brands(graph):
            add(Entry("brand", name, None, {"": uses}), v.brand_iri(name), name)
        facts = []
        for fact, counts in questions.facts(graph).items():
            entry = Entry(fact.name, fact.value, fact.unit, counts)
            facts.append(entry)
            if fact.value is True:
                add(entry, v.property_iri(fact.name), fact.name)
            elif isinstance(fact.value, str) and len(fact.value) <= _LONGEST_VALUE and not fact.value.isdigit():
                add(entry, v.value_iri(fact.name, fact.value, None), fact.value)
        return cls(entries, facts)

    def measured(self, value: Decimal, unit: str, category: str | None) -> list[str]:
        """Return the attribute keys that are measured in `unit` in `category`, those that know `value` first.

        16 GB is memory where laptops have memories of 16 GB, 512 GB is storage.
        """
        exact: dict[str, int] = defaultdict(int)
        any_value: dict[str, int] = defaultdict(int)
        for entry in self._measures.get(unit, ()):
            count = entry.count(category)
            any_value[entry.attribute] += count
            if entry.value == value:
                exact[entry.attribute] += count
        keys = [key for key, count in any_value.items() if count]
        return sorted(keys, key=lambda key: (-exact[key], -any_value[key]))

    def numbers(self, attribute: str, unit: str, category: str | None) -> set[Decimal]:
        """Return the values of `attribute` in `unit` that products of `category` state."""
        entries = (e for e in self._measures.get(unit, ()) if e.attribute == attribute and e.count(category))
        return {e.value for e in entries if isinstance(e.value, Decimal)}

    def known(self, attribute: str, category: str | None) -> int:
        """Count the facts of `attribute` in `category` (None: everywhere)."""
        return sum(entry.count(category) for entry in self._by_attribute.get(attribute, ()))

    def lookup(self, name: str) -> tuple[Entry, ...]:
        """Return what exactly `name` means in this catalogue."""
        folded = _fold(name)
        return self._names.get(folded) or self._names.get(_singular(folded), ())

    def kind(self, name: str) -> bool:
        """Whether `name` is that of a category before anything else."""
        return any(entry.attribute == "category" for entry in self.lookup(name))

    def sounding(self, words: str) -> tuple[Entry, ...]:
        """Return the brand or category whose Chinese name sounds like `words`: 笔记本殿脑, or "shouji" for 手机.

        Tones aside. Only for what stands where a name does, and for no word of the language: 坚果 (nuts) sounds like 煎锅.
        """
        if _is_han(words):
            return () if words in get_frequency_dict("zh") else self._sounds.get("".join(lazy_pinyin(words)), ())
        letters = words.casefold().replace(" ", "").replace("'", "")
        typed = letters.isascii() and letters.isalpha() and len(letters) >= _SHORTEST_TYPO
        return self._sounds.get(letters, ()) if typed and zipf_frequency(letters, "en") < _USUAL else ()

    def find(self, text: str) -> list[Mention]:
        """Return the names in `text`, longest first where they overlap, in reading order; small typos are forgiven."""
        folded, positions = _folded(text)
        taken: list[tuple[int, int, tuple[Entry, ...]]] = []
        for start, end, entries in sorted(self._hits(folded), key=lambda hit: (hit[0] - hit[1], hit[0])):
            if all(end <= s or start >= e for s, e, _ in taken):
                taken.append((start, end, entries))
        taken += list(self._typos(folded, taken))
        return [
            Mention(positions[s], positions[e - 1] + 1, text[positions[s] : positions[e - 1] + 1], entries)
            for s, e, entries in sorted(taken, key=lambda hit: hit[0])
        ]

    def _hits(self, folded: str) -> Iterator[tuple[int, int, tuple[Entry, ...]]]:
        if not self._names:
            return
        for last, name in self._automaton.iter(folded):
            start, end = last - len(name) + 1, last + 1
            if start and _is_word(folded[start]) and _is_word(folded[start - 1]):
                continue
            if end < len(folded) and _is_word(folded[end - 1]) and _is_word(folded[end]):
                plural = folded[end] == "s" and (end + 1 == len(folded) or not _is_word(folded[end + 1]))
                if not plural:
                    continue
                end += 1
            yield start, end, self._names[name]

    def _typos(
        self, folded: str, taken: list[tuple[int, int, tuple[Entry, ...]]]
    ) -> Iterator[tuple[int, int, tuple[Entry, ...]]]:
        at = 0
        for word in folded.split(" "):
            start, at = at, at + len(word) + 1
            bare = word.strip(".,!?\"'()")
            if len(bare) < _SHORTEST_TYPO or not bare.isascii() or not bare.isalpha():
                continue
            if any(start < e and start + len(word) > s for s, e, _ in taken):
                continue
            entries = self._nearest(bare)
            if entries:
                offset = start + word.index(bare)
                yield offset, offset + len(bare), entries

    def _correct(self, word: str) -> tuple[Entry, ...]:
        # A word that people use ("place", "Intel") is no slip of a name ("plate", "Intex").
        if zipf_frequency(word, "en") >= _USUAL:
            return ()
        allowed = 1 if len(word) < _LONG_WORD else 2
        best = process.extractOne(word, self._correctable, scorer=OSA.distance, score_cutoff=allowed)
        # The first letter is the one that people get right.
        return self._names[best[0]] if best and best[0][0] == word[0] else ()


def _priority(entry: Entry) -> tuple[int, int]:
    return {"category": 0, "brand": 1}.get(entry.attribute, 2), -entry.count()


def _folded(text: str) -> tuple[str, list[int]]:
    """Return `_fold(text)` with the position in `text` of each of its characters."""
    characters: list[str] = []
    positions: list[int] = []
    for index, char in enumerate(text):
        lowered = " " if char in "-_" or char.isspace() else char.casefold()
        if lowered == " " and (not characters or characters[-1] == " "):
            continue
        for part in lowered:
            characters.append(part)
            positions.append(index)
    while characters and characters[-1] == " ":
        characters.pop()
        positions.pop()
    return "".join(characters), positions
