"""Why one product stands beside another: what it is to it, how that is known, and how sure it is."""

from __future__ import annotations

from assistant.catalogue.names import Names
from assistant.constraint import Constraint, Relative
from assistant.product import Language, RelationKind
from assistant.reply import Reason
from assistant.turn.messages import say
from kg import vocabulary as v
from kg.related import STATED, Related

_OF: dict[str, tuple[RelationKind, ...]] = {
    Relative.MADE_FOR: (RelationKind.ACCESSORY, RelationKind.CONSUMABLE),
    Relative.FITTED_BY: (RelationKind.ACCESSORY_OF, RelationKind.CONSUMABLE_OF, RelationKind.COMPATIBLE),
    Relative.BOUGHT_WITH: (RelationKind.BOUGHT_TOGETHER, RelationKind.SIMILAR_TASTE),
    Relative.GOES_WITH: (
        RelationKind.ACCESSORY,
        RelationKind.CONSUMABLE,
        RelationKind.ACCESSORY_OF,
        RelationKind.CONSUMABLE_OF,
        RelationKind.COMPATIBLE,
    ),
}
"""The kinds of relation that answer to a demand."""


def relation(id_: str, demand: Constraint, names: Names) -> Related | None:
    """Return the surest relation by which product `id_` meets a demand to be related to another one."""
    kinds = _OF.get(demand.attribute, ())
    return next((r for r in names.related(str(demand.value)) if r.id == id_ and r.kind in kinds), None)


def relation_reason(id_: str, demand: Constraint, names: Names, language: Language) -> Reason | None:
    """Return why product `id_` meets a demand to be related to another one, with the triple that says so."""
    other = str(demand.value)
    title = names.title(other, language)
    if demand.attribute == Relative.IN_SERIES_OF:
        found = next((s for s in names.series(other) if id_ in s.ids), None)
        if found is None:
            return None
        text = say("is_in_series", language, series=found.name, title=title)
        return Reason(text=text, triple=(v.product_iri(id_), "shop:inSeries", v.series_iri(found.brand, found.name)))
    one = relation(id_, demand, names)
    if one is None:
        return None
    return Reason(text=related_words(one, title, language), triple=one.triple)


def related_words(one: Related, title: str, language: Language) -> str:
    """Return what a product is to the one called `title`, and how that is known where the catalogue does not state it."""
    reason = say(f"is_{one.kind.value}", language, title=title)
    if one.method == STATED:
        return reason
    return say("with_how", language, reason=reason, how=how_known(one, language))


def how_known(one: Related, language: Language) -> str:
    """Return how a relation is known: stated, or the evidence and how sure it is."""
    if one.method == STATED:
        return say("how_stated", language)
    sure = say("how_sure", language, share=round(100 * one.confidence))
    # Evidence is written in English; its quotations are the catalogue's own words.
    return f"{one.evidence}; {sure}" if language == "en" and one.evidence else sure
