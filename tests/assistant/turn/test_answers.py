"""What the assistant asks and how it takes the answer: bare values, yes and no, contradictions, kinds, nothing found."""

from dataclasses import replace
from decimal import Decimal

import pytest

from assistant.constraint import Constraint, Operator
from assistant.state import ShoppingState
from assistant.turn.messages import _MESSAGES, say
from assistant.turn.narrow import bands, options, question
from kg import asked
from kg.relaxing import relaxations
from tests.assistant.turn.conftest import ids, prices, says

TWO = {"page_size": 2}


def demand(talk, attribute):
    return [(c.operator, c.value) for c in talk.state.constraints if c.attribute == attribute]


def until(talk, attribute):
    """Decline questions until `attribute` is asked about."""
    reply = talk.say("search", "phones", TWO, product="phones")
    while talk.state.pending and talk.state.pending.attribute != attribute:
        reply = talk.say("relax", "doesn't matter", TWO)
    assert talk.state.pending
    return reply


# Questions that narrow down


def test_a_question_has_real_values_and_counts(talk, catalogue):
    reply = until(talk, "brand")
    constraints = talk.state.constraints
    counts = {f"{c.value} ({c.count})" for c in asked.values(catalogue.graph, "brand", constraints)}
    assert {q.title for q in reply.quick_replies[:-1]} <= counts
    assert reply.quick_replies[-1].title == "Any brand"


@pytest.mark.parametrize("act", ["search", "refine", "clarify", "choose", "affirm"])
def test_a_bare_brand_is_the_answer_whatever_the_nlu_thinks(talk, act):
    until(talk, "brand")
    reply = talk.say(act, "Korvo", TWO, brand="Korvo")
    assert demand(talk, "brand") == [(Operator.EQUAL, "Korvo")]
    assert {card.brand for card in reply.cards} == {"Korvo"}


@pytest.mark.parametrize("text", ["128", "128 GB", "128GB."])
@pytest.mark.parametrize("act", ["clarify", "off_topic", "ask_product"])
def test_a_bare_number_is_a_value_of_what_was_asked(talk, catalogue, text, act):
    until(talk, "brand")
    state = talk.state
    talk.state = state.model_copy(update={"pending": state.pending.model_copy(update={"attribute": "storage"})})
    if text.strip(".").endswith("128GB") and act == "ask_product":
        pytest.skip("a size that is written out is understood by the NLU's intents alone")
    talk.say(act, text, TWO)
    assert demand(talk, "storage") == [(Operator.EQUAL, Decimal(128))]


@pytest.mark.parametrize(
    ("text", "limit"), [("200", 200), ("two hundred", 200), ("about 500 please", 600), ("三百", 300)]
)
def test_a_bare_amount_answers_the_question_about_money(talk, text, limit):
    until(talk, "price")
    reply = talk.say("off_topic", text, TWO)
    assert max(prices(reply)) <= limit
    assert max(v for _, v in demand(talk, "price")) == limit


@pytest.mark.parametrize(
    "text",
    ["doesn't matter", "I don't care", "no preference", "any will do", "whatever", "随便", "都行", "无所谓", "不限"],
)
@pytest.mark.parametrize("act", ["relax", "deny", "clarify", "refine"])
def test_what_does_not_matter_is_not_asked_again(talk, text, act):
    talk.say("search", "phones", TWO, product="phones")
    first = talk.state.pending.attribute
    before = talk.state.constraints
    reply = talk.say(act, text, TWO)
    assert talk.state.constraints == before and reply.cards
    assert talk.state.pending is None or talk.state.pending.attribute != first
    assert first in talk.state.asked


def test_a_place_on_screen_is_no_answer(talk):
    shown = until(talk, "brand").cards
    reply = talk.say("choose", "the first one", TWO, ordinal="first one")
    assert ids(reply) == [shown[0].id] and demand(talk, "brand") == []


def test_questions_end(talk):
    talk.say("search", "phones", {"page_size": 1}, product="phones")
    for _ in range(6):
        talk.say("deny", "no preference", {"page_size": 1})
    assert talk.state.pending is None and len(talk.state.asked) <= 4


def test_what_is_demanded_is_not_asked_about(catalogue):
    phones = Constraint(attribute="category", operator=Operator.EQUAL, value="Electronics > Phones")
    keys, total = set(), asked.count(catalogue.graph, [phones])
    while found := question(catalogue, [phones], total, sorted(keys), "en", len(keys)):
        assert found.attribute not in keys
        keys.add(found.attribute)
    assert {"price", "brand", "colour"} <= keys


