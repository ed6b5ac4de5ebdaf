import re
from decimal import Decimal

import pytest
from rdflib import URIRef

from assistant.constraint import Operator
from assistant.page.render import cards_html
from assistant.product import Availability
from kg import vocabulary as v
from tests.assistant.turn.conftest import ids, prices, says

_HAN = re.compile(r"[\u3400-\u9fff]")
_FITS = {
    Operator.AT_MOST: lambda a, b: a <= b,
    Operator.AT_LEAST: lambda a, b: a >= b,
    Operator.BELOW: lambda a, b: a < b,
    Operator.ABOVE: lambda a, b: a > b,
}


def meets(product, constraint):
    """Whether a product meets a demand, by plain Python and not by SPARQL."""
    if constraint.attribute == "price":
        return product.price is not None and _FITS[constraint.operator](product.price.amount, constraint.value)
    if constraint.attribute == "category":
        return (" > ".join(product.category) + " > ").startswith(str(constraint.value) + " > ")
    if constraint.attribute == "brand":
        has = product.brand == constraint.value
    else:
        has = any(a.name == constraint.attribute and a.value == constraint.value for a in product.attributes)
    return has is (constraint.operator is Operator.EQUAL)


@pytest.fixture
def assert_all_meet(catalogue):
    def check(reply, constraints):
        assert reply.cards
        for card in reply.cards:
            assert all(meets(catalogue.product(card.id), c) for c in constraints), card.title

    return check


@pytest.mark.parametrize(
    ("text", "entities", "count"),
    [
        ("phones", {"product": "phones"}, 10),
        ("phones under $300", {"product": "phones", "price": "under $300"}, 4),
        ("a Korvo phone", {"product": "phone", "brand": "Korvo"}, 3),
        ("a phone but not Zento", {"product": "phone", "brand": ("Zento", "not")}, 4),
        ("black laptops between 300 and 1500", {"product": "laptops", "colour": "black"}, 2),
        ("laptops with 16GB", {"product": "laptops"}, 2),
        ("noise cancelling headphones", {"product": "headphones", "attribute": "noise cancelling"}, 2),
        ("500美元以内的手机", {"product": "手机"}, 8),
    ],
)
def test_every_card_meets_every_demand(talk, assert_all_meet, text, entities, count):
    reply = talk.say("search", text, **entities)
    assert talk.state.constraints
    assert_all_meet(reply, talk.state.constraints)
    assert reply.decision.matching == count
    assert len(reply.cards) == min(count, 5)
    assert str(count) in reply.text


def test_refine_narrows(talk, assert_all_meet):
    first = talk.say("search", "phones", product="phones")
    second = talk.say("refine", "under $400", price="under $400")
    third = talk.say("refine", "by Zento", brand="Zento")
    assert first.decision.matching > second.decision.matching > third.decision.matching
    assert {c.attribute for c in talk.state.constraints} == {"category", "price", "brand"}
    assert_all_meet(third, talk.state.constraints)
    assert len(third.chips) == 3


def test_cheaper_until_there_is_nothing_cheaper(talk):
    reply = talk.say("search", "phones", product="phones")
    shown = prices(reply)
    for _ in range(15):
        reply = talk.say("cheaper", "cheaper")
        if says(reply, "cheapest_already"):
            break
        assert prices(reply)
        assert max(prices(reply)) < min(shown)
        shown += prices(reply)
    assert says(reply, "cheapest_already")
    assert min(shown) == Decimal(89)
    assert prices(reply) == sorted(prices(reply))


def test_dearer_until_there_is_nothing_dearer(talk):
    reply = talk.say("search", "laptops", product="laptops")
    shown = prices(reply)
    for _ in range(15):
        reply = talk.say("dearer", "something better")
        if says(reply, "dearest_already"):
            break
        assert min(prices(reply)) > max(shown)
        shown += prices(reply)
    assert says(reply, "dearest_already")
    assert max(shown) == Decimal(2000)


def test_dearer_after_cheaper_goes_up_again(talk):
    talk.say("search", "phones", product="phones")
    low = talk.say("cheaper", "cheaper")
    high = talk.say("dearer", "a bit more expensive")
    assert not says(high, "dearest_already")
    assert min(prices(high)) > max(prices(low))


