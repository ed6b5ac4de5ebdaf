"""Going back, returning to a topic, contradictions, alternatives, preferences, superlatives, and questions that narrow down."""

from decimal import Decimal

import pytest

from assistant.constraint import Operator
from assistant.turn.narrow import information, round_amount
from tests.assistant.turn.conftest import ids, prices, says


def attributes(talk):
    return {c.attribute for c in talk.state.constraints}


def test_go_back_returns_to_the_wish_before(talk):
    first = talk.say("search", "phones", product="phones")
    talk.say("refine", "only red ones", colour="red")
    reply = talk.say("undo", "go back")
    assert says(reply, "undone")
    assert (attributes(talk), ids(reply)) == ({"category"}, ids(first))
    assert says(talk.say("undo", "undo"), "nothing_to_undo")


def test_back_to_an_earlier_kind(talk):
    phones = talk.say("search", "red phones", product="phones", colour="red")
    talk.say("search", "laptops", product="laptops")
    talk.say("search", "headphones", product="headphones")
    reply = talk.say("back_to", "back to the phones", product="phones")
    assert (attributes(talk), ids(reply)) == ({"category", "colour"}, ids(phones))
    assert talk.state.category.endswith("Phones")
    assert talk.say("back_to", "back to what we had before").cards
    assert talk.state.category.endswith("Headphones")


def test_there_may_be_nothing_to_return_to(talk):
    assert says(talk.say("back_to", "back to that"), "no_topic")


def test_another_kind_keeps_what_applies_and_says_what_it_drops(talk):
    talk.say("search", "black phones with 256GB under $500", product="phones", colour="black", price="under $500")
    reply = talk.say("refine", "laptops instead", product="laptops")
    assert attributes(talk) == {"category", "price", "colour"}
    assert "storage" in reply.text and "laptops" in reply.text
    assert "“black”" in reply.text and "“up to $500”" in reply.text
    assert max(prices(reply)) <= 500


@pytest.mark.parametrize("text", ["laptops instead", "actually, laptops", "换成笔记本"])
def test_instead_moves_the_wish_even_where_a_kind_is_named(talk, text):
    talk.say("search", "phones under $500", product="phones", price="under $500")
    reply = talk.say("search", text, product="笔记本" if "笔记本" in text else "laptops")
    assert attributes(talk) == {"category", "price"}
    assert "500" in reply.text and max(prices(reply)) <= 500


def test_a_new_topic_starts_afresh_and_says_so(talk):
    talk.say("search", "phones under $300", product="phones", price="under $300")
    reply = talk.say("search", "show me laptops", product="laptops")
    assert attributes(talk) == {"category"}
    assert "the price (up to $300)" in reply.text.lower()
    assert [t.wish.category.split(" > ")[-1] for t in talk.state.topics] == ["Phones"]


def test_wanting_what_was_refused_is_asked_about(talk):
    talk.say("search", "phones not from Zento", product="phones", brand=("Zento", "not"))
    reply = talk.say("refine", "from Zento", brand="Zento")
    assert reply.cards == () and talk.state.pending.kind == "contradiction"
    assert [c.operator for c in talk.state.constraints if c.attribute == "brand"] == [Operator.NOT_EQUAL]
    reply = talk.say("affirm", "yes")
    assert {card.brand for card in reply.cards} == {"Zento"}


def test_a_contradiction_can_be_taken_back(talk):
    talk.say("search", "phones over $300", product="phones", price="over $300")
    talk.say("refine", "under $100", price="under $100")
    assert talk.state.pending.kind == "contradiction"
    talk.say("deny", "no")
    assert [(c.operator, c.value) for c in talk.state.constraints if c.attribute == "price"] == [
        (Operator.AT_LEAST, Decimal(300))
    ]


@pytest.mark.parametrize(("first", "then"), [("over $300", "under $100 instead"), ("under $300", "under $500")])
def test_a_correction_is_no_contradiction(talk, first, then):
    talk.say("search", f"phones {first}", product="phones", price=first)
    talk.say("refine", then, price=then.removesuffix(" instead"))
    assert talk.state.pending is None or talk.state.pending.kind != "contradiction"
    assert [c.said for c in talk.state.constraints if c.attribute == "price"] == [then.removesuffix(" instead")]


