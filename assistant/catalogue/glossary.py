"""Names in English and Chinese for categories, brands, attribute keys and word values (`assistant/glossary/*.yml`).

The bundled glossary serves every catalogue; a shop adds its own files. Keys are compared without case.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import ValidationError

from assistant.product import Language, Value

BUNDLED = Path(__file__).parent.parent / "glossary"
Kind = Literal["categories", "brands", "attributes", "values"]
Labels = dict[Language, tuple[str, ...]]


class GlossaryError(ValueError):
    """A glossary file is not of the documented shape."""


class _File(Value):
    categories: dict[str, dict[Language, tuple[str, ...]]] = {}
    brands: dict[str, dict[Language, tuple[str, ...]]] = {}
    attributes: dict[str, dict[Language, tuple[str, ...]]] = {}
    values: dict[str, dict[Language, tuple[str, ...]]] = {}


def _has_han(text: str) -> bool:
    return any("\u3400" <= char <= "\u9fff" for char in text)


class Glossary:
    """Labels by kind and name; names that no file has are their own label in the language they are written in."""

    def __init__(self, files: Iterable[Path]) -> None:
        """Read and merge `files` in order; later files add synonyms.

        Raises `GlossaryError` with the file and the place that is wrong.
        """
        self._entries: dict[str, dict[str, Labels]] = {kind: {} for kind in _File.model_fields}
        for file in files:
            try:
                content = _File.model_validate(yaml.safe_load(file.read_text("utf-8")) or {})
            except (yaml.YAMLError, ValidationError) as error:
                raise GlossaryError(f"{file}: {error}") from error
            for kind in _File.model_fields:
                for name, labels in getattr(content, kind).items():
                    self._merge(self._entries[kind].setdefault(name.casefold(), {}), labels)

    @staticmethod
    def _merge(target: Labels, labels: Labels) -> None:
        for language, names in labels.items():
            target[language] = tuple(dict.fromkeys([*target.get(language, ()), *names]))

    def _labels(self, kind: Kind, name: str, fallback: str) -> Labels:
        found = dict(self._entries[kind].get(name.casefold(), {}))
        own: Language = "zh" if _has_han(fallback) else "en"
        if not found.get(own):
            found[own] = (fallback,)
        elif kind in ("categories", "brands"):
            # What the catalogue itself says is shown, in its own spelling.
            found[own] = tuple(dict.fromkeys([fallback, *found[own]]))
        return found

    def category(self, name: str) -> Labels:
        """Return the labels of a category (one step of a path)."""
        return self._labels("categories", name, name)

    def brand(self, name: str) -> Labels:
        """Return the labels of a brand."""
        return self._labels("brands", name, name)

    def attribute(self, key: str) -> Labels:
        """Return the labels of an attribute key."""
        return self._labels("attributes", key, key.replace("_", " "))

    def value(self, value: str) -> Labels:
        """Return the labels of a word value such as `black`."""
        return self._labels("values", value, value)

    def shown(self, category: str) -> list[str]:
        """Return the one name in each language that a category is shown with."""
        return [names[0] for names in self._entries["categories"].get(category.casefold(), {}).values() if names]

    def words(self, name: str, language: Language) -> list[str]:
        """Return every label of `name` in `language`, whatever it names."""
        return [
            label
            for kind in ("categories", "brands", "values")
            for label in self._entries[kind].get(name.casefold(), {}).get(language, ())
        ]


@cache
def bundled() -> Glossary:
    """Return the glossary that comes with the product."""
    return Glossary(sorted(BUNDLED.glob("*.yml")))