def test_bands_count_what_they_say():
    some = [asked.Counted(Decimal(n), None, 2, 1) for n in (10, 20, 40, 90, 180, 300)]
    found = bands(some, "USD", "en")
    assert [o.words for o in found] == ["up to $20", "$20 to $80", "from $80"]
    assert [o.count for o in found] == [4, 4, 6]
    assert (
        bands(some[:1], "USD", "en") == bands([replace(some[0], value=Decimal(n)) for n in (10, 11)], "USD", "en") == []
    )


def test_rare_values_are_one_answer(catalogue):
    values = [asked.Counted(f"Brand {n}", None, 20 - n) for n in range(12)]
    found = options("brand", values, catalogue.names, "en")
    assert len(found) == 5 and found[-1].words == "" and sum(o.count for o in found) == sum(v.count for v in values)


# Nothing found


def test_the_smallest_relaxation_goes_first_and_keeps_the_kind(talk, catalogue):
    reply = talk.say(
        "search", "white Korvo laptops over $5000", product="laptops", brand="Korvo", colour="white", price="over $5000"
    )
    assert talk.state.pending.kind == "relax" and reply.cards
    sets = relaxations(catalogue.graph, [c for c in talk.state.constraints if not c.soft])
    assert all(len(gone) == len(sets[0][0]) for gone, _ in sets)
    assert all(c.attribute != "category" for gone, _ in sets for c in gone)


def test_yes_drops_what_is_to_blame_and_says_so(talk):
    talk.say("search", "red laptops under $100", product="laptops", colour="red", price="under $100")
    before = talk.state.constraints
    kept = talk.say("deny", "no")
    assert says(kept, "kept_anyway") and talk.state.constraints == before
    talk.say("refine", "under $90", price="under $90")
    reply = talk.say("affirm", "yes please")
    assert demand(talk, "price") == [] and "$90" in reply.text and reply.cards


# Yes and no, contradictions


@pytest.mark.parametrize("act", ["affirm", "deny"])
def test_yes_and_no_to_nothing_are_small_talk(talk, act):
    assert says(talk.say(act, "well"), act)
    talk.say("search", "phones under $100", product="phones", price="under $100")
    before = talk.state.constraints
    assert says(talk.say(act, "well"), act)
    assert talk.state.constraints == before


def test_two_demands_that_cannot_both_hold_are_asked_about(talk):
    reply = talk.say("search", "phones over $300 under $100", product="phones", price="over $300 under $100")
    assert reply.cards == () and talk.state.pending.kind == "contradiction"
    assert [q.payload for q in reply.quick_replies] == ["from $300", "up to $100"]
    reply = talk.say("refine", "up to $100", price="up to $100")
    assert max(prices(reply)) <= 100 and talk.state.category.endswith("Phones")


def test_saying_it_again_settles_a_contradiction(talk):
    talk.say("search", "phones not from Zento", product="phones", brand=("Zento", "not"))
    talk.say("refine", "from Zento", brand="Zento")
    talk.say("refine", "yes, from Zento", brand="Zento")
    assert demand(talk, "brand") == [(Operator.EQUAL, "Zento")]


@pytest.mark.parametrize("text", ["actually, Zento is fine", "Zento after all", "还是泽拓吧"])
def test_a_plain_change_of_mind_is_not_asked_about(talk, text):
    talk.say("search", "phones not from Zento", product="phones", brand=("Zento", "not"))
    talk.say("refine", text, brand="泽拓" if "泽拓" in text else "Zento")
    assert demand(talk, "brand") == [(Operator.EQUAL, "Zento")]


# Gifts and wishes without a kind


def test_a_gift_takes_its_kind_and_budget_from_the_answers(talk):
    talk.say("gift", "a present for my mum", recipient="mum")
    talk.say("refine", "under $100", price="under $100")
    reply = talk.say("search", "headphones", product="headphones")
    assert {card.category for card in reply.cards} == {"Headphones"} and max(prices(reply)) <= 100
    # Neither "present" nor "mum" is in the name of anything.
    assert talk.state.query == ("headphones",)


def test_a_birthday_is_no_interest(talk):
    talk.say("gift", "a birthday gift for my dad", recipient="dad", occasion="birthday")
    assert talk.state.pending.kind == "kind"