def test_cheaper_than_the_one_that_is_talked_about(talk):
    talk.say("search", "phones", product="phones")
    (card,) = talk.say("ask_product", "the second one", ordinal="second one").cards
    reply = talk.say("cheaper", "cheaper than that")
    assert max(prices(reply)) < card.price


def test_cheaper_with_an_amount_takes_the_amount(talk):
    talk.say("search", "phones", product="phones")
    reply = talk.say("cheaper", "cheaper, under $300", price="under $300")
    assert max(prices(reply)) <= 300


def test_cheaper_before_anything_was_shown(talk):
    assert says(talk.say("cheaper", "cheaper"), "nothing_to_show")
    reply = talk.say("cheaper", "a cheaper laptop", product="laptop")
    assert reply.cards
    assert {card.category for card in reply.cards} == {"Laptops"}


def test_show_more_repeats_nothing_and_ends(talk):
    first = talk.say("search", "phones", product="phones")
    seen = ids(first)
    for _ in range(5):
        reply = talk.say("show_more", "show more")
        if not reply.cards:
            break
        assert not set(ids(reply)) & set(seen)
        seen += ids(reply)
    assert says(reply, "no_more")
    assert len(seen) == len(set(seen)) == first.decision.matching
    assert says(talk.say("show_more", "show more"), "no_more")


def test_show_more_before_a_search(talk):
    assert says(talk.say("show_more", "show more"), "nothing_to_show")


@pytest.mark.parametrize(("words", "place"), [("first", 0), ("second one", 1), ("number 3", 2), ("last one", -1)])
def test_details_by_place(talk, words, place):
    shown = talk.say("search", "phones", product="phones").cards
    reply = talk.say("ask_product", f"tell me about the {words}", ordinal=words)
    assert ids(reply) == [shown[place].id]
    assert shown[place].title in reply.text


def test_places_are_those_on_screen(talk):
    talk.say("search", "phones", product="phones")
    shown = talk.say("show_more", "more").cards
    assert ids(talk.say("ask_product", "第二个怎么样", ordinal="第二个")) == [shown[1].id]


@pytest.mark.parametrize("place", ["6th", "number 20"])
def test_details_of_a_place_that_is_not_there(talk, place):
    talk.say("search", "phones", product="phones")
    before = talk.state.shown
    reply = talk.say("ask_product", f"the {place}", ordinal=place)
    assert says(reply, "no_such_place")
    assert (reply.cards, talk.state.shown) == ((), before)


def test_details_say_what_the_graph_says(talk, catalogue):
    talk.say("search", "Zento Aero black phone", product="phone", brand="Zento", colour="black")
    reply = talk.say("ask_product", "the first", ordinal="first")
    product = catalogue.product(reply.cards[0].id)
    for fact in (product.titles["en"], product.descriptions["en"], "256 GB", "black", str(product.review_count)):
        assert fact in reply.text


def test_relax(talk, assert_all_meet):
    narrow = talk.say("search", "red phones under $400", product="phones", colour="red", price="under $400")
    wide = talk.say("relax", "any colour", facet="colour")
    assert {c.attribute for c in talk.state.constraints} == {"category", "price"}
    assert wide.decision.matching > narrow.decision.matching
    assert_all_meet(wide, talk.state.constraints)
    assert "red" not in wide.decision.query


def test_a_chip_is_removed(talk, assert_all_meet):
    reply = talk.say("search", "red phones", product="phones", colour="red")
    chip = next(chip for chip in reply.chips if "red" in chip.label)
    reply = talk.say("relax", "/relax", {"remove": chip.key})
    assert [c.attribute for c in talk.state.constraints] == ["category"]
    assert_all_meet(reply, talk.state.constraints)


def test_no_result_names_the_demand_to_blame_and_shows_what_is_left(talk, assert_all_meet):
    reply = talk.say("search", "red laptops under $100", product="laptops", colour="red", price="under $100")
    assert says(reply, "relaxed_offer")
    assert "$100" in reply.text
    assert_all_meet(reply, [c for c in talk.state.constraints if c.attribute != "price"])
    assert {c.attribute for c in talk.state.constraints} == {"category", "colour", "price"}
    wide = talk.say("affirm", "yes please")
    assert says(wide, "relaxed_done")
    assert {c.attribute for c in talk.state.constraints} == {"category", "colour"}
    assert_all_meet(wide, talk.state.constraints)


