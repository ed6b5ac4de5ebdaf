"""What goes with a product: accessories, supplies, what it fits, its series, what others buy with it, a bundle."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from assistant.constraint import RELATIVES, Constraint, Operator, Relative
from assistant.product import Attribute, Product, RelationKind
from assistant.state import Wish
from assistant.turn import phrase
from assistant.turn.acts.search import search
from assistant.turn.context import REMEMBERED, Answer, Context
from assistant.turn.messages import say
from assistant.turn.phrase import listed
from assistant.turn.pointing import card_of, named_elsewhere, on_screen, products, unclear
from assistant.turn.relating import related_words, relation
from assistant.turn.wording import joined, sentence
from assistant.understanding.reference import Reference, fits, refer
from assistant.understanding.relating import relation_words
from assistant.understanding.topics import demanded
from assistant.understanding.understood import Parse, Understood
from kg import complements, questions

_TYPES = ("type", "product_type", "accessory_type", "supply_type")
_MODEL = re.compile(r"[^\W_]*\d[^\W_]*", re.UNICODE)
_THIS = re.compile(r"\b(?:it|this|that)\b|[它这]|^\W*(?:能|可以|可不可以|配不配)", re.I)
_QUOTED = 160
_PLAUSIBLE = 200
_TELLING = 4
"""Characters from which on a model number names a product by itself: 4250n, not 21."""
_BUNDLED = 4


@dataclass
class _Question:
    """What is asked: about which product, of what kind the others shall be, and which other one is named."""

    anchor: Product | None = None
    unclear: Reference | None = None
    wanted: list[Constraint] = field(default_factory=list)
    other: Product | None = None
    named: str = ""
    pointed: bool = False


def ask_related(context: Context) -> Answer:
    """Answer which other products belong to one, or whether two belong together."""
    asked = _question(context)
    if asked.unclear is not None:
        return unclear(context, asked.unclear)
    if asked.anchor is None:
        if asked.wanted or context.understood.query:
            # "A case for my phone", and no phone is known: what is named is looked for.
            demands = context.understood.constraints
            wish = Wish(query=(context.understood.query,), constraints=demands)
            context.state = context.state.put_aside().wishing(wish)
            return search(context)
        language = context.language
        text = say("related_which", language)
        return Answer(context.state, text, (), phrase.suggestions(context.catalogue, language))
    if asked.named and not asked.wanted:
        return _pair(context, asked.anchor, asked)
    relative = relation_words(context.understood.parse.text)
    if relative is None and not asked.wanted:
        return _bundle(context, asked.anchor)
    if found := _related(context, asked.anchor, relative, asked.wanted):
        return _listing(context, asked.anchor, found, asked.wanted)
    # After "which ink does it take?" and one ink on screen, "is there a cable for it?" may still be about the printer.
    before = None if asked.pointed else _before(context)
    if before and (found := _related(context, before, relative, asked.wanted)):
        return _listing(context, before, found, asked.wanted)
    return _none(context, asked.anchor, relative, asked.wanted)


def belonging(context: Context) -> Understood:
    """Return the message with a demand to go with the product that it names beside a kind: "toner for a LaserJet 1320".

    Only where the catalogue knows something of that kind that does: else the words are searched for as they are.
    """
    message, catalogue = context.understood, context.catalogue
    kind = next((c for c in message.constraints if c.names_kind), None)
    entities = message.parse.entities
    thing = next((e.value for e in entities if e.entity == "product" and not _names_model(e.value, ())), "")
    if kind is None and not thing:
        return message
    for words in _named(context, [kind.said if kind else thing], ()):
        if words == thing or catalogue.gazetteer.lookup(words):
            continue
        other = _find(context, words)
        if other is None or (_is_of(other, kind) if kind else fits(other, thing)):
            continue
        demand = Constraint(
            attribute=Relative.GOES_WITH, operator=Operator.EQUAL, value=other.id, turn=context.state.turn + 1,
            said=words,
        )  # fmt: skip
        found = questions.matching(catalogue.graph, [kind, demand] if kind else [demand])
        # "A memory card" is no department of its own: a title has to have the words.
        if found if kind else any(fits(p, thing) for p in products(context, found)):
            # The maker named is the other product's, and its model number is no demand on what goes with it.
            kept = [c for c in message.constraints if not c.said or c.said.casefold() not in words.casefold()]
            return message.model_copy(update={"constraints": (*kept, demand)})
    return message


# What is asked


def _question(context: Context) -> _Question:
    message, shown = context.understood, on_screen(context)
    asked = _Question()
    focus = products(context, [context.state.focus] if context.state.focus else [])
    near = {p.id: p for p in (*focus, *shown)}
    described = list(near.values())
    kinds: list[Constraint] = []
    for mention in context.catalogue.gazetteer.find(message.parse.text):
        entry = next((e for e in mention.entries if e.attribute in ("category", *_TYPES)), None)
        # "Accessories" is what they are to the product, whatever department has that name.
        if entry is None or relation_words(mention.text):
            continue
        demand = Constraint(
            attribute=entry.attribute, operator=Operator.EQUAL, value=entry.value, unit=entry.unit,
            turn=context.state.turn, said=mention.text,
        )  # fmt: skip
        fitting = [p for p in described if _is_of(p, demand)]
        if fitting:
            described = fitting
        else:
            kinds.append(demand)
    # "Does it fit the ET-2850?" names another one, on screen or not; without a pronoun a name says which is meant.
    it = _before(context) or next(iter(focus), None) if _THIS.search(message.parse.text) else None
    others = [p for p in shown if it is None or p.id == it.id]
    names = _named(context, [c.said for c in kinds], others)
    kinds = [c for c in kinds if not any(c.said.casefold() in name.casefold() for name in names)]
    plain = message.model_copy(update={"constraints": (), "parse": _unnamed(context)})
    reference = refer(plain, shown, context.state.focus, context.catalogue.facets)
    pointed = products(context, reference.ids) if reference.named else []
    if reference.place is not None:
        asked.unclear = reference
        return asked
    found = [(words, _find(context, words)) for words in names]
    asked.pointed = message.ordinal is not None or bool(names)
    if it is not None and names:
        asked.anchor = it
    elif len(pointed) == 1:
        asked.anchor = pointed[0]
    elif first := next((p for _, p in found if p), None):
        asked.anchor = first
    else:
        asked.anchor, asked.unclear = _anchor(context, described, near, pointed)
    if asked.anchor is None:
        asked.wanted = kinds
        return asked
    rest = [(words, p) for words, p in found if p is None or p.id != asked.anchor.id]
    if rest:
        asked.named, asked.other = rest[0]
    # A kind that the one asked about is of only says which one it is.
    asked.wanted = [c for c in kinds if not _is_of(asked.anchor, c)]
    if names and not kinds:
        # "Does it fit the Canon MG5750?": the words say which one, not what it shall be like.
        return asked
    said = " ".join([*names, *(c.said for c in kinds)]).casefold()
    asked.wanted += [
        c for c in demanded(message)
        if c.attribute != "category" and c.said.casefold() not in said and not _is_of(asked.anchor, c)
    ]  # fmt: skip
    return asked


def _anchor(
    context: Context, described: Sequence[Product], near: dict[str, Product], pointed: Sequence[Product]
) -> tuple[Product | None, Reference | None]:
    """Return the product that is asked about where the words point at none alone, or what to ask back."""
    focus = context.state.focus
    if focus and any(p.id == focus for p in described):
        return near[focus], None
    if len(described) == 1:
        return described[0], None
    # After "which ink does it take?" and a page of inks, "it" is still the printer.
    if not pointed and (before := _before(context)):
        return before, None
    if not near:
        return None, None
    ids = tuple(p.id for p in (pointed or described))
    return None, Reference(ids, bool(pointed), many=len(ids) > 1)


def _before(context: Context) -> Product | None:
    """Return the product whose relatives are being looked for."""
    ids = [str(c.value) for c in context.state.constraints if c.attribute in RELATIVES]
    return next(iter(products(context, ids)), None)


def _is_of(product: Product, demand: Constraint) -> bool:
    """Whether a product is of a kind, or has a value, so that the words may mean it."""
    if demand.attribute == "category":
        steps = str(demand.value).casefold().split(" > ")
        return [s.casefold() for s in product.category[: len(steps)]] == steps
    if demand.attribute == "brand":
        return (product.brand or "").casefold() == str(demand.value).casefold()
    return any(a.name == demand.attribute and a.value == demand.value for a in product.attributes)


def _named(context: Context, kinds: Sequence[str], shown: Sequence[Product]) -> list[str]:
    """Return the words that name other products: a maker and a model, or a model alone ("Canon MG5750")."""
    entities = sorted(context.understood.parse.entities, key=lambda e: e.start)
    names: list[str] = []
    brand = None
    for e in entities:
        if e.entity == "brand" and e.role != "not":
            brand = e
            continue
        if e.entity in ("product", "attribute") and e.role != "not" and _names_model(e.value, kinds):
            together = brand is not None and e.start - brand.end <= 1
            words = f"{brand.value} {e.value}" if brand and together else e.value
            if not any(fits(p, words) for p in shown):
                names.append(words)
        brand = None
    return names


def _find(context: Context, words: str) -> Product | None:
    """Return the product that words name; where its supplies name it more often than it does itself, by its number alone."""
    models = [m for m in _MODEL.findall(words) if len(m) >= _TELLING]
    return named_elsewhere(context, words) or next((p for m in models if (p := named_elsewhere(context, m))), None)


def _names_model(words: str, kinds: Sequence[str]) -> bool:
    """Whether words name a product and no kind or measure: "MG5750", "iPhone 15", not "printers" or "65 W"."""
    return words not in kinds and bool(_MODEL.search(words)) and any(c.isalpha() for c in words)


def _unnamed(context: Context) -> Parse:
    """Leave places and pronouns to say which product is asked about; the things that are asked for do not."""
    parse = context.understood.parse
    kept = tuple(e for e in parse.entities if e.entity in ("ordinal", "superlative", "colour"))
    return parse.model_copy(update={"entities": kept})


# Answers


def _related(
    context: Context, anchor: Product, relative: Relative | None, wanted: Sequence[Constraint]
) -> Constraint | None:
    """Return the demand to be related to a product that something meets: the relation that is named, then any."""
    tried: list[Relative]
    if relative in (Relative.BOUGHT_WITH, Relative.IN_SERIES_OF):
        tried = [relative]
    else:
        tried = [Relative.GOES_WITH] if wanted or relative is None else [relative, Relative.GOES_WITH]
    demands = [
        Constraint(attribute=r, operator=Operator.EQUAL, value=anchor.id, turn=context.state.turn) for r in tried
    ]
    graph = context.catalogue.graph
    return next((d for d in demands if questions.matching(graph, [*wanted, d])), None)


def _listing(context: Context, anchor: Product, found: Constraint, wanted: Sequence[Constraint]) -> Answer:
    """Make "what goes with it" the search, so that it can be narrowed down like any other."""
    language = context.language
    wish = Wish(constraints=(*wanted, found))
    context.state = context.state.put_aside().wishing(wish)
    # The narrowest series comes first, and what is shown is of the widest.
    series = next(reversed(context.catalogue.names.series(anchor.id)), None)
    lead = say(f"{found.attribute}_lead", language, title=anchor.title(language), series=series.name if series else "")
    return search(context, lead)


def _none(context: Context, anchor: Product, relative: Relative | None, wanted: Sequence[Constraint]) -> Answer:
    """Say that nothing is known, and what the product itself says of it in words."""
    language, names = context.language, context.catalogue.names
    title = anchor.title(language)
    if relative is Relative.IN_SERIES_OF:
        text = say("series_none", language, title=title)
    elif relative is Relative.BOUGHT_WITH:
        text = say("bought_none", language, title=title)
    elif wanted:
        kind = next((str(c.value) for c in wanted if c.names_kind), None)
        what = (
            phrase.kind_words(kind, names, language)
            if kind
            else phrase.demands_text(wanted, names, context.currency, language)
        )
        text = say("related_none", language, context.state.turn, what=what, title=title)
    else:
        text = say("related_none_at_all", language, title=title)
    if relative not in (Relative.IN_SERIES_OF, Relative.BOUGHT_WITH) and (fact := _in_words(context, anchor)):
        short = str(fact.value)[:_QUOTED].rstrip() + ("…" if len(str(fact.value)) > _QUOTED else "")
        label = names.attribute(fact.name, language)
        text = joined(language, text, say("listed_in_words", language, label=label, text=short))
    state = context.state.model_copy(update={"focus": anchor.id})
    return Answer(state, text, (card_of(context, anchor),), (phrase.quick("quick_similar", language),))


def _in_words(context: Context, product: Product) -> Attribute | None:
    """Return the text in which a product says what it is for, if it has one."""
    texts = [a for a in product.attributes if isinstance(a.value, str) and "compatib" in a.name and len(a.value) > 1]
    return max(texts, key=lambda a: len(str(a.value)), default=None)


def _bundle(context: Context, anchor: Product) -> Answer:
    """Put together what completes a product, within the budget that is named."""
    language, graph = context.language, context.catalogue.graph
    limits = [c.value for c in context.understood.constraints if c.attribute == "price"]
    budget = next((limit for limit in limits if isinstance(limit, Decimal)), None)
    liked = _plausible(context, anchor)
    chosen = complements.bundle(graph, anchor.id, budget=budget, limit=min(_BUNDLED, context.page), liked=liked)
    some = products(context, [b.related.id for b in chosen])
    priced = [p for p in some if p.price]
    if not priced:
        found = _related(context, anchor, None, ())
        return _listing(context, anchor, found, ()) if found else _none(context, anchor, None, ())
    demand = Constraint(attribute=Relative.GOES_WITH, operator=Operator.EQUAL, value=anchor.id, turn=context.state.turn)
    ids = tuple(p.id for p in some)
    rest = [id_ for id_ in questions.matching(graph, [demand]) if id_ not in ids]
    state = context.state.put_aside().wishing(Wish(constraints=(demand,)))
    context.state = state = state.model_copy(
        update={"shown": ids, "ranked": (*ids, *rest)[:REMEMBERED], "offset": len(ids), "focus": None}
    )
    things = [
        say("bundle_thing", language, title=p.title(language), price=phrase.money(p.price.amount, p.price.currency, language))
        for p in priced if p.price
    ]  # fmt: skip
    total = sum((p.price.amount for p in priced if p.price), Decimal(0))
    text = say(
        "bundle", language, title=anchor.title(language), things=listed(things, language),
        total=phrase.money(total, context.currency, language),
    )  # fmt: skip
    cards = tuple(card_of(context, p) for p in some)
    return Answer(state, text, cards, (phrase.quick("quick_more", language), phrase.quick("quick_cheaper", language)))


def _plausible(context: Context, anchor: Product) -> dict[str, float]:
    """Return how plausibly products are accessories of one, by the graph's embeddings; empty where nobody trained them."""
    vectors = context.catalogue.embeddings
    if vectors is None or anchor.id not in vectors.ids:
        return {}
    return dict(vectors.complements(anchor.id, RelationKind.ACCESSORY, _PLAUSIBLE))


