"""What the acts answer: about products on screen, the catalogue, the cart, and small talk."""

import pytest

from assistant.product import LANGUAGES
from assistant.settings import Settings
from assistant.state import ShoppingState
from assistant.turn.acts import asking, beside, cart, likes, products, talk
from assistant.turn.context import Context, Services
from tests.assistant.turn.conftest import HashedEncoder, OverlapReranker

SHOWN = ("hush-black", "echo", "dive")
SERVICES = Services(HashedEncoder(), OverlapReranker(), Settings(_env_file=None))


class Shopper:
    """Says marked sentences to handlers; keeps the state, and checks what holds for every answer."""

    def __init__(self, catalogue, understood, language="en", **state):
        self.state = ShoppingState(language=language, shown=SHOWN, ranked=SHOWN).model_copy(update=state)
        self._catalogue, self._understood = catalogue, understood

    def say(self, handler, marked, *more):
        before = self.state
        state = before.model_copy(update={"turn": before.turn + 1})
        message = self._understood(marked, language=state.language)
        context = Context(SERVICES, self._catalogue, before, state, message, 5, {})
        answer = handler(context, *more)
        if answer is None:
            return None
        self.state = answer.state
        assert answer.text.strip() and "{" not in answer.text and "None" not in answer.text and "  " not in answer.text
        assert ShoppingState.model_validate(self.state.model_dump(mode="json")) == self.state
        assert all(q.title and q.payload for q in answer.quick_replies)
        return answer


@pytest.fixture
def shopper(catalogue, understood):
    def make(language="en", **state):
        return Shopper(catalogue, understood, language, **state)

    return make


def ids(answer):
    return [card.id for card in answer.cards]


def lines(answer):
    return [(line.id, line.quantity) for line in answer.cart.lines]


def test_choosing_sets_the_focus_and_shows_the_card(shopper):
    someone = shopper()
    answer = someone.say(products.choose, "the [second one](ordinal)")
    assert (someone.state.focus, ids(answer)) == ("echo", ["echo"])
    assert "Korvo Echo Pro black" in answer.text and "$129" in answer.text and "7 left" in answer.text
    payloads = [q.payload for q in answer.quick_replies]
    assert payloads[:3] == ["Add it to my cart", "Compare the first two", "More like this"]
    assert someone.state.shown == SHOWN


def test_an_ambiguous_choice_is_asked_about_with_names(shopper):
    answer = shopper().say(products.choose, "the [black](colour) one")
    assert "Which one" in answer.text and not answer.cards
    assert [(q.title, q.payload) for q in answer.quick_replies] == [
        ("Zento Hush 900 black", "Number 1"), ("Korvo Echo Pro black", "Number 2"),
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "marked", ["the [green](colour) one", "the [ninth](ordinal)", "[第九个](ordinal)", "the [cosy](attribute) one"]
)
def test_what_is_not_there_is_said(language, marked, shopper):
    answer = shopper(language).say(products.choose, marked)
    assert not answer.cards and len(answer.quick_replies) == 3
    assert shopper(language, shown=(), ranked=()).say(products.choose, marked).quick_replies


def test_a_variant_that_is_not_on_screen_can_be_chosen(shopper):
    assert ids(shopper().say(products.choose, "the [white](colour) one")) == ["hush-white"]


def test_a_product_of_the_catalogue_can_be_chosen_by_name(shopper):
    assert ids(shopper().say(products.choose, "the [Zento](brand) [Book 13](product)")) == ["book"]


def test_a_question_about_one(shopper):
    someone = shopper()
    answer = someone.say(products.ask_product, "[how heavy](facet) is the [second one](ordinal)")
    assert answer.text == "The Korvo Echo Pro black weighs 0.2 kg."
    triple = ("urn:shop:product:echo", "schema:additionalProperty", "urn:shop:value:weight:Decimal:0.2:kg")
    assert answer.cards[0].why[0].triple == triple
    assert someone.state.focus == "echo"
    assert "24 hours" in someone.say(products.ask_product, "and the [battery life](facet)?").text
    assert "IPX4" in someone.say(products.ask_product, "is it [waterproof](attribute)?").text
    both = someone.say(products.ask_product, "what's its [price](facet) and [rating](facet)")
    assert "$129" in both.text and "4.1 out of 5" in both.text