def test_what_was_offered_can_be_declined(talk):
    talk.say("search", "red laptops under $100", product="laptops", colour="red", price="under $100")
    talk.say("deny", "no thanks")
    assert {c.attribute for c in talk.state.constraints} == {"category", "colour", "price"}
    talk.say("affirm", "yes")
    assert "price" in {c.attribute for c in talk.state.constraints}


def test_the_smallest_set_of_demands_is_to_blame(talk, assert_all_meet):
    reply = talk.say("search", "white Korvo laptops over $5000", product="laptops", brand="Korvo", colour="white")
    assert says(reply, "relaxed_offer")
    kept = [c for c in talk.state.constraints if c.key not in talk.state.pending.keys]
    assert len(talk.state.pending.keys) == 2
    assert_all_meet(reply, kept)


def test_nothing_is_on_screen_after_nothing_was_found(talk):
    talk.say("start_over", "start over")
    assert says(talk.say("ask_product", "the first", ordinal="first"), "nothing_shown")


def test_start_over(talk, assert_all_meet):
    talk.say("search", "red phones", product="phones", colour="red")
    reply = talk.say("start_over", "start over")
    assert says(reply, "start_over")
    assert (reply.cards, reply.chips, talk.state.constraints, talk.state.shown) == ((), (), (), ())
    reply = talk.say("refine", "laptops", product="laptops")
    assert [c.attribute for c in talk.state.constraints] == ["category"]
    assert_all_meet(reply, talk.state.constraints)


@pytest.mark.parametrize("act", ["off_topic", "greet", "thanks", "goodbye", "clarify"])
def test_talk_shows_no_products_and_forgets_nothing(talk, act):
    talk.say("search", "red phones", product="phones", colour="red")
    before = talk.state
    reply = talk.say(act, "who won the match?")
    assert reply.cards == ()
    assert talk.state.model_copy(update={"pending": None}) == before.model_copy(
        update={"turn": before.turn + 1, "pending": None}
    )


_CHINESE = [
    ("greet", "你好", {}),
    ("search", "手机", {"product": "手机"}),
    ("refine", "红色的", {"colour": "红色"}),
    ("ask_product", "第一个", {"ordinal": "第一个"}),
    ("relax", "颜色不限", {"facet": "颜色"}),
    ("refine", "3000元以内", {}),
    ("cheaper", "便宜点", {}),
    ("cheaper", "便宜点", {}),
    ("cheaper", "便宜点", {}),
    ("dearer", "贵一点", {}),
    ("show_more", "还有吗", {}),
    ("show_more", "还有吗", {}),
    ("ask_product", "第20个", {"ordinal": "第20个"}),
    ("search", "白色的笔记本，不超过1元", {"product": "笔记本", "colour": "白色"}),
    ("clarify", "嗯", {}),
    ("off_topic", "今天天气如何", {}),
    ("thanks", "谢谢", {}),
    ("start_over", "重新开始", {}),
    ("ask_product", "那个", {}),
    ("clarify", "啊", {}),
    ("goodbye", "再见", {}),
]
_ENGLISH = [
    ("greet", "hello there", {}),
    ("search", "phones", {"product": "phones"}),
    ("refine", "only red ones", {"colour": "red"}),
    ("ask_product", "the first", {"ordinal": "first"}),
    ("relax", "any colour", {"facet": "colour"}),
    ("cheaper", "something cheaper", {}),
    ("dearer", "more expensive", {}),
    ("show_more", "show more", {}),
    ("show_more", "show more", {}),
    ("search", "white laptops under $1", {"product": "laptops", "colour": "white"}),
    ("off_topic", "how is the weather", {}),
    ("start_over", "start over", {}),
    ("goodbye", "good bye", {}),
]


def _words(reply):
    yield reply.text
    yield from (quick.title for quick in reply.quick_replies)
    yield from (chip.label for chip in reply.chips)
    yield from (reason.text for card in reply.cards for reason in card.why)
    yield from (card.title for card in reply.cards)


def test_a_chinese_shopper_reads_chinese(talk):
    for act, text, entities in _CHINESE:
        reply = talk.say(act, text, **entities)
        assert reply.language == "zh"
        assert [words for words in _words(reply) if not _HAN.search(words)] == []


def test_an_english_shopper_reads_english(talk):
    for act, text, entities in _ENGLISH:
        reply = talk.say(act, text, **entities)
        assert reply.language == "en"
        assert [words for words in _words(reply) if _HAN.search(words)] == []


