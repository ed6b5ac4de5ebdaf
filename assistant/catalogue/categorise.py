"""Sorts products without a category into our own taxonomy, by weak supervision.

The names that the glossary has for a category label the titles that they head ("mobile phone case"). A linear
model, trained on those labels, sorts the titles that no name heads and overrules labels that it finds unlikely.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier

from assistant.catalogue.glossary import Glossary
from assistant.product import Product

TAXONOMY = Path(__file__).with_name("taxonomy.yml")
CategoryPath = tuple[str, ...]

MIN_PRODUCTS = 200  # fewer teach the model nothing that the names do not say
MIN_EXAMPLES = 3  # of a category, for the model to know it
FOLDS = 3
SURE = 0.12  # the model's probability from which it may name a category that no name says
OVERRULE = 0.55  # and from which it may overrule a name,
UNLIKELY = 0.1  # whose own probability is below this
_CAPTION = 150  # a longer description is prose, as is a sentence: its nouns say little about what the product is
_SENTENCE = (".", "!", "。", "！")
_DESCRIBED = 300  # characters of a description that the model reads

_TOKEN = re.compile(r"[A-Za-z0-9]+|[㐀-鿿]+")
_HAN = re.compile(r"[㐀-鿿]+")
_BREAK = re.compile(r"[,;:()\[\]|–—，。；：（）【】]|\s-+\s|\.\s")
_UNIT = (
    "mm cm m km ft in inch w kw v kv va kva a ah mah hz khz mhz ghz dpi ppm x pc pcs sheet sheets page pages "
    "g kg ml l u gb mb tb"
)
_UNITS = frozenset(_UNIT.split())
_ORIGINAL = "original"
_MEASURE = re.compile(rf"\d+(?:{'|'.join(_UNIT.split())})")


def _stem(word: str) -> str:
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("xes", "ches", "shes", "sses")) else word[:-1]


def _words(text: str) -> list[str]:
    return [_stem(word.casefold()) for word in _TOKEN.findall(text)]


class Taxonomy:
    """The tree of categories with, for each path, the clues: phrases of titles that are no names for shoppers."""

    def __init__(self, file: Path = TAXONOMY) -> None:
        """Read the tree of `file`."""
        content = yaml.safe_load(file.read_text("utf-8"))
        self.general: list[str] = content["general"]
        self.opaque = frozenset(map(str, content["opaque"]))
        self.clues: dict[CategoryPath, list[str]] = {}
        for root, below in content["tree"].items():
            self._add((root,), below)

    def _add(self, path: CategoryPath, below: Mapping[str, object]) -> None:
        for name, content in below.items():
            if isinstance(content, Mapping):
                self.clues[*path, name] = content["clues"]
                self._add((*path, name), {key: value for key, value in content.items() if key != "clues"})
            else:
                assert isinstance(content, list)
                self.clues[*path, name] = content

    def names(self, path: CategoryPath, glossary: Glossary) -> list[str]:
        """Return the English phrases that mean the category of `path`."""
        return [*glossary.category(path[-1]).get("en", ()), *self.clues[path]]


class _Match(NamedTuple):
    start: int
    end: int
    path: CategoryPath | None  # none for a general word


class Heads:
    """Finds what a title is about by the names of the categories.

    Titles are noun phrases, and the head of an English or Chinese one is its last noun: the last name is taken of
    the part that comes before the measures, the colours and what the product is "for".
    """

    def __init__(self, taxonomy: Taxonomy, glossary: Glossary) -> None:
        """Gather the names; one that two categories share means the one that comes first in the tree."""
        self._opaque = taxonomy.opaque
        self._phrases: dict[tuple[str, ...], CategoryPath | None] = {}
        self._below: dict[CategoryPath, list[tuple[CategoryPath, list[frozenset[str]]]]] = {}
        self._han: dict[str, CategoryPath] = {}
        for path in taxonomy.clues:
            labels = glossary.category(path[-1])
            self._add(labels.get("en", ()), path)
            for label in labels.get("zh", ()):
                if len(label) > 1 and _HAN.search(label):
                    self._han.setdefault(label.casefold(), path)
            if path[:-1] in taxonomy.clues:
                above = {word for name in glossary.category(path[-2]).get("en", ()) for word in _words(name)}
                rests = [frozenset(_words(name)) - above for name in taxonomy.names(path, glossary)]
                self._below.setdefault(path[:-1], []).append((path, [rest for rest in rests if rest]))
        for path, clues in taxonomy.clues.items():
            self._add(clues, path)
        for root in dict.fromkeys(path[0] for path in taxonomy.clues):
            self._add(glossary.category(root).get("en", ()), None)
        for phrase in taxonomy.general:
            self._phrases[tuple(_words(phrase))] = None
        self._longest = max(map(len, self._phrases))
        self._han_pattern = re.compile("|".join(map(re.escape, sorted(self._han, key=len, reverse=True))))

    def _add(self, phrases: Iterable[str], path: CategoryPath | None) -> None:
        for phrase in phrases:
            if words := tuple(_words(phrase)):
                self._phrases.setdefault(words, path)

    def of(self, text: str) -> CategoryPath | None:
        """Return the category of the head of `text`, if a name or a clue says it."""
        if self._han and (found := self._han_pattern.findall(text.casefold())):
            return self._han[found[-1]]
        general, weak = False, None
        for i, (words, raw, opaque) in enumerate(self._parts(text)):
            if weak and raw[0].casefold() == _ORIGINAL:
                break
            matches = [match for match in self._matches(words) if not i or _telling(match, raw, opaque, general)]
            # Lower case after a name is how Icecat and others add the kind of product to it: that says it best.
            kinds = [match for match in matches if all(map(str.islower, raw[match.start : match.end]))]
            long = [match for match in kinds if match.end - match.start > 1]
            head = (None if raw[0].islower() else _last(long) or _last(kinds)) or _last(matches)
            if not head:
                general = general or bool(matches)
                continue
            phrase = tuple(words[head.start : head.end])
            if len(phrase) > 1 or raw[head.start].islower():
                return self._refined(phrase, text)
            weak = weak or phrase
        return self._refined(weak, text) if weak else None

    def _refined(self, phrase: tuple[str, ...], text: str) -> CategoryPath | None:
        """Return the category, or one below it when the text has the rest of its name ("Laser ... printer")."""
        path = self._phrases[phrase]
        words = frozenset(_words(text))
        for below, rests in self._below.get(path or (), ()):
            if any(words.issuperset(rest) for rest in rests):
                return below
        return path

    def _matches(self, words: Sequence[str]) -> list[_Match]:
        """Return the longest names in `words`, in order; the later of two that overlap, since heads come last."""
        found: list[_Match] = []
        end = len(words)
        while end:
            for start in range(max(0, end - self._longest), end):
                if (phrase := tuple(words[start:end])) in self._phrases:
                    found.append(_Match(start, end, self._phrases[phrase]))
                    end = start
                    break
            else:
                end -= 1
        return found[::-1]

    def _parts(self, text: str) -> Iterator[tuple[list[str], list[str], bool]]:
        """Split `text` at punctuation, measures and opaque words: stems, spellings, if an opaque word came before."""
        for piece in _BREAK.split(text):
            raw: list[str] = []
            opaque = False
            tokens = _TOKEN.findall(piece)
            for token, following in pairwise([*tokens, ""]):
                word = token.casefold()
                measure = word[0].isdigit() and (_MEASURE.fullmatch(word) or following.casefold() in _UNITS)
                if measure or word in self._opaque:
                    if raw:
                        yield [_stem(token.casefold()) for token in raw], raw, opaque
                    raw = []
                    opaque = opaque or word in self._opaque
                elif word == _ORIGINAL:
                    # "Printhead BX-20 Original Black": what it is comes before, but "original black" is ink.
                    if raw:
                        yield [_stem(token.casefold()) for token in raw], raw, opaque
                    raw = [token]
                else:
                    raw.append(token)
            if raw:
                yield [_stem(token.casefold()) for token in raw], raw, opaque


def _telling(match: _Match, raw: Sequence[str], opaque: bool, general: bool) -> bool:
    """Tell whether a name in a later part of a text can be its head, where codes and features are ("DVD-RW")."""
    if match.end - match.start == 1:
        return raw[match.start].islower() and not opaque and not general
    last = raw[match.end - 1]
    if opaque:
        return raw[match.start].islower() and last.islower()
    return last.islower() if general else not last.isupper()


def _last(matches: Sequence[_Match]) -> _Match | None:
    """Return the last name that no general word takes over ("mouse cable")."""
    last = None
    for match in matches:
        if match.path:
            last = match
        elif last and (match.start == last.end or last.end - last.start == 1):
            last = None
    return last


def _features(product: Product) -> list[str]:
    features = [f"@brand={product.brand.casefold()}"] if product.brand else []
    texts = [*product.titles.values(), *(text[:_DESCRIBED] for text in product.descriptions.values())]
    for text in texts:
        words: list[str] = []
        for word in _words(text):
            if _HAN.match(word):
                words += [word[i : i + 2] for i in range(len(word) - 1)]
            elif not word.isdigit():
                words.append(word)
        features += words
        features += [f"{a} {b}" for a, b in pairwise(words)]
    for attribute in product.attributes:
        features.append(f"@{attribute.name}")
        if isinstance(attribute.value, str) and len(attribute.value) < 40:
            features.append(f"@{attribute.name}={attribute.value.casefold()}")
    return features


def _probabilities(
    features: csr_matrix, examples: np.ndarray, labels: np.ndarray, advance: Callable[[], None]
) -> np.ndarray:
    """Return the probability of each label (columns) for each product (rows).

    Examples are judged by the model that has not seen them, all others by the mean of the models.
    """
    size = int(labels.max()) + 1
    total = np.zeros((features.shape[0], size), dtype=np.float32)
    held_out = np.zeros((len(examples), size), dtype=np.float32)
    fold_of = np.arange(len(examples)) % FOLDS
    for fold in range(FOLDS):
        held, rest = fold_of == fold, fold_of != fold
        model = SGDClassifier(loss="log_loss", alpha=1e-5, max_iter=8, tol=None, random_state=0, n_jobs=-1)
        model.fit(features[examples[rest]], labels[rest])
        found = model.predict_proba(features)
        total[:, model.classes_] += (found if len(model.classes_) > 1 else 1.0) / FOLDS
        held_out[np.ix_(held, model.classes_)] = found[examples[held]]
        advance()
    total[examples] = held_out
    return total


class Categoriser:
    """Derives the category of products that have none."""

    def __init__(self, glossary: Glossary) -> None:
        """`glossary` has the names of the categories of the taxonomy."""
        self._heads = Heads(Taxonomy(), glossary)

    def categorise(self, products: Sequence[Product], advance: Callable[[int], None]) -> list[CategoryPath]:
        """Return a path of English names, root first, for each product; `()` where it cannot tell.

        `advance` is told of the products that are done, `len(products)` in all. The same products give the same paths.
        """
        steps = iter(np.diff(np.linspace(0, len(products), FOLDS + 2, dtype=int)).tolist())
        named = [self._named(product) for product in products]
        counts = Counter(path for path in named if path)
        known = sorted(path for path, count in counts.items() if count >= MIN_EXAMPLES)
        if len(products) < MIN_PRODUCTS or len(known) < 2:
            advance(len(products))
            return [path or () for path in named]
        index = {path: i for i, path in enumerate(known)}
        examples = np.array([i for i, path in enumerate(named) if path in index])
        labels = np.array([index[named[i]] for i in examples])
        vectoriser = TfidfVectorizer(analyzer=_features, min_df=2, sublinear_tf=True, dtype=np.float32)
        features = vectoriser.fit_transform(products)
        advance(next(steps))
        probabilities = _probabilities(features, examples, labels, lambda: advance(next(steps)))
        return [self._decided(path, row, known, index) for path, row in zip(named, probabilities, strict=True)]

    def _named(self, product: Product) -> CategoryPath | None:
        lines = [text.split("\n", 1)[0] for text in product.descriptions.values()]
        captions = [line for line in lines if len(line) <= _CAPTION and not line.endswith(_SENTENCE)]
        for text in (*product.titles.values(), *captions):
            if path := self._heads.of(text):
                return path
        return None

    @staticmethod
    def _decided(
        named: CategoryPath | None, row: np.ndarray, known: Sequence[CategoryPath], index: Mapping[CategoryPath, int]
    ) -> CategoryPath:
        best = int(row.argmax())
        if not named:
            return known[best] if row[best] >= SURE else ()
        likely = row[index[named]] if named in index else 0.0
        return known[best] if row[best] >= OVERRULE and likely < UNLIKELY else named
