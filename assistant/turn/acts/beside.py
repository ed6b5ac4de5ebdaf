"""One product beside others: comparing them, why one is shown, and what is like it."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.product import Product
from assistant.turn import phrase
from assistant.turn.acts.products import next_steps
from assistant.turn.comparing import table, verdict
from assistant.turn.context import Answer, Context
from assistant.turn.messages import say
from assistant.turn.pointing import card_of, meant, named_elsewhere, on_screen, products, unclear
from assistant.turn.wording import buyable, listed, sentence, the
from assistant.understanding.reference import Reference, named_each
from kg.compared import alike
from retrieval.fusion import reciprocal_rank

_COMPARED, _BY_DEFAULT = 4, 3
_KEY_FACTS = 4
_LONGEST_FACT = 40
_NEIGHBOURS = 20
_PARTS = ("why_part_text", "why_part_fusion", "why_part_quality")
_FACTS, _TEXT = 1.0, 0.6
"""Of facts shared and of texts alike, how much each counts for "more like this" (facts are what is said of it)."""


def compare(context: Context) -> Answer:
    """Put two to four products side by side."""
    state, language, names = context.state, context.state.language, context.catalogue.names
    found = _to_compare(context)
    if isinstance(found, Reference):
        return unclear(context, found)
    some = products(context, found[:_COMPARED])
    if len(some) < 2:
        if not on_screen(context):
            return unclear(context, Reference())
        return Answer(state, say("compare_one", language), (), ())
    ids = tuple(p.id for p in some)
    context.state = state = state.model_copy(update={"shown": ids, "focus": None})
    intro = say("compared", language, state.turn)
    joint = " " if language == "en" else ""
    text = intro + joint + verdict(some, names, language)
    cards = tuple(card_of(context, p) for p in some)
    offers = tuple(phrase.quick("quick_take", language, place=str(n)) for n in range(1, len(some) + 1))
    return Answer(state, text, cards, offers, comparison=table(some, names, language))


def _to_compare(context: Context) -> tuple[str, ...] | Reference:
    shown = on_screen(context)
    one_by_one = _named_apart(context, shown)
    if len(one_by_one) > 1:
        return one_by_one
    reference = meant(context, pointing=True)
    if reference.place is not None or (reference.named and not reference.ids and one_by_one == ()):
        return reference
    ids = reference.ids
    if len(ids) > 1:
        return ids[:_COMPARED] if reference.many or reference.named else ids[:_BY_DEFAULT]
    focus = context.state.focus
    if len(ids) == 1 and reference.named:
        other = focus if focus and focus not in ids else None
        rest = [p.id for p in shown if p.id not in ids]
        return (other, *ids) if other else (*ids, *rest[:1])
    return tuple(p.id for p in shown)[:_BY_DEFAULT]


def _named_apart(context: Context, shown: Sequence[Product]) -> tuple[str, ...]:
    """Return the products that are named one by one, on screen or, where not there, in the whole catalogue."""
    names = [e for e in context.understood.parse.entities if e.entity == "product"]
    on = named_each(context.understood, shown)
    if len(on) > 1 or len(names) < 2:
        return on
    found = [p for e in names if (p := named_elsewhere(context, e.value))]
    return tuple(dict.fromkeys(p.id for p in found))


def why(context: Context) -> Answer:
    """Say why a product is shown: the facts that meet the demands, and how the ranking came about."""
    state, language = context.state, context.state.language
    reference = meant(context, pointing=True)
    if reference.place is not None or (reference.named and len(reference.ids) != 1):
        return unclear(context, reference)
    id_ = reference.one or state.focus or next(iter(state.shown), None)
    found = products(context, [id_] if id_ else [])
    if not found:
        return unclear(context, Reference())
    [product] = found
    context.state = state = state.model_copy(update={"focus": product.id})
    ranking = _ranking(context, product)
    card = card_of(context, product)
    told = [reason.text for reason in card.why if reason.triple] + ranking
    told = told or [say("why_nothing", language)]
    joint, semicolon, stop = (" ", "; ", ".") if language == "en" else ("", "；", "。")
    text = sentence(say("why_intro", language, state.turn, subject=the(product, language)))
    return Answer(state, text + joint + semicolon.join(told) + stop, (card,), next_steps(context, product))


def _ranking(context: Context, product: Product) -> list[str]:
    """Say in plain words what the ranker made of a product: its place, and what its score is made of."""
    state, language = context.state, context.state.language
    if not state.searching:
        return []
    context.ranked = context.find(state)
    place = next((n for n, item in enumerate(context.ranked) if item.id == product.id), None)
    if place is None:
        return []
    count = context.count() or len(context.ranked)
    told = [say("why_place", language, place=place + 1, count=max(count, place + 1))]
    parts = {
        name: value for name, value in context.ranked[place].parts.items() if value > 0 and f"why_part_{name}" in _PARTS
    }
    total = sum(parts.values())
    if total and state.query and not state.order:
        shares = sorted(parts.items(), key=lambda part: -part[1])
        words = [say(f"why_part_{n}", language, share=round(100 * value / total)) for n, value in shares]
        told.append(say("why_parts", language, parts=listed(words, language)))
    return told


def similar(context: Context) -> Answer:
    """Show products like one: by facts they share and texts that are alike, what is in stock first."""
    state, language = context.state, context.state.language
    reference = meant(context, pointing=True)
    if reference.place is not None or (reference.named and len(reference.ids) != 1):
        return unclear(context, reference)
    id_ = reference.one or state.focus or next(iter(state.shown), None)
    found = products(context, [id_] if id_ else [])
    if not found:
        return unclear(context, Reference())
    [product] = found
    like = alternatives(context, product)
    subject = the(product, language)
    if not like:
        return Answer(state, say("similar_none", language, subject=subject), (), ())
    ids = tuple(p.id for p in like)
    shown = ids[: context.page]
    context.state = state = state.model_copy(
        update={"ranked": ids, "shown": shown, "offset": len(shown), "focus": None}
    )
    cards = tuple(card_of(context, p) for p in like[: len(shown)])
    text = sentence(
        say("similar_found", language, state.turn, subject=subject, shared=_shared(context, product, like[0]))
    )
    more = (phrase.quick("quick_more", language),) if len(ids) > len(shown) else ()
    return Answer(
        state,
        text,
        cards,
        (phrase.quick("quick_cheaper", language), *more, phrase.quick("quick_compare_two", language)),
    )


def alternatives(context: Context, product: Product) -> list[Product]:
    """Return what is most like a product and no variant of it, what can be had first."""
    catalogue = context.catalogue
    by_facts = [a.id for a in alike(catalogue.graph, product.id, _NEIGHBOURS)]
    by_text = [id_ for id_, _ in catalogue.vectors.neighbours(product.id, _NEIGHBOURS)]
    fused = [id_ for id_, _ in reciprocal_rank([by_facts, by_text], (_FACTS, _TEXT))]
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
