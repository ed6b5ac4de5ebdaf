"""Sentences about one product: every value from a triple, and what no triple says is said to be unknown."""

import pytest

from assistant.product import LANGUAGES
from assistant.turn.tell import Teller
from assistant.understanding.topics import all_asked, claims, topics


@pytest.fixture
def told(catalogue, understood):
    """Asks one product a marked question; returns all that is answered."""

    def run(marked, id_, language="en", turn=0):
        message = understood(marked)
        teller = Teller(catalogue.product(id_), catalogue, language, turn)
        asked = claims(message, catalogue.gazetteer)
        found = [teller.claim(c) for c in asked] or [teller.topic(t) for t in topics(message, catalogue.facets)]
        return " ".join(t.sentence for t in found), [f.triple for t in found for f in t.facts]

    return run


@pytest.mark.parametrize(
    ("marked", "id_", "expected"),
    [
        ("[how heavy](facet) is it", "hush-black", "The Zento Hush 900 black weighs 250 g."),
        ("what's the [battery life](facet)", "hush-black", "The Zento Hush 900 black has a battery life of 30 hours."),
        ("how much is it", "echo", "The Korvo Echo Pro black costs $129."),
        ("[price](facet)?", "hush-black", "The Zento Hush 900 black costs $299, reduced from $349."),
        ("how much [memory](facet) does it have", "book", "The memory of the Zento Book 13 black is 16 GB."),
        ("what is it [made of](facet)", "loafer", "The Zento Loafer is made of leather."),
        ("which [brand](facet) is it", "echo", "The Korvo Echo Pro black is made by Korvo."),
        ("how is it [rated](facet)", "dive", "Buyers rate the Lumexa Dive red 4.7 out of 5 (52 ratings)."),
        ("is it in [stock](facet)", "dive", "The Lumexa Dive red is in stock, 5 left."),
        ("is it in [stock](facet)", "cord", "The Korvo Cord black is out of stock at the moment."),
        ("what [colours](facet) does it come in", "hush-black",
         "The Zento Hush 900 black comes in black, red and white (sold out)."),
        ("what [sizes](facet) are there", "run-41-black", "The Lumexa Runner black comes in EU 41 and EU 42."),
        ("what [colours](facet)", "dive", "The Lumexa Dive red is red."),
        ("is the [weight](facet) and [memory](facet) given", "book",
         "The Zento Book 13 black weighs 1.2 kg. Its memory is 16 GB."),
        ("what's the [battery life](facet)", "cord",
         "The catalogue doesn't give the battery life of the Korvo Cord black, and I'd rather not guess."),
        ("what about the [hinge](facet)", "book",
         "The catalogue doesn't give the hinge of the Zento Book 13 black, and I'd rather not guess."),
    ],
)  # fmt: skip
def test_properties(marked, id_, expected, told):
    assert told(marked, id_)[0] == expected


@pytest.mark.parametrize(
    ("marked", "id_", "expected"),
    [
        ("is it [waterproof](attribute)", "dive", "Yes, the Lumexa Dive red is listed with water resistance: waterproof."),
        ("is it [waterproof](attribute)", "echo",
         "Not that I can see: the catalogue lists the water resistance of the Korvo Echo Pro black as IPX4."),
        ("is it [waterproof](attribute)", "hush-black",
         "The catalogue doesn't say “waterproof” of the Zento Hush 900 black, so I can't promise it."),
        ("does it have [noise cancelling](attribute)", "hush-black", "Yes, the Zento Hush 900 black has noise cancelling."),
        ("does it have [noise cancelling](attribute)", "echo", "No, the Korvo Echo Pro black doesn't have noise cancelling."),
        ("is it [wireless](attribute)", "cord", "No, the Korvo Cord black isn't wireless."),
        ("is it [wireless](attribute)", "dive", "Yes, the Lumexa Dive red is wireless."),
        ("does it have [16GB](attribute)", "book", "Yes, the Zento Book 13 black is listed with memory: 16 GB."),
        ("does it have [16GB](attribute)", "slate", "No: the memory of the Korvo Slate white is 8 GB."),
        ("is it a [Zento](brand)", "echo", "No: the brand of the Korvo Echo Pro black is Korvo."),
        ("does it come in [red](colour)", "hush-black",
         "This one is black, but there is one in red too: Zento Hush 900 red."),
        ("does it come in [white](colour)", "dive", "No: the colour of the Lumexa Dive red is red."),
        ("is it [gluten free](attribute)", "dive",
         "The catalogue doesn't say “gluten free” of the Lumexa Dive red, so I can't promise it."),
    ],
)  # fmt: skip
def test_yes_no_and_unknown(marked, id_, expected, told):
    assert told(marked, id_)[0] == expected