def test_the_chosen_language_wins(talk):
    reply = talk.say("search", "phones", {"language": "zh"}, product="phones")
    assert reply.language == "zh"
    assert _HAN.search(reply.text)


def test_variants_do_not_fill_a_page(talk, catalogue):
    shown = ids(talk.say("search", "Zento Aero phones", product="phones", brand="Zento"))
    groups = [catalogue.product(id_).group or id_ for id_ in shown]
    # Zento has three kinds of phone, one of them in four colours.
    assert len(set(groups[:3])) == 3


@pytest.mark.parametrize("text", ["Korvo Beat headphones", "red headphones", "headphones under $60"])
def test_what_is_gone_is_behind_what_fits_as_well(talk, text):
    entities = {kind: word for kind, word in (("brand", "Korvo"), ("colour", "red")) if word in text}
    shown = ids(talk.say("search", text, product="headphones", **entities))
    assert shown.index("beat") < shown.index("beat-gone")


def test_what_is_gone_is_called_so(talk):
    cards = talk.say("search", "red headphones", product="headphones", colour="red").cards
    assert {card.id: card.availability for card in cards} == {
        "beat": Availability.IN_STOCK,
        "beat-gone": Availability.OUT_OF_STOCK,
    }


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("phones under $500", {"product": "phones"}),
        ("red phones", {"product": "phones", "colour": "red"}),
        ("laptops with at least 16GB over $500", {"product": "laptops"}),
        ("headphones not by Korvo", {"product": "headphones", "brand": ("Korvo", "not")}),
        ("noise cancelling headphones", {"product": "headphones", "attribute": "noise cancelling"}),
        ("a phone but not black", {"product": "phone", "colour": ("black", "not")}),
        ("红色手机", {"product": "手机", "colour": "红色"}),
    ],
)
def test_every_reason_is_true_in_the_graph(talk, catalogue, text, entities):
    reply = talk.say("search", text, **entities)
    triples = [reason.triple for card in reply.cards for reason in card.why if reason.triple]
    assert triples
    for subject, predicate, thing in triples:
        true = {str(o) for o in catalogue.graph.objects(URIRef(subject), v.SCHEMA[predicate.removeprefix("schema:")])}
        assert thing in true


@pytest.mark.parametrize("colour", ["blue", "white"])
def test_the_reason_is_the_value_that_was_asked_for(talk, colour):
    reply = talk.say("search", f"{colour} Lumexa phone", product="phone", brand="Lumexa", colour=colour)
    assert ids(reply) == ["spark"]
    assert colour in [reason.text for reason in reply.cards[0].why]


def test_a_title_stays_text_in_html(talk):
    reply = talk.say("search", "Bold phone case", product="phone case")
    assert "bold" in ids(reply)
    html = cards_html(reply)
    assert "Bold &lt;3 &amp; &#39;Brave&#39; {x}" in html
    assert "<3" not in html


def test_a_product_without_a_price_is_shown_without_one(talk):
    reply = talk.say("search", "Zento phone case", product="phone case", brand="Zento")
    assert ids(reply) == ["unpriced"]
    assert "$" not in reply.text
    assert "$" not in talk.say("ask_product", "the first", ordinal="first").text


@pytest.mark.parametrize("intent", ["off_topic", "cheaper", "search"])
def test_search_mode_returns_as_many_as_asked_in_the_order_of_their_scores(talk, intent):
    reply = talk.say(intent, "phones with storage", {"mode": "search", "page_size": 100}, product="phones")
    assert reply.decision.matching == len(reply.cards) == 10
    scores = [candidate.score for candidate in reply.decision.candidates]
    assert scores == sorted(scores, reverse=True)
    assert ids(reply) == [candidate.id for candidate in reply.decision.candidates]


@pytest.mark.parametrize("size", [1, 3, 7, "7"])
def test_the_page_is_as_long_as_asked(talk, size):
    assert len(talk.say("search", "phones", {"page_size": size}, product="phones").cards) == int(size)


def test_words_alone_find_what_they_describe(talk):
    reply = talk.say("search", "sound max")
    assert talk.state.constraints == ()
    assert reply.decision.matching is None
    assert reply.cards[0].id == "sound-max"
    assert says(reply, "found_some")


def test_a_search_for_nothing_asks_back(talk):
    reply = talk.say("search", "...")
    assert says(reply, "clarify")
    assert len(reply.quick_replies) == 4
