"""Which products on screen a message means."""

import pytest

from assistant.understanding.reference import named_each, refer
from assistant.understanding.superlatives import superlative

SHOWN = ("hush-black", "echo", "dive", "cord", "hush-red")


@pytest.fixture
def meant(catalogue, understood):
    def run(marked, *, shown=SHOWN, focus=None, pointing=True):
        products = [catalogue.product(id_) for id_ in shown]
        return refer(understood(marked), products, focus, catalogue.facets, pointing=pointing)

    return run


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("the [second one](ordinal)", ["echo"]),
        ("[last one](ordinal) please", ["hush-red"]),
        ("[number 3](ordinal)", ["dive"]),
        ("[第二个](ordinal)", ["echo"]),
        ("[最后一款](ordinal)吧", ["hush-red"]),
        ("[2号](ordinal)", ["echo"]),
        ("compare the [first two](ordinal)", ["hush-black", "echo"]),
        ("对比[前两款](ordinal)", ["hush-black", "echo"]),
        ("[前三个](ordinal)", ["hush-black", "echo", "dive"]),
        ("the [last two](ordinal)", ["cord", "hush-red"]),
        ("the [first](ordinal) and the [third](ordinal)", ["hush-black", "dive"]),
    ],
)
def test_places(marked, expected, meant):
    assert list(meant(marked).ids) == expected


def test_a_place_that_is_not_on_screen(meant):
    assert meant("the [ninth](ordinal)").place == 9
    assert meant("the [ninth](ordinal)").ids == ()


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("the [red](colour) one please", ["dive", "hush-red"]),
        ("[红色](colour)的那款", ["dive", "hush-red"]),
        ("the [black](colour) one", ["hush-black", "echo", "cord"]),
        ("the [black](colour) [Zento](brand)", ["hush-black"]),
        ("the [Lumexa](brand)", ["dive"]),
        ("[卢美](brand)那个", ["dive"]),
        ("the [echo](product)", ["echo"]),
        ("hush 900 in [red](colour)", ["hush-red"]),
        ("that cheap one", ["cord"]),
        ("那个便宜的", ["cord"]),
        ("the [cheapest](superlative) one", ["cord"]),
        ("[最贵](superlative)的那个", ["hush-black", "hush-red"]),
        ("the [lightest](superlative)", ["dive"]),
        ("the [best rated](superlative) one", ["dive"]),
        ("[续航最长](superlative)的", ["hush-black", "hush-red"]),
        ("the [white](colour) one", []),
        ("not the [Zento](brand:not)", ["echo", "dive", "cord"]),
    ],
)
def test_descriptions(marked, expected, meant):
    found = meant(marked)
    assert (found.named, list(found.ids)) == (True, expected)


@pytest.mark.parametrize("words", ["I like this one", "it", "就它了", "这款不错", "this one please"])
def test_this_is_what_is_talked_about(words, meant):
    assert meant(words, focus="dive").one == "dive"
    assert meant(words, shown=("echo",)).one == "echo"
    assert meant(words).ids == ()


def test_these_are_all_and_both_are_two(meant):
    assert meant("what's the difference between these").ids == SHOWN
    assert meant("这几款有什么区别").ids == SHOWN
    assert meant("both of them").ids == SHOWN[:2]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("is it [red](colour)", ["echo"]),
        ("is it a [Zento](brand)", ["echo"]),
        ("is the [red](colour) one [waterproof](attribute)", ["dive", "hush-red"]),
        ("[红色](colour)的那款[防水](attribute)吗", ["dive", "hush-red"]),
        ("how is the [Lumexa](brand)?", ["dive"]),
        ("is the [second one](ordinal) [red](colour)", ["echo"]),
        ("这款是[红色](colour)的吗", ["echo"]),
    ],
)
def test_in_a_question_a_value_is_asked_unless_it_points(marked, expected, meant):
    assert list(meant(marked, focus="echo", pointing=False).ids) == expected


def test_a_question_without_a_subject_means_nothing_in_particular(meant):
    found = meant("how long does the [battery](facet) last", pointing=False)
    assert (found.ids, found.named) == ((), False)


def test_products_named_one_by_one(catalogue, understood):
    shown = [catalogue.product(id_) for id_ in SHOWN]
    assert named_each(understood("the [Lumexa](brand) or the [echo](product)"), shown) == ("dive", "echo")


@pytest.mark.parametrize(
    ("words", "attribute", "descending"),
    [
        ("cheapest", "price", False), ("最便宜", "price", False), ("most expensive", "price", True), ("最贵", "price", True),
        ("best rated", "rating", True), ("评分最高", "rating", True), ("lightest", "weight", False), ("最轻", "weight", False),
        ("longest battery life", "battery_life", True), ("续航最长", "battery_life", True), ("largest screen", "screen_size", True),
        ("屏幕最大", "screen_size", True), ("newest", "release_year", True), ("most memory", "memory", True), ("内存最大", "memory", True),
        ("smallest", "screen_size", False), ("most popular", "review_count", True), ("best", "rating", True), ("最好", "rating", True),
        ("less expensive", "price", False),
    ],
)  # fmt: skip
def test_superlatives(words, attribute, descending, catalogue):
    found = superlative(words, catalogue.facets)
    assert (found.attributes[0], found.descending) == (attribute, descending)


def test_no_superlative(catalogue):
    assert superlative("red", catalogue.facets) is None