def test_a_question_about_all_on_screen_is_answered_a_line_each(shopper):
    answer = shopper().say(products.ask_product, "which of these is [waterproof](attribute)?")
    assert answer.text.splitlines()[1:] == [
        "1. Zento Hush 900 black: not stated",
        "2. Korvo Echo Pro black: not stated as waterproof (IPX4)",
        "3. Lumexa Dive red: yes (waterproof)",
    ]
    answer = shopper("zh").say(products.ask_product, "[续航](facet)怎么样")
    assert answer.text.splitlines()[1:] == [
        "1. 泽拓 Hush 900 黑色耳机：30小时", "2. 科沃 Echo Pro 黑色耳机：24小时", "3. 卢美 Dive 红色耳机：8小时",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ("is the [red](colour) one [waterproof](attribute)?", "Yes, the Lumexa Dive red"),
        ("is the [Korvo](brand) [wireless](attribute)?", "Yes, the Korvo Echo Pro black is wireless."),
        ("[how much](facet) is the [cheapest](superlative) one", "$89"),
        ("which of them is the [lightest](superlative)?", "The Lumexa Dive red weighs 31 g."),
    ],
)
def test_a_question_points_with_a_value(marked, text, shopper):
    assert text in shopper().say(products.ask_product, marked).text


@pytest.mark.parametrize(
    "marked", ["tell me more about [number 3](ordinal)", "how is the [Lumexa](brand)?", "介绍一下[第三个](ordinal)"]
)
def test_everything_about_one(marked, shopper):
    answer = shopper().say(products.ask_product, marked)
    assert "made for every day" in answer.text and "waterproof" in answer.text and ids(answer) == ["dive"]


def test_everything_about_nobody_in_particular_is_asked_back(shopper):
    answer = shopper().say(products.ask_product, "tell me more")
    assert not answer.cards and len(answer.quick_replies) == 3


@pytest.mark.parametrize(
    ("marked", "state", "expected"),
    [
        ("compare the [first two](ordinal)", {}, ["hush-black", "echo"]),
        ("对比[前两款](ordinal)", {}, ["hush-black", "echo"]),
        ("compare these", {}, list(SHOWN)),
        ("what's the difference", {}, list(SHOWN)),
        ("compare it with the [third](ordinal)", {"focus": "echo"}, ["echo", "dive"]),
        ("the [Lumexa](brand) or the [Echo](product)?", {}, ["dive", "echo"]),
        ("[Book 13](product) or [Slate](product)?", {}, ["book", "slate"]),
        ("compare the [first](ordinal) and the [third](ordinal)", {}, ["hush-black", "dive"]),
    ],
)
def test_comparing(marked, state, expected, shopper):
    someone = shopper(**state)
    answer = someone.say(beside.compare, marked)
    assert ids(answer) == expected == list(someone.state.shown)
    assert len(answer.comparison.titles) == len(expected)
    assert all(len(row.cells) == len(expected) for row in answer.comparison.rows)


def test_comparing_one_or_none(shopper):
    assert shopper(shown=("echo",)).say(beside.compare, "compare").comparison is None
    assert shopper(shown=()).say(beside.compare, "compare these").quick_replies


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_gives_facts_and_the_rankers_part(language, shopper):
    someone = shopper(language, query=("headphones",))
    answer = someone.say(beside.why, "why the [third one](ordinal)?")
    assert "4.7" in answer.text and "%" in answer.text and ids(answer) == ["dive"]
    assert "4.7" in shopper(language).say(beside.why, "why the [third one](ordinal)?").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_similar_leaves_the_product_and_its_variants_out(language, shopper):
    someone = shopper(language)
    answer = someone.say(likes.similar, "more like the [first](ordinal)")
    assert ids(answer) == ["echo", "dive", "cord"]
    assert someone.state.ranked == ("echo", "dive", "cord")


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("like this but [lighter](attribute)", ["echo", "dive"]),
        ("like the [first one](ordinal), only [waterproof](attribute)", ["dive"]),
        ("like this but [red](colour)", ["dive"]),
        ("like this one but [cheaper](attribute)", ["echo", "dive", "cord"]),
    ],
)
def test_similar_but_better(marked, expected, shopper):
    assert ids(shopper(focus="hush-black").say(likes.similar, marked)) == expected


