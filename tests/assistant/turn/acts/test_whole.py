"""Questions about the whole catalogue, in words."""

import pytest

from assistant.constraint import Constraint
from assistant.product import LANGUAGES
from assistant.turn.whole import Whole


@pytest.fixture
def asked(catalogue, understood):
    def run(marked, language="en", turn=0):
        message = understood(marked, "ask_catalogue", language)
        return Whole(catalogue, message.constraints, language, turn).answer(message)

    return run


@pytest.mark.parametrize(
    ("marked", "ids", "text"),
    [
        ("what's your [cheapest](superlative) [laptop](product)", "slate", "The Korvo Slate white it is: $499, the cheapest of our 3 laptops."),
        ("which is the [lightest](superlative) [laptop](product)", "slate", "990 g"),
        ("which [headphones](product) have the [longest battery life](superlative)", "hush-black", "30 hours"),
        ("[best rated](superlative) [headphones](product)?", "dive", "4.7 / 5"),
        ("[longest battery life](superlative) of your [headphones](product)?", "hush-black", "the one with the longest battery life of our 6 headphones"),
        ("what is your [most expensive](superlative) thing", "tower", "$1,999"),
        ("what's the [cheapest](superlative) [Zento](brand) you have", "hush-black", "$299"),
        ("[most memory](superlative) in a [laptop](product)", "tower", "32 GB"),
    ],
)  # fmt: skip
def test_extremes(marked, ids, text, asked):
    found = asked(marked)
    assert found.ids[0] == ids and text in found.text


def test_what_is_out_of_stock_is_said_and_the_next_named(asked):
    found = asked("what's your [cheapest](superlative) [headphone](product)")
    assert found.ids[:2] == ("cord", "dive")
    assert "out of stock" in found.text and "the Lumexa Dive red: $89" in found.text


def test_ties_are_counted(asked):
    found = asked("the [longest battery life](superlative) in [headphones](product)?")
    assert "3 share that value." in found.text


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ("how many [headphones](product) do you have", "We have 6 headphones."),
        ("how many [headphones](product) [under 100 dollars](price)", "We have 2 headphones (up to $100)."),
        ("how many products are there", "We have 13 products."),
        ("how many [headphones](product) by [Lumexa](brand)", "We have just one among the headphones (Lumexa):"),
        ("how many [laptops](product) [under $100](price)", "We have no laptops (up to $100) at the moment."),
        ("which [brands](facet) of [headphones](product) do you have", "Our headphones come from Zento (3), Korvo (2) and Lumexa (1)."),
        ("what [colours](facet) do your [laptops](product) come in", "Among the laptops, by colour: black (2) and white (1)."),
        ("what do you sell", "We sell electronics (9) and clothing (4)."),
        ("how much do your [laptops](product) cost", "By price, our laptops go from $499 to $1,999; half of them are at $799 or less."),
        ("what [weights](facet) do your [laptops](product) have", "990 g to 2.9 kg"),
        ("what [sizes](facet) of [shoes](product) are there", "EU 42 (2) and EU 41 (1)"),
        ("how many [laptops](product) are in [stock](facet)", "We have 3 laptops"),
        ("which [laptop](product) has the [longest battery life](superlative)",
         "The catalogue doesn't give the battery life of our laptops, so I can't say which comes first."),
        ("what [memory](facet) do your [shoes](product) have", "The catalogue doesn't give the memory of our shoes."),
    ],
)  # fmt: skip
def test_counts_values_and_ranges(marked, text, asked):
    assert text in asked(marked).text


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        (
            "[最轻](superlative)的[笔记本](product)是哪款",
            "我们3款笔记本电脑里，最轻的是科沃 Slate 白色笔记本电脑：990克。",
        ),
        ("你们有多少款[耳机](product)", "我们有6款耳机。"),
        ("你们卖什么", "我们卖数码产品"),
        ("[耳机](product)有哪些[品牌](facet)", "泽拓（3）、科沃（2）和卢美（1）"),
        ("[笔记本](product)大概[多少钱](facet)", "US$499到US$1,999"),
    ],
)
def test_chinese(marked, text, asked):
    assert text in asked(marked, "zh").text


def test_a_quality_that_no_fact_tells_is_admitted(asked):
    found = asked("what's your [cheapest](superlative) [foldable](attribute) [laptop](product)")
    assert "I can't check “foldable” in the catalogue's facts, so it isn't counted in." in found.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("turn", range(3))
def test_every_variant_is_filled(language, turn, asked):
    for marked in ("[cheapest](superlative) [laptop](product)", "how many [laptops](product)", "what do you sell",
                   "[brands](facet) of [laptops](product)", "[colours](facet) of [laptops](product)", "[price](facet) of [laptops](product)"):  # fmt: skip
        found = asked(marked, language, turn)
        assert found.text and "{" not in found.text and "None" not in found.text


def test_a_name_with_braces_is_only_a_name(catalogue, understood):
    scope = (Constraint(attribute="brand", operator="=", value="{0} %s"),)
    assert "We have no products ({0} %s)" in Whole(catalogue, scope, "en", 0).answer(understood("how many?")).text
