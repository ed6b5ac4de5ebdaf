"""One product beside others: comparing them, why one is shown, and what is like it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.constraint import Operator, each
from assistant.product import Product
from assistant.reply import Reason
from assistant.turn import phrase
from assistant.turn.acts.products import next_steps
from assistant.turn.comparing import table, verdict
from assistant.turn.context import Answer, Context
from assistant.turn.messages import say
from assistant.turn.phrase import listed
from assistant.turn.pointing import card_of, meant, named_elsewhere, on_screen, products, the_one, unclear
from assistant.turn.relating import related_words
from assistant.turn.tell import Teller
from assistant.turn.wording import joined, sentence, the
from assistant.understanding.reference import Reference, named_each
from assistant.understanding.stating import meets
from assistant.understanding.superlatives import superlative
from assistant.understanding.topics import Topic, topics
from assistant.understanding.understood import Understood
from kg import vocabulary as v
from kg.compared import Triple
from kg.explained import paths

_COMPARED, _BY_DEFAULT = 4, 3
_PATHS, _WAYS, _LONGEST_FACT = 20, 3, 40
_PARTS = ("why_part_text", "why_part_fusion", "why_part_quality", "why_part_graph")


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
    text = joined(language, intro, _asked(context, some), verdict(some, names, language))
    cards = tuple(card_of(context, p) for p in some)
    offers = tuple(phrase.quick("quick_take", language, place=str(n)) for n in range(1, len(some) + 1))
    return Answer(state, text, cards, offers, comparison=table(some, names, language))


def _asked(context: Context, some: Sequence[Product]) -> str:
    """Answer first what the products are compared for: "which is lighter"."""
    language, facets, parse = context.state.language, context.catalogue.facets, context.understood.parse
    about = [t for t in topics(context.understood, facets) if any(e.entity == "facet" for e in parse.entities)]
    for entity in parse.entities:
        if entity.entity in ("attribute", "superlative") and (most := superlative(entity.value, facets)):
            about.append(Topic(words=entity.value, keys=most.attributes))
    lines = []
    for topic in about:
        told = [(p.title(language), Teller(p, context.catalogue, language).topic(topic)) for p in some]
        facts = next((t.facts for _, t in told if t.facts), ())
        label = context.catalogue.names.attribute(facts[0].attribute.name, language) if facts else topic.words
        values = [title + say("colon", language) + t.short for title, t in told]
        lines.append(sentence(say("compared_by", language, label=label, values=listed(values, language))))
    return joined(language, *dict.fromkeys(lines))


def _to_compare(context: Context) -> tuple[str, ...] | Reference:
    shown = on_screen(context)
    one_by_one = _named_apart(context, shown)
    if len(one_by_one) > 1:
        return one_by_one
    reference = meant(replace(context, understood=_without_qualities(context.understood)), pointing=False)
    if reference.place is not None or (reference.named and not reference.ids):
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


def _without_qualities(message: Understood) -> Understood:
    """Leave out what products are compared for ("which is lighter"): it does not say which ones."""
    entities = tuple(e for e in message.parse.entities if e.entity not in ("attribute", "superlative", "facet"))
    parse = message.parse.model_copy(update={"entities": entities})
    return message.model_copy(update={"parse": parse})


def _named_apart(context: Context, shown: Sequence[Product]) -> tuple[str, ...]:
    """Return the products that are named one by one, on screen or, where not there, in the whole catalogue."""
    names = [e for e in context.understood.parse.entities if e.entity == "product"]
    on = named_each(context.understood, shown) or _described_apart(context, shown)
    if len(on) > 1 or len(names) < 2:
        return on
    found = [p for e in names if (p := named_elsewhere(context, e.value))]
    return tuple(dict.fromkeys(p.id for p in found))


def _described_apart(context: Context, shown: Sequence[Product]) -> tuple[str, ...]:
    """Return the products that different values of one attribute describe: "the red one and the black one"."""
    said = [s for c in context.understood.constraints for s in each(c) if s.operator is Operator.EQUAL]
    said = [c for c in said if sum(c.attribute == other.attribute for other in said) > 1]
    # Those that were found beside the few on screen ("compare the first two") may be meant too.
    near = products(context, tuple(dict.fromkeys([*(p.id for p in shown), *context.state.ranked])))
    found = [next((p.id for p in near if meets(p, c)), None) for c in said]
    return tuple(dict.fromkeys(id_ for id_ in found if id_))


def why(context: Context) -> Answer:
    """Say why a product is shown: the facts that meet the demands, and how the ranking came about."""
    state, language = context.state, context.state.language
    product, reference = the_one(context, pointing=True)
    if product is None:
        return unclear(context, reference)
    context.state = state = state.model_copy(update={"focus": product.id})
    ranking = _ranking(context, product)
    card = card_of(context, product)
    ways = _ways(context, product)
    card = card.model_copy(update={"why": (*ways, *card.why)})
    told = [reason.text for reason in card.why if reason.triple] + ranking
    told = told or [say("why_nothing", language)]
    semicolon, stop = ("; ", ".") if language == "en" else ("；", "。")
    intro = sentence(say("why_intro", language, state.turn, subject=the(product, language)))
    text = joined(language, intro, semicolon.join(told) + stop)
    return Answer(state, text, (card,), next_steps(context, product))


def _ways(context: Context, product: Product) -> list[Reason]:
    """Say by which facts a product is like the one that it was found beside: those that few others share."""
    state, language, names = context.state, context.state.language, context.catalogue.names
    if not state.beside or state.beside == product.id:
        return []
    title = names.title(state.beside, language)
    facts = {v.value_iri(a.name, a.value, a.unit): a for a in product.attributes}
    said: list[Reason] = []
    shared: list[tuple[str, int, Triple]] = []
    for path in paths(context.catalogue.graph, state.beside, product.id, _PATHS):
        if path.relation:
            said.append(Reason(text=related_words(path.relation, title, language), triple=path.triples[0]))
        elif path.node in facts and (words := names.fact(facts[path.node], language)) and len(words) <= _LONGEST_FACT:
            shared.append((words, path.shared_by, path.triples[1]))
    if shared:
        told = [say("why_one_shared", language, fact=words, count=count) for words, count, _ in shared[:_WAYS]]
        text = say("why_shared", language, facts=listed(told, language), title=title)
        said.append(Reason(text=text, triple=shared[0][2]))
    return said


def _ranking(context: Context, product: Product) -> list[str]:
    """Say in plain words what the ranker made of a product: its place, and what its score is made of."""
    state, language = context.state, context.state.language
    # What was found beside a product has no place among what meets the wish.
    if not state.searching or state.beside:
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