def test_similar_without_what_was_asked(shopper):
    answer = shopper(focus="hush-black").say(likes.similar, "like this but [heavier](attribute)")
    assert "none listed as heavier" in answer.text and answer.cards


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        (
            "which of those two is [lighter](attribute)",
            "By weight, Zento Hush 900 black: 250 g and Korvo Echo Pro black: 0.2 kg.",
        ),
        (
            "which has more [battery life](facet), the [first](ordinal) or the [third](ordinal)",
            "By battery life, Zento Hush 900 black: 30 hours and Lumexa Dive red: 8 hours.",
        ),
    ],
)
def test_what_is_compared_is_answered_first(marked, text, shopper):
    assert text in shopper().say(beside.compare, marked).text


def test_similar_of_nothing(shopper):
    assert not shopper(shown=()).say(likes.similar, "more like this").cards


def test_a_question_about_the_catalogue_becomes_the_search(shopper):
    someone = shopper()
    answer = someone.say(asking.ask_catalogue, "what's your [cheapest](superlative) [laptop](product)?")
    assert ids(answer)[0] == "slate" and someone.state.category == "Electronics > Laptops"
    assert someone.state.ranked[:3] == ("slate", "book", "tower")
    assert someone.state.order.attributes == ("price",) and not someone.state.order.descending
    answer = someone.say(asking.ask_catalogue, "which [brands](facet) do you have?")
    assert "laptops" in answer.text and "Zento (1)" in answer.text
    assert someone.state.shown[0] == "slate"
    assert "electronics" in someone.say(asking.ask_catalogue, "what do you sell?").text


def test_another_kind_puts_the_search_aside(shopper):
    someone = shopper()
    someone.say(asking.ask_catalogue, "how many [laptops](product) do you have?")
    someone.say(asking.ask_catalogue, "how many [headphones](product) do you have?")
    assert someone.state.category == "Electronics > Headphones"
    assert [t.wish.category for t in someone.state.topics] == ["Electronics > Laptops"]


def test_a_kind_that_is_not_sold_is_no_answer_about_everything(shopper):
    answer = shopper().say(asking.ask_catalogue, "how many [scooters](product) do you have")
    assert "scooters" in answer.text and "13" not in answer.text
    answer = shopper().say(asking.ask_catalogue, "how many [Hush](product) do you have")
    assert len(answer.cards) == 3 and "3" in answer.text


def test_into_the_cart_and_out_again(shopper):
    someone = shopper()
    answer = someone.say(cart.cart_add, "add the [second one](ordinal) to my cart")
    assert lines(answer) == [("echo", 1)] and "$129" in answer.text
    someone.say(cart.cart_add, "[two](quantity) of the [red](colour) ones")
    assert lines(someone.say(cart.cart_show, "my cart")) == [("echo", 1), ("dive", 2)]
    assert lines(someone.say(cart.cart_remove, "remove the [first one](ordinal) from my cart")) == [("dive", 2)]
    assert lines(someone.say(cart.cart_remove, "take [one](quantity) [Lumexa](brand) out")) == [("dive", 1)]
    answer = someone.say(cart.cart_remove, "take the [Lumexa](brand) out")
    assert answer.cart.lines == () and "empty" in answer.text.lower()
    assert "cart" in someone.say(cart.cart_remove, "remove the [first one](ordinal)").text


@pytest.mark.parametrize("words", ["empty my cart", "把购物车清空", "remove everything"])
def test_emptying(words, shopper):
    someone = shopper()
    someone.say(cart.cart_add, "both of them please")
    assert len(someone.state.cart) == 2
    assert someone.say(cart.cart_remove, words).cart.lines == ()


