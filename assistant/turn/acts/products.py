"""What is done with products on screen: choosing one, and asking about them."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.product import Attribute, Product
from assistant.reply import QuickReply
from assistant.turn import phrase
from assistant.turn.context import Answer, Context
from assistant.turn.messages import say
from assistant.turn.pointing import card_of, meant, on_screen, products, unclear
from assistant.turn.tell import Teller, Told
from assistant.turn.wording import joined, reasons, sentence, the, value_words
from assistant.understanding.reference import Reference
from assistant.understanding.superlatives import superlative
from assistant.understanding.topics import Claim, Topic, all_asked, claims, demanded, topic_of, topics
from kg.compared import stated

_KEY_FACTS = 4
_SHOWN_ANYWAY = ("price", "brand", "availability", "rating", "release_year")
_LONGEST_FACT = 40


def choose(context: Context) -> Answer:
    """Take one product as the one that is talked about."""
    reference = meant(context, pointing=True)
    if reference.one is not None:
        return chosen(context, reference.one)
    # The cheapest in black and in red are one product: to look at it, no choice is needed.
    groups = {p.group for p in products(context, reference.ids)}
    if len(groups) == 1 and None not in groups:
        return chosen(context, reference.ids[0])
    return unclear(context, reference)


def chosen(context: Context, id_: str) -> Answer:
    """Show one product with its main facts and what can be done next."""
    state, language, names = context.state, context.state.language, context.catalogue.names
    product = context.catalogue.product(id_)
    if product is None:
        return unclear(context, Reference())
    price = phrase.money(product.price.amount, product.price.currency, language) if product.price else ""
    priced = say("priced", language, price=price) if price else ""
    lines = [sentence(say("chosen", language, state.turn, subject=the(product, language), price=priced))]
    facts = [
        names.attribute(f.attribute.name, language)
        + ("" if f.attribute.value is True else say("colon", language) + value_words(f.attribute, names, language))
        for name, found in sorted(stated(product).items(), key=lambda item: _telling(item[1][0].attribute))
        if name not in _SHOWN_ANYWAY
        for f in found
        if f.attribute.value is not False and len(str(f.attribute.value)) <= _LONGEST_FACT
    ]
    if facts:
        lines.append(say("chosen_facts", language, facts=say("separator", language).join(facts[:_KEY_FACTS])))
    teller = Teller(product, context.catalogue, language, named=True)
    lines.append(teller.stock().sentence)
    state = state.model_copy(update={"focus": product.id})
    context.state = state
    text = joined(language, *lines)
    return Answer(state, text, (card_of(context, product),), next_steps(context, product))


def _telling(attribute: Attribute) -> int:
    """Order facts: measures, then what a product can do, then words."""
    return 2 if isinstance(attribute.value, str) else 1 if isinstance(attribute.value, bool) else 0


def next_steps(context: Context, product: Product) -> tuple[QuickReply, ...]:
    """Return what can be done with a product that is talked about."""
    language = context.state.language
    offers = [phrase.quick("quick_add", language)]
    if len(context.state.shown) > 1:
        offers.append(phrase.quick("quick_compare_two", language))
    offers.append(phrase.quick("quick_similar", language))
    if product.reviews:
        offers.append(phrase.quick("quick_reviews", language))
    return tuple(offers)


def ask_product(context: Context) -> Answer:
    """Answer what is asked about one product, or about each of those on screen."""
    reference = meant(context, pointing=False)
    shown = on_screen(context)
    if reference.place is not None or (reference.named and not reference.ids):
        return unclear(context, reference)
    ids = reference.ids or ((context.state.focus,) if context.state.focus else tuple(p.id for p in shown))
    about = products(context, ids)
    if not about:
        return unclear(context, Reference())
    asked = _asked(context, reference, about)
    if not asked:
        if len(about) > 1:
            return unclear(context, Reference(tuple(ids) if reference.ids else (), bool(reference.ids)))
        return _all(context, about[0])
    if len(about) > 1:
        return _each(context, about, asked)
    return _one(context, about[0], asked)


def _asked(context: Context, reference: Reference, about: Sequence[Product]) -> list[Topic | Claim]:
    """Return the properties and the values that a message asks about; empty when it asks for everything."""
    message, facets = context.understood, context.catalogue.facets
    described = reference.named and not reference.many
    used = [
        *reference.used,
        *(c for c in demanded(message) if described and c.attribute == "brand" and reference.used),
    ]
    claimed = [
        c
        for c in claims(message, context.catalogue.gazetteer, used)
        if not _names_product(c, context, about, described)
    ]
    marked = any(e.entity == "facet" for e in message.parse.entities)
    spoken = topics(message, facets)
    told = tuple(t for t in spoken if _some_state(about, t))
    if told and not marked:
        # 摄像头多少像素: of words that nobody marked, those that name something stated are the question.
        spoken = told
    if told and not message.parse.entities:
        # A camera is also something to have, but here it is not what is asked.
        claimed = []
    found: list[Topic | Claim] = []
    for claim in claimed:
        # "good sound", "bass": words that no fact has may still name a property.
        topic = topic_of(claim.words, facets) if not claim.meanings else None
        found.append(topic if topic and topic.keys and _some_state(about, topic) else claim)
    about_keys = {m.attribute for c in claimed for m in c.meanings}
    if marked or not found:
        found += [t for t in spoken if not about_keys & set(t.keys)]
    if found and all_asked(message.parse.text) and not marked and not claimed:
        return []
    if not found and not all_asked(message.parse.text):
        most = next((e for e in message.parse.entities if e.entity == "superlative"), None)
        wanted = superlative(most.value, facets) if most else None
        found = [Topic(words=most.value, keys=wanted.attributes)] if most and wanted else []
    return found


def _some_state(about: Sequence[Product], topic: Topic) -> bool:
    return any(key in stated(p) for p in about for key in topic.keys)


def _names_product(claim: Claim, context: Context, about: Sequence[Product], described: bool) -> bool:
    """Whether a brand stands in the message only to say which product is meant."""
    brands = [e.value for e in context.understood.parse.entities if e.entity == "brand"]
    named = claim.words in brands and described
    return named and any(all(m.attribute != "brand" or _is_by(p, str(m.value)) for m in claim.meanings) for p in about)


def _is_by(product: Product, brand: str) -> bool:
    return (product.brand or "").casefold() == brand.casefold()


def _all(context: Context, product: Product) -> Answer:
    context.state = state = context.state.model_copy(update={"focus": product.id})
    text = phrase.details_text(product, state, context.catalogue.names)
    return Answer(state, text, (card_of(context, product),), next_steps(context, product))


def _tell(teller: Teller, asked: Topic | Claim) -> Told:
    return teller.claim(asked) if isinstance(asked, Claim) else teller.topic(asked)


def _one(context: Context, product: Product, asked: Sequence[Topic | Claim]) -> Answer:
    context.state = state = context.state.model_copy(update={"focus": product.id})
    language = state.language
    teller = Teller(product, context.catalogue, language, state.turn)
    told = [_tell(teller, question) for question in asked]
    # "Size and dimensions" may come to the same fact: it is said once.
    text = joined(language, *dict.fromkeys(t.sentence for t in told))
    card = card_of(context, product)
    facts = [fact for t in told for fact in t.facts]
    why = reasons(facts, context.catalogue.names, language) or card.why
    return Answer(state, text, (card.model_copy(update={"why": why}),), next_steps(context, product))


def _each(context: Context, about: Sequence[Product], asked: Sequence[Topic | Claim]) -> Answer:
    """Answer for several products, a line each, numbered as they are on screen."""
    state, language = context.state, context.state.language
    lines = [say("each", language, state.turn)]
    for number, product in enumerate(about, 1):
        place = state.shown.index(product.id) + 1 if product.id in state.shown else number
        teller = Teller(product, context.catalogue, language)
        value = say("separator", language).join(dict.fromkeys(_tell(teller, q).short for q in asked))
        lines.append(say("each_line", language, place=place, title=product.title(language), value=value))
    return Answer(state, "\n".join(lines), (), _each_offers(context))


def _each_offers(context: Context) -> tuple[QuickReply, ...]:
    language = context.state.language
    return (phrase.quick("quick_second", language), phrase.quick("quick_compare_two", language))