def test_the_cheapest_of_what(talk):
    reply = talk.say("refine", "show me the cheapest", superlative="cheapest")
    assert talk.state.pending.kind == "kind" and reply.cards == ()
    reply = talk.say("search", "phones", product="phones")
    assert prices(reply) == sorted(prices(reply)) and talk.state.order


@pytest.mark.parametrize("text", ["I want to buy something", "我想买东西", "help me find something"])
def test_a_wish_for_anything_asks_what_kind(talk, text):
    talk.say("search", text)
    assert talk.state.pending.kind == "kind"


# Going back, relaxing, alternatives


def test_going_back_turns_the_page_back_first(talk):
    first = ids(talk.say("search", "phones", TWO, product="phones"))
    talk.say("show_more", "more", TWO)
    assert ids(talk.say("undo", "go back", TWO)) == first
    talk.say("show_more", "more", TWO)
    assert talk.state.offset == 4


def test_an_earlier_topic_comes_back_as_it_was_left(talk):
    talk.say("search", "phones", TWO, product="phones")
    second = ids(talk.say("show_more", "more", TWO))
    talk.say("search", "laptops", TWO, product="laptops")
    reply = talk.say("back_to", "back to the phones", TWO, product="phones")
    assert ids(reply) == second and len(reply.quick_replies) >= 2
    seen = second + ids(talk.say("show_more", "more", TWO))
    assert len(seen) == len(set(seen))


def test_several_demands_are_forgotten_at_once(talk):
    talk.say("search", "red Korvo phones under $400", product="phones", colour="red", brand="Korvo", price="under $400")
    reply = talk.say("relax", "forget the colour and the brand", facet=["colour", "brand"])
    assert [c.attribute for c in talk.state.constraints] == ["price", "category"] or demand(talk, "price")
    assert demand(talk, "colour") == demand(talk, "brand") == []
    assert "red" in reply.text and "Korvo" in reply.text


def test_an_order_ends_with_its_property(talk):
    talk.say("search", "the cheapest phones", product="phones", superlative="cheapest")
    talk.say("relax", "price doesn't matter", facet="price")
    assert talk.state.order is None


def test_the_order_is_a_chip(talk):
    reply = talk.say("search", "the cheapest phones", product="phones", superlative="cheapest")
    chip = next(c for c in reply.chips if c.label == "cheapest")
    talk.say("relax", "/relax", {"remove": chip.key})
    assert talk.state.order is None and talk.state.category


def test_cheapest_is_no_cheaper(talk):
    talk.say("search", "手机", product="手机")
    reply = talk.say("cheaper", "最便宜的", superlative="最便宜")
    assert prices(reply)[0] == Decimal(89) and demand(talk, "price") == []


def test_numbers_can_be_alternatives(talk):
    reply = talk.say("search", "phones with 128 or 256GB", product="phones", attribute="256GB")
    (found,) = (c for c in talk.state.constraints if c.attribute == "storage")
    assert found.values == (Decimal(128), Decimal(256)) and reply.decision.matching == 10


def test_both_of_a_refusal_are_refused(talk):
    reply = talk.say("search", "phones not by Zento or Korvo", product="phones", brand=("Zento", "not"))
    assert {card.brand for card in reply.cards} == {"Lumexa"}


# Words


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("key", ["found", "found_some", "more", "relaxed_offer", "undone", "back_to", "declined", "affirm", "deny", "ordered"])  # fmt: skip
def test_no_wording_comes_twice_in_a_row(key, language):
    variants = _MESSAGES[key][language]
    assert len(set(variants)) == len(variants) >= 3
    gaps = dict.fromkeys(["count", "what", "title", "reason", "blame", "them", "facet", "label", "value"], "x")
    assert all(say(key, language, n, **gaps) != say(key, language, n + 1, **gaps) for n in range(6))


def test_a_state_that_is_full_survives_json(talk):
    talk.say("search", "red or blue phones under $500", product="phones", colour=["red", "blue"], price="under $500")
    talk.say("refine", "128 or 256GB, ideally by Korvo", attribute="256GB", brand=("Korvo", "soft"))
    talk.say("search", "the cheapest laptops", product="laptops", superlative="cheapest")
    stored = talk.state.model_dump(mode="json", exclude_defaults=True)
    assert ShoppingState.model_validate(stored) == talk.state
    assert len(str(stored)) < 6000