def test_what_to_take_out_is_asked(shopper):
    someone = shopper()
    someone.say(cart.cart_add, "both of them please")
    for marked in ("take it out", "remove the [fifth](ordinal)", "remove the [Book 13](product)"):
        answer = someone.say(cart.cart_remove, marked)
        assert len(answer.quick_replies) == 2 and len(someone.state.cart) == 2, marked
    assert answer.quick_replies[0].payload == "Remove number 1 from my cart"


def test_never_more_than_in_stock(shopper):
    someone = shopper()
    answer = someone.say(cart.cart_add, "[9](quantity) of the [third one](ordinal)")
    assert lines(answer) == [("dive", 5)] and "only 5" in answer.text
    assert "All 5" in someone.say(cart.cart_add, "one more of the [third one](ordinal)").text


def test_two_of_those_is_two_of_what_is_talked_about(shopper):
    someone = shopper(focus="echo")
    assert lines(someone.say(cart.cart_add, "[two](quantity) of those please")) == [("echo", 2)]
    answer = shopper().say(cart.cart_add, "[two](quantity) of those please")
    assert answer.cart is None and answer.state.pending.kind == "cart" and answer.state.pending.quantity == 2


def test_what_is_sold_out_is_refused_and_others_offered(shopper):
    someone = shopper(shown=("cord", "echo"))
    answer = someone.say(cart.cart_add, "I'll take the [first](ordinal)")
    assert "out of stock" in answer.text and not someone.state.cart
    assert answer.cards and "cord" not in ids(answer)
    assert someone.state.shown == tuple(ids(answer))


def test_a_variant_is_asked_for(shopper):
    someone = shopper(shown=("run-41-black", "loafer"))
    answer = someone.say(cart.cart_add, "I'll take [two](quantity) of the [first one](ordinal)")
    assert "EU 41 and EU 42" in answer.text and "size" in answer.text and not someone.state.cart
    assert [q.title for q in answer.quick_replies] == ["EU 41", "EU 42"]
    waiting = someone.state
    assert lines(someone.say(cart.cart_add, answer.quick_replies[1].payload)) == [("run-42-black", 1)]
    for words in ("42", "EU 42 please", "要42码", "the [second one](ordinal)"):
        someone.state = waiting
        answer = someone.say(cart.resume, words, waiting.pending)
        assert lines(answer) == [("run-42-black", 2)] and answer.state.pending is None
    someone.state = waiting
    assert someone.say(cart.resume, "do you ship abroad", waiting.pending) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_to_add_is_asked_when_it_is_not_clear(language, shopper):
    someone = shopper(language)
    answer = someone.say(cart.cart_add, "buy it")
    assert len(answer.quick_replies) == 3 and answer.cart is None
    assert lines(someone.say(cart.resume, "the [second one](ordinal)", someone.state.pending)) == [("echo", 1)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_cart(language, shopper):
    answer = shopper(language).say(cart.cart_show, "what's in my cart")
    assert answer.cart.lines == () and answer.quick_replies


@pytest.mark.parametrize("language", LANGUAGES)
def test_checkout_is_not_in_the_chat(language, shopper):
    someone = shopper(language)
    someone.say(cart.cart_add, "[第一个](ordinal)")
    assert {"en": "checkout", "zh": "结算"}[language] in someone.say(cart.cart_show, "checkout please").text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("handler", "route"), [(talk.human, "human"), (talk.faq, "faq"), (talk.order, "order")])
def test_what_others_answer_is_routed(handler, route, language, shopper):
    someone = shopper(language)
    answers = [someone.say(handler, "x") for _ in range(3)]
    assert {a.route for a in answers} == {route}
    assert len({a.text for a in answers}) == 3


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("handler", [talk.greet, talk.thanks, talk.goodbye, talk.off_topic, talk.abusive])
def test_small_talk_changes_nothing(handler, language, shopper):
    someone = shopper(language)
    before = someone.state
    answers = [someone.say(handler, "x") for _ in range(3)]
    assert len({a.text for a in answers}) == 3
    assert someone.state.model_copy(update={"turn": 0}) == before