@pytest.mark.parametrize(
    ("marked", "id_", "expected"),
    [
        ("[多重](facet)", "hush-black", "泽拓 Hush 900 黑色耳机重250克。"),
        ("[续航](facet)怎么样", "hush-black", "泽拓 Hush 900 黑色耳机的续航时间是30小时。"),
        ("[多少钱](facet)", "echo", "科沃 Echo Pro 黑色耳机售价US$129。"),
        ("有[现货](facet)吗", "dive", "卢美 Dive 红色耳机有现货，还剩5件。"),
        ("[颜色](facet)有哪些", "hush-black", "泽拓 Hush 900 黑色耳机有黑色、红色和白色（缺货）可选。"),
        ("[防水](attribute)吗", "dive", "是的，卢美 Dive 红色耳机的防水等级是防水。"),
        ("有[降噪](attribute)吗", "echo", "没有，科沃 Echo Pro 黑色耳机标注不带“降噪”。"),
        ("[防水](attribute)吗", "hush-black", "泽拓 Hush 900 黑色耳机的资料里没有提到“防水”，我不能保证。"),
        ("[内存](facet)多大", "dive", "商品资料里没有写卢美 Dive 红色耳机的内存，我不乱猜。"),
    ],
)
def test_chinese(marked, id_, expected, told):
    assert told(marked, id_, "zh")[0] == expected


def test_reviews_are_quoted_in_the_language_asked(told):
    text, triples = told("what do [reviews](facet) say", "hush-black")
    assert "“Silence at last, on every train.”" in text and "2: “The band presses a little.”" in text
    assert any(t[1] == "schema:reviewBody" for t in triples)
    assert "降噪很好" in told("[评价](facet)如何", "hush-black", "zh")[0]
    assert "Nobody has written a review" in told("any [reviews](facet)?", "echo")[0]


def test_every_fact_that_is_told_has_its_triple(told):
    text, triples = told("[how heavy](facet) is it", "echo")
    assert text == "The Korvo Echo Pro black weighs 0.2 kg."
    assert triples == [("urn:shop:product:echo", "schema:additionalProperty", "urn:shop:value:weight:Decimal:0.2:kg")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("turn", range(3))
def test_whatever_is_asked_of_whatever_product_is_answered(language, turn, catalogue, told):
    asked = ["[price](facet)", "[weight](facet)", "[size](facet)", "[stock](facet)", "[rating](facet)", "[reviews](facet)",
             "[colour](facet)", "[brand](facet)", "[nonsense](facet)", "[waterproof](attribute)", "[red](colour)"]  # fmt: skip
    for id_ in ("hush-white", "loafer", "tower", "run-42-red"):
        for marked in asked:
            text, _ = told(marked, id_, language, turn)
            assert text and "None" not in text and "{" not in text and "  " not in text, (marked, id_, text)


@pytest.mark.parametrize(
    "words", ["tell me more", "详细介绍一下", "how is the Sony?", "这款怎么样", "any more details?"]
)
def test_everything_is_asked(words):
    assert all_asked(words)