def test_another_colour_replaces_the_first(talk):
    talk.say("search", "red phones", product="phones", colour="red")
    talk.say("refine", "black", colour="black")
    assert [c.value for c in talk.state.constraints if c.attribute == "colour"] == ["black"]


def test_alternatives_are_both_good(talk, catalogue):
    reply = talk.say("search", "red or blue phones", product="phones", colour=["red", "blue"])
    shown = [catalogue.product(id_) for id_ in ids(reply)]
    colours = [{a.value for a in p.attributes if a.name == "colour"} for p in shown]
    assert all(c & {"red", "blue"} for c in colours)
    assert set.union(*colours) >= {"red", "blue"}
    (demand,) = (c for c in talk.state.constraints if c.attribute == "colour")
    assert demand.values == ("red", "blue")


def test_a_preference_comes_first_and_shuts_nothing_out(talk, catalogue):
    reply = talk.say("search", "phones, ideally red", product="phones", colour=("red", "soft"))
    everything = talk.state.ranked
    red = [any(a.value == "red" for a in catalogue.product(id_).attributes) for id_ in everything]
    assert red[0] and not all(red)
    assert reply.cards


def test_the_cheapest_comes_first(talk):
    reply = talk.say("search", "the cheapest phones", product="phones", superlative="cheapest")
    assert prices(reply) == sorted(prices(reply))
    assert "$89" in reply.text
    reply = talk.say("refine", "best rated", superlative="best rated")
    assert reply.cards[0].rating == max(card.rating for card in reply.cards if card.rating)


def test_many_results_bring_one_question_and_never_again(talk):
    reply = talk.say("search", "phones", {"page_size": 2}, product="phones")
    first = talk.state.pending
    assert first.kind == "facet" and reply.quick_replies
    talk.say("relax", "doesn't matter")
    assert attributes(talk) == {"category"}
    assert talk.state.pending is None or talk.state.pending.attribute != first.attribute
    assert len(talk.state.asked) == len(set(talk.state.asked))


def test_a_bare_number_answers_the_question_about_money(talk):
    talk.say("search", "phones", {"page_size": 2}, product="phones")
    while talk.state.pending.attribute != "price":
        talk.say("deny", "any will do", {"page_size": 2})
    reply = talk.say("clarify", "200")
    assert max(prices(reply)) <= 200


def test_a_gift_without_a_hint_is_asked_about(talk):
    reply = talk.say("gift", "a present for my mum", recipient="mum")
    assert reply.cards == () and talk.state.pending.kind == "kind"
    assert talk.say("gift", "a gift for dad who loves headphones", recipient="dad", product="headphones").cards


def test_no_two_clarifying_questions_in_a_row(talk):
    first, second = talk.say("clarify", "hmm"), talk.say("clarify", "hm?")
    assert says(first, "clarify") and says(second, "clarify_again")


def test_start_over_keeps_the_cart(talk):
    talk.say("search", "phones", product="phones")
    talk.say("cart_add", "add the first one", ordinal="first one")
    cart = talk.state.cart
    talk.say("start_over", "start over")
    assert cart and talk.state.cart == cart


def test_information_is_that_of_shannon():
    assert information([5, 5, 5, 5], 20) == pytest.approx(2.0)
    assert information([5, 5, 5, 5], 25) == pytest.approx(2.0 * 0.8)
    assert information([20], 20) == 0.0
    assert information([5, 5, 5, 5], 100) == 0.0
    # Each of twenty models comes in both colours: whatever is answered, all are left.
    assert information([20, 20], 20) == 0.0
    assert 0 < information([15, 10], 20) < information([10, 10], 20)


@pytest.mark.parametrize(("amount", "named"), [("7.2", 8), ("430", 400), ("1900", 2000), ("99", 100), ("14", 15)])
def test_amounts_that_people_name(amount, named):
    assert round_amount(Decimal(amount)) == named