def _pair(context: Context, anchor: Product, asked: _Question) -> Answer:
    """Say whether two products belong together, and how that is known."""
    language, names, other = context.language, context.catalogue.names, asked.other
    title = anchor.title(language)
    state = context.state.model_copy(update={"focus": anchor.id})
    cards = tuple(card_of(context, p) for p in (anchor, other) if p)
    if other is not None:
        demand = Constraint(attribute=Relative.GOES_WITH, operator=Operator.EQUAL, value=anchor.id)
        if one := relation(other.id, demand, names):
            key = "pair_yes_takes" if one.kind.value in ("accessory_of", "consumable_of", "compatible") else "pair_yes"
            words = related_words(one, title, language)
            text = sentence(say(key, language, other=other.title(language), reason=words))
            return Answer(state, text, cards)
    for product, words in ((anchor, asked.named), *(((other, title),) if other else ())):
        if fact := _says(product, words):
            label, said = names.attribute(fact.name, language), " ".join(_MODEL.findall(words)) or words
            text = say("pair_listed", language, label=label, title=product.title(language), words=said)
            return Answer(state, text, cards)
    if other is None:
        return Answer(state, say("pair_unknown", language, words=asked.named, title=title), cards)
    return Answer(state, say("pair_no", language, title=title, other=other.title(language)), cards)


def _says(product: Product, words: str) -> Attribute | None:
    """Return the fact of a product whose text has every model number of `words` as a word of its own."""
    models = [re.escape(m) for m in _MODEL.findall(words)]
    if not models:
        return None
    for fact in product.attributes:
        if isinstance(fact.value, str) and all(
            re.search(rf"(?<![^\W_]){model}(?![^\W_])", fact.value, re.I) for model in models
        ):
            return fact
    return None
