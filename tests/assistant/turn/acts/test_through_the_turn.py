"""Whole conversations about products, the catalogue and the cart through `Turn`."""

import pytest

from assistant.settings import Settings
from assistant.state import ShoppingState
from assistant.turn.turn import Turn
from assistant.turn.update import Act
from tests.assistant.turn.acts.conftest import parse
from tests.assistant.turn.conftest import HashedEncoder, OverlapReranker


@pytest.fixture
def say(shop):
    turn = Turn(shop, HashedEncoder(), OverlapReranker(), Settings(_env_file=None))
    state = ShoppingState()

    def run(act, marked):
        nonlocal state
        reply, state = turn.run(Act(act), parse(marked, act), state, {})
        assert reply.text and "{" not in reply.text
        return reply

    return run


def test_from_a_question_to_the_cart(say):
    reply = say("ask_catalogue", "what's your [cheapest](superlative) [laptop](product)?")
    assert reply.cards[0].id == "slate" and "$499" in reply.text
    assert "8 GB" in say("ask_product", "how much [memory](facet) does the [first one](ordinal) have").text
    reply = say("compare", "compare it with the [second](ordinal)")
    assert len(reply.comparison.titles) == 2 == len(reply.cards)
    assert say("choose", "the [lighter](attribute) one").cards[0].id == "slate"
    assert say("why", "why this one?").cards[0].id == "slate"
    reply = say("cart_add", "I'll take it")
    assert [(line.id, line.quantity) for line in reply.cart.lines] == [("slate", 1)]
    assert "$499" in say("cart_show", "show my cart").text
    assert say("faq", "do you ship abroad").route == "faq"
    assert say("cart_remove", "remove it").cart.lines == ()


def test_the_size_is_asked_and_answered(say):
    say("search", "[shoes](product) by [Lumexa](brand)")
    reply = say("cart_add", "add [two](quantity) of the [first one](ordinal)")
    assert "Which size" in reply.text
    reply = say("refine", "[EU 42](attribute)")
    assert [(line.id, line.quantity) for line in reply.cart.lines] == [("run-42-black", 2)]


def test_those_that_were_counted_can_be_shown(say):
    assert "3 laptops" in say("ask_catalogue", "how many [laptops](product) do you have").text
    reply = say("show_more", "show me those")
    assert {card.id for card in reply.cards} == {"slate", "book", "tower"}
    assert {card.id for card in say("refine", "[under 600 dollars](price)").cards} == {"slate"}


def test_chinese(say):
    reply = say("ask_catalogue", "[最轻](superlative)的[笔记本](product)是哪款")
    assert reply.language == "zh" and reply.cards[0].id == "slate"
    assert "990克" in say("ask_product", "[第一个](ordinal)[多重](facet)").text
    assert say("cart_add", "就买这个").cart.lines[0].id == "slate"
    assert say("cart_remove", "把购物车清空").cart.lines == ()
    assert say("human", "转人工").route == "human"
