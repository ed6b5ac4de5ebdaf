"""How things are called in the shopper's language, read from the labels in the graph."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from rdflib import Dataset

from assistant.constraint import RELATIVES, Constraint, Relative
from assistant.product import Attribute, Language
from kg import questions
from kg import vocabulary as v
from kg.related import related, series

_RELATED = 256
"""Products whose relations are kept in memory."""
_ZH_UNITS = {
    "in": "英寸",
    "h": "小时",
    "W": "瓦",
    "kg": "千克",
    "g": "克",
    "mAh": "毫安时",
    "year": "年",
    "pcs": "件",
    "l": "升",
    "ml": "毫升",
}
_EN_UNITS = {"in": "-inch"}
_A_YEAR = 1900
_BUILT_IN: dict[str, dict[Language, tuple[str, ...]]] = {
    "price": {"en": ("price", "budget", "cost"), "zh": ("价格", "预算", "价钱", "价位")},
    "brand": {"en": ("brand", "make", "manufacturer"), "zh": ("品牌", "牌子")},
    "category": {"en": ("category", "kind", "type of product"), "zh": ("类别", "种类")},
    "rating": {"en": ("rating", "reviews"), "zh": ("评分", "评价")},
    "review_count": {"en": ("number of ratings",), "zh": ("评价数",)},
    "availability": {"en": ("availability", "stock"), "zh": ("库存", "现货", "还剩")},
}

_RELATIVES: dict[str, dict[Language, str]] = {
    Relative.GOES_WITH: {"en": "goes with", "zh": "搭配"},
    Relative.MADE_FOR: {"en": "made for", "zh": "适配"},
    Relative.FITTED_BY: {"en": "takes", "zh": "可用"},
    Relative.BOUGHT_WITH: {"en": "bought with", "zh": "常一起购买"},
    Relative.IN_SERIES_OF: {"en": "in the series of", "zh": "同系列"},
}


def plain(number: Decimal) -> str:
    """Return a number without needless zeros: 6.10 is 6.1, 2E+2 is 200."""
    return format(number.normalize(), "f")


class Names:
    """The labels of one catalogue."""

    def __init__(self, graph: Dataset) -> None:
        """Read all labels of `graph`."""
        self._graph = graph
        # A graph that is served never changes.
        self.related = lru_cache(_RELATED)(lambda id_: related(graph, id_))
        """What other products are to one, by its id (see `kg.related.related`)."""
        self.series = lru_cache(_RELATED)(lambda id_: series(graph, id_))
        """The series of a product, by its id."""
        self._labels = questions.labels(graph)

    def _name(self, iri: str, language: Language, fallback: str) -> str:
        labels = self._labels.get(iri, {})
        return next(iter(labels.get(language) or labels.get("en") or [fallback]), fallback)

    def brand(self, name: str, language: Language) -> str:
        """Return how a brand is called."""
        return self._name(v.brand_iri(name), language, name)

    def category(self, path: str, language: Language) -> str:
        """Return how the last step of a category path is called."""
        steps = path.split(" > ")
        return self._name(v.category_iri(steps), language, steps[-1])

    def title(self, id_: str, language: Language) -> str:
        """Return how a product is called."""
        titles = questions.titles(self._graph, id_)
        return titles.get(language) or next(iter(titles.values()), id_)

    def attribute(self, key: str, language: Language) -> str:
        """Return how an attribute is called."""
        if key in _BUILT_IN:
            return _BUILT_IN[key][language][0]
        if key in _RELATIVES:
            return _RELATIVES[key][language]
        return self._name(v.property_iri(key), language, key.replace("_", " "))

    def value(self, attribute: Attribute, language: Language) -> str:
        """Return how a fact's value is written: `6.1-inch`, `128 GB`, `黑色`, `yes`."""
        if isinstance(attribute.value, bool):
            return {"en": ("no", "yes"), "zh": ("否", "是")}[language][attribute.value]
        if isinstance(attribute.value, Decimal):
            number, unit = plain(attribute.value), attribute.unit or ""
            if unit == "year" and attribute.value > _A_YEAR:
                return number  # a date, not a duration
            if language == "zh":
                return f"{number}{_ZH_UNITS.get(unit, ' ' + unit if unit else '')}"
            return number + _EN_UNITS.get(unit, " " + unit if unit else "")
        return self._name(v.value_iri(attribute.name, attribute.value, attribute.unit), language, attribute.value)

    def fact(self, attribute: Attribute, language: Language) -> str:
        """Return a fact as a short label; empty when it says that something is absent."""
        if isinstance(attribute.value, bool):
            return self.attribute(attribute.name, language) if attribute.value else ""
        return self.value(attribute, language)

    def facets(self) -> dict[str, str]:
        """Return every name of every attribute in lower case with its key; common words win over rare ones."""
        names: dict[str, str] = {}
        shown: dict[str, str] = {}
        for iri, by_language in self._labels.items():
            if iri.startswith(v.property_iri("")):
                key = v.property_key(iri)
                names |= {name.casefold(): key for group in by_language.values() for name in group[1:]}
                shown |= {group[0].casefold(): key for group in by_language.values() if group}
                shown.setdefault(key.replace("_", " "), key)
        # "Memory" is what is called so first, not what may be called so too; its own key decides between two.
        names |= shown
        keys = set(shown.values())
        names |= {key.replace("_", " "): key for key in keys if key.replace("_", " ") in names}
        for key, labels in _BUILT_IN.items():
            names |= {name: key for group in labels.values() for name in group}
        return names

    def demand(self, constraint: Constraint, language: Language) -> str:
        """Return the value of a demand as it is called."""
        if constraint.attribute == "brand":
            return self.brand(str(constraint.value), language)
        if constraint.attribute == "category":
            return self.category(str(constraint.value), language)
        if constraint.attribute in RELATIVES:
            return self.title(str(constraint.value), language)
        fact = Attribute(name=constraint.attribute, value=constraint.value, unit=constraint.unit)
        return self.fact(fact, language) or self.attribute(constraint.attribute, language)
