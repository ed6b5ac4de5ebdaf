"""More like one product: by facts they share and texts that are alike, better in what the shopper asks for."""

from __future__ import annotations

from decimal import Decimal

from assistant.product import Product
from assistant.turn import phrase
from assistant.turn.context import Answer, Context
from assistant.turn.messages import say
from assistant.turn.phrase import listed
from assistant.turn.pointing import card_of, products, the_one, unclear
from assistant.turn.wording import buyable, joined, sentence, the
from assistant.understanding.reference import Reference
from assistant.understanding.stating import meets, numeric
from assistant.understanding.superlatives import superlative
from assistant.understanding.topics import demanded
from kg.complements import substitutes
from retrieval.fusion import reciprocal_rank

_KEY_FACTS = 4
_LONGEST_FACT = 40
_NEIGHBOURS = 20
_FACTS, _TEXT, _GRAPH = 1.0, 0.6, 0.4
"""Of what is said and facts shared, of texts alike and of graph embeddings alike, how much each counts for "more like this" (facts are what is said of it)."""


def similar(context: Context) -> Answer:
    """Show products like one: by facts they share and texts that are alike, what is in stock first."""
    state, language = context.state, context.state.language
    product, reference = the_one(context, pointing=False)
    if product is None:
        return unclear(context, reference)
    like, missing = _better(context, product, alternatives(context, product), reference)
    subject = the(product, language)
    if not like:
        return Answer(state, say("similar_none", language, subject=subject), (), ())
    ids = tuple(p.id for p in like)
    shown = ids[: context.page]
    context.state = state = state.model_copy(
        update={"ranked": ids, "shown": shown, "offset": len(shown), "focus": None, "beside": product.id}
    )
    cards = tuple(card_of(context, p) for p in like[: len(shown)])
    text = sentence(
        say("similar_found", language, state.turn, subject=subject, shared=_shared(context, product, like[0]))
    )
    if missing:
        text = joined(language, text, say("similar_but", language, words=missing))
    more = (phrase.quick("quick_more", language),) if len(ids) > len(shown) else ()
    return Answer(
        state,
        text,
        cards,
        (phrase.quick("quick_cheaper", language), *more, phrase.quick("quick_compare_two", language)),
    )


def _better(context: Context, product: Product, like: list[Product], reference: Reference) -> tuple[list[Product], str]:
    """Keep what has the qualities that are asked for too ("but waterproof", "but lighter"), if anything has.

    Returns the words of the first quality that nothing has.
    """
    missing = ""
    for demand in demanded(context.understood):
        if demand.attribute == "category" or demand in reference.used:
            continue
        fitting = [p for p in like if meets(p, demand)]
        like, missing = fitting or like, missing or ("" if fitting else demand.said)
    for entity in context.understood.parse.entities:
        most = superlative(entity.value, context.catalogue.facets) if entity.entity == "attribute" else None
        if most is None:
            continue
        value = numeric(most.attributes, [product])
        own = value(product)
        fitting = [p for p in like if own is not None and _beyond(value(p), own, descending=most.descending)]
        like, missing = fitting or like, missing or ("" if fitting else entity.value)
    return like, missing


def _beyond(number: Decimal | None, own: Decimal, *, descending: bool) -> bool:
    return number is not None and (number > own if descending else number < own)


def alternatives(context: Context, product: Product) -> list[Product]:
    """Return what is most like a product and no variant of it, what can be had first."""
    catalogue = context.catalogue
    by_facts = substitutes(catalogue.graph, product.id, _NEIGHBOURS)
    by_text = [id_ for id_, _ in catalogue.vectors.neighbours(product.id, _NEIGHBOURS)]
    by_graph = [id_ for id_, _ in catalogue.embeddings.similar(product.id, _NEIGHBOURS)] if catalogue.embeddings else []
    fused = [id_ for id_, _ in reciprocal_rank([by_facts, by_text, by_graph], (_FACTS, _TEXT, _GRAPH))]
    found = [
        p
        for p in products(context, fused)
        if p.category == product.category and not (p.group and p.group == product.group)
    ]
    first: dict[str, Product] = {}
    for other in sorted(found, key=lambda p: not buyable(p)):
        first.setdefault(other.group or other.id, other)
    return list(first.values())


def _shared(context: Context, product: Product, other: Product) -> str:
    """Say which facts the first similar product shares, or that it is of the same kind."""
    language, names = context.state.language, context.catalogue.names
    theirs = set(other.attributes)
    facts = [names.fact(a, language) for a in product.attributes if a in theirs]
    words = list(dict.fromkeys(word for word in facts if word and len(word) <= _LONGEST_FACT))[:_KEY_FACTS]
    if words:
        return say("shared_facts", language, facts=listed(words, language))
    kind = names.category(" > ".join(product.category), language)
    return say("shared_kind", language, what=kind if language == "zh" else kind.lower())
