from decimal import Decimal

import pytest

from assistant.catalogue.gazetteer import Entry, Gazetteer
from assistant.constraint import Operator
from assistant.understanding.language import language_of
from assistant.understanding.understood import Parse, RasaEntity, understand

PHONES, CASES, LAPTOPS = "Electronics > Phones", "Electronics > Phone Cases", "Electronics > Laptops"
RATES = {"USD": Decimal(1), "CNY": Decimal("7.1"), "EUR": Decimal("0.9")}
FACETS = {"colour": "colour", "颜色": "colour", "brand": "brand", "screen size": "screen_size", "weight": "weight"}


def _entries():
    def entry(attribute, value, *paths, unit=None):
        return Entry(attribute, value, unit, dict.fromkeys(paths or ("",), 5))

    names = {
        entry("category", PHONES, PHONES): ("phone", "Phones", "手机"),
        entry("category", CASES, CASES): ("phone case", "手机壳"),
        entry("category", LAPTOPS, LAPTOPS): ("laptop", "笔记本"),
        entry("brand", "Zento"): ("Zento", "泽拓"),
        entry("brand", "Nothing"): ("Nothing",),
        entry("brand", "Korvo"): ("Korvo",),
        entry("colour", "red", PHONES): ("red", "红色"),
        entry("colour", "black", PHONES): ("black", "黑色"),
        entry("5g", True, PHONES): ("5g",),
    }
    return [(name, meaning) for meaning, group in names.items() for name in group]


MEASURES = [
    Entry("weight", Decimal(171), "g", {PHONES: 4}),
    Entry("storage", Decimal(256), "GB", {PHONES: 4}),
    Entry("memory", Decimal(16), "GB", {LAPTOPS: 4}),
    Entry("screen_size", Decimal(15), "in", {LAPTOPS: 4}),
]
GAZETTEER = Gazetteer(_entries(), MEASURES)


def read(text, *, currency="USD", language="en", category=None, intent="search", **entities):
    """Understand `text`; `brand="Zento"` marks an entity, `brand=("Zento", "not")` a refused one."""
    marked = []
    for kind, value in [(k, one) for k, v in entities.items() for one in (v if isinstance(v, list) else [v])]:
        words, role = value if isinstance(value, tuple) else (value, None)
        start = text.index(words)
        marked.append(RasaEntity(entity=kind, value=words, start=start, end=start + len(words), role=role))
    parse = Parse(text=text, intent=intent, confidence=1, entities=tuple(marked))
    return understand(parse, GAZETTEER, FACETS, RATES, currency, language, 1, category)


def demands(understood):
    return {f"{c.attribute}{c.operator.value}{c.value}{c.unit or ''}" for c in understood.constraints}


@pytest.mark.parametrize(
    ("text", "before", "language"),
    [
        ("I need a phone", "zh", "en"),
        ("hello!", "zh", "en"),
        ("手机", "en", "zh"),
        ("Zento 的手机", "en", "zh"),
        ("iphone 15", "zh", "zh"),
        ("iphone 15", "en", "en"),
        ("300", "zh", "zh"),
        ("?", "zh", "zh"),
    ],
)
def test_language(text, before, language):
    assert language_of(text, before) == language


@pytest.mark.parametrize("text", ["iPhone 15 Pro", "Sony WH-1000XM5"])
def test_a_model_name_says_nothing_of_the_language(text):
    assert language_of(text, "zh") == "zh"


def test_names_become_demands():
    understood = read("a red Zento phone", product="phone", colour="red", brand="Zento")
    assert demands(understood) == {f"category={PHONES}", "brand=Zento", "colour=red"}
    assert understood.product == "phone"


def test_chinese_names_become_demands():
    understood = read("红色的泽拓手机", product="手机", colour="红色")
    assert demands(understood) == {f"category={PHONES}", "brand=Zento", "colour=red"}
    assert understood.language == "zh"


def test_a_refused_value_is_a_demand_against_it_and_not_searched_for():
    understood = read("a phone but not Zento", product="phone", brand=("Zento", "not"))
    assert demands(understood) == {f"category={PHONES}", "brand!=Zento"}
    assert "Zento" not in understood.query


def test_only_what_is_refused_is_refused():
    understood = read("a Zento phone but not red", product="phone", brand="Zento", colour=("red", "not"))
    assert demands(understood) == {f"category={PHONES}", "brand=Zento", "colour!=red"}


@pytest.mark.parametrize(("text", "product"), [("a phone case", "phone case"), ("手机壳", "手机壳")])
def test_a_phone_case_is_no_phone(text, product):
    assert demands(read(text, product=product)) == {f"category={CASES}"}


@pytest.mark.parametrize(("text", "product"), [("a phone holder", "phone holder"), ("手机支架", "手机支架")])
def test_what_the_shop_does_not_name_is_not_the_thing_that_it_is_for(text, product):
    assert demands(read(text, product=product)) == set()


def test_a_price_is_cut_out_of_the_query():
    understood = read("red phones under $300 for travel", product="phones", price="under $300")
    assert understood.query == "red phones for travel"
    assert next(c for c in understood.constraints if c.attribute == "price").said.strip() == "under $300"


@pytest.mark.parametrize(
    ("text", "currency", "operator", "value"),
    [
        ("三千块以内", "USD", Operator.AT_MOST, "422.54"),
        ("3000以内", "USD", Operator.AT_MOST, "3000"),
        ("under $100", "CNY", Operator.AT_MOST, "710.00"),
        ("over 90 euros", "USD", Operator.AT_LEAST, "100.00"),
        ("under $100", "USD", Operator.AT_MOST, "100"),
        # No rate is known: the amount stays as it was said.
        ("under £100", "USD", Operator.AT_MOST, "100"),
    ],
)
def test_a_price_is_in_the_catalogues_currency(text, currency, operator, value):
    (price,) = read(text, currency=currency).constraints
    assert (price.operator, price.value) == (operator, Decimal(value))


def test_a_price_beside_a_model_number():
    understood = read("iphone 15 under 500", price="under 500")
    assert demands(understood) == {"price<=500"}


def test_an_ordinary_word_is_a_brand_only_when_marked():
    assert demands(read("nothing fancy")) == set()
    assert demands(read("a phone by nothing", product="phone", brand="nothing")) == {
        f"category={PHONES}",
        "brand=Nothing",
    }
    assert demands(read("Nothing phones", product="phones")) == {f"category={PHONES}", "brand=Nothing"}


def test_a_rare_word_is_a_brand_unmarked_and_misspelt():
    assert demands(read("anything by korvo")) == {"brand=Korvo"}
    assert demands(read("anything by korvoo")) == {"brand=Korvo"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a phone with 256GB", "storage=256GB"),
        ("a laptop with 16GB", "memory=16GB"),
        ("a laptop with at least 16 GB", "memory>=16GB"),
        ("a laptop of 15 inch or more", "screen_size>=15in"),
        ("a phone lighter than 180 g", "weight<=180g"),
        ("一部不超过180克的手机", "weight<=180g"),
        ("a phone of no more than 180 g", "weight<=180g"),
        ("a laptop with no less than 16 GB", "memory>=16GB"),
        ("不大于15寸的笔记本", "screen_size<=15in"),
    ],
)
def test_measures_compare(text, expected):
    product = next(word for word in ("laptop", "phone", "手机", "笔记本") if word in text)
    assert expected in demands(read(text, product=product))


def test_a_measure_means_what_it_means_for_what_is_talked_about():
    assert demands(read("with 16GB", category=LAPTOPS)) == {"memory=16GB"}


def test_5g_is_a_network():
    assert demands(read("a 5g phone", product="phone")) == {f"category={PHONES}", "5g=True"}


def test_two_in_one_is_no_screen_size():
    assert demands(read("a 2 in 1 laptop", product="laptop")) == {f"category={LAPTOPS}"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("red or black", "red|black"),
        ("red, black", "red|black"),
        ("red/black", "red|black"),
        ("red and black ones", "red|black"),
        ("红色或者黑色", "red|black"),
        ("红色、黑色都行", "red|black"),
        ("红色和黑色", "red|black"),
        ("red with 5g, black", "red"),
    ],
)
def test_values_that_are_as_good_as_each_other(text, expected):
    marks = [word for word in ("red", "black") if word in text]
    colours = [c for c in read(text, category=PHONES, colour=marks).constraints if c.attribute == "colour"]
    assert "|".join(map(str, colours[0].values)) == expected


def test_brands_can_be_alternatives_kinds_can_not():
    understood = read("phones or laptops by Zento or Korvo", product="laptops")
    assert [c.values for c in understood.constraints if c.attribute == "brand"] == [("Zento", "Korvo")]
    assert all(len(c.values) == 1 for c in understood.constraints if c.attribute == "category")


@pytest.mark.parametrize(
    ("text", "marks", "soft"),
    [
        ("ideally red", {"colour": ("red", "soft")}, {"colour"}),
        ("最好是泽拓的", {"brand": ("泽拓", "soft")}, {"brand"}),
        ("red, ideally by Korvo", {"colour": "red", "brand": ("Korvo", "soft")}, {"brand"}),
        ("under $300 if possible", {"price": ("under $300", "soft")}, {"price"}),
        ("with 256GB if possible", {"attribute": ("256GB", "soft")}, {"storage"}),
    ],
)
def test_what_is_only_preferred_is_soft(text, marks, soft):
    understood = read(text, category=PHONES, **marks)
    assert {c.attribute for c in understood.constraints if c.soft} == soft


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("not Zento", {"brand!=Zento"}),
        ("nothing by Zento or Korvo", {"brand!=Zento", "brand!=Korvo"}),
        ("no red ones", {"colour!=red"}),
        ("不要红色的", {"colour!=red"}),
        ("除了泽拓都行", {"brand!=Zento"}),
        ("without 256GB please", {"storage!=256GB"}),
        ("why not red", {"colour=red"}),
        ("要不要红色的", {"colour=red"}),
        ("no, red ones", {"colour=red"}),
    ],
)
def test_a_plain_refusal_needs_no_mark(text, expected):
    # A name that is the whole message refuses nothing: these have words beside it.
    marks = {"colour": "red"} if "red" in text else {}
    assert demands(read(text, category=PHONES, **marks)) == expected


@pytest.mark.parametrize(
    ("text", "word", "attribute", "descending"),
    [
        ("the cheapest phone", "cheapest", "price", False),
        ("最贵的手机", "最贵", "price", True),
        ("the best rated phone", "best rated", "rating", True),
        ("评分最高的手机", "评分最高", "rating", True),
        ("口碑最好的", "口碑最好", "rating", True),
        ("the lightest one", "lightest", "weight", False),
        ("with the biggest screen", "biggest screen", "screen_size", True),
        ("longest battery life", "longest battery life", "battery_life", True),
        ("most popular phones", "most popular", "review_count", True),
        ("the newest", "newest", "release_year", True),
    ],
)
def test_superlatives(text, word, attribute, descending):
    order = read(text, superlative=word).order
    assert (order.attributes[0], order.descending, order.said) == (attribute, descending, word)
    assert word not in read(text, superlative=word).query


@pytest.mark.parametrize(
    ("text", "corrects"),
    [
        ("under 300 instead", True),
        ("actually silver", True),
        ("改成红色", True),
        ("还是红色吧", True),
        ("in red", False),
    ],
)
def test_a_correction_is_heard(text, corrects):
    assert read(text).corrects is corrects


def test_a_price_in_yuan_is_no_chinese():
    assert language_of("phones under 2000元", "en") == "en"
    assert language_of("2000元", "en") == "zh"


def test_facets_and_ordinals():
    understood = read("forget the colour of the second one", facet="colour", ordinal="second one")
    assert (understood.facets, understood.ordinal) == (("colour",), 2)


def test_rasas_message_is_read_even_when_half_empty():
    parse = Parse.from_rasa({"text": None, "intent": None, "entities": [{"entity": "brand", "value": 7}]})
    assert (parse.text, parse.intent, parse.entities[0].value) == ("", "nlu_fallback", "7")


@pytest.mark.parametrize("entity", ["product", "attribute"])
def test_a_refused_kind_is_not_the_kind_that_is_looked_for(entity):
    understood = read("no phones please", **{entity: ("phones", "not")})
    assert demands(understood) == {f"category!={PHONES}"}
    assert understood.category is None and understood.product is None


def test_a_gift_is_searched_for_by_what_it_has_to_do_with():
    text = "a birthday gift for my mother who likes phones"
    understood = read(text, intent="gift", occasion="birthday", recipient="mother", attribute="phones")
    assert understood.query == "phones" and understood.category == PHONES


@pytest.mark.parametrize(
    ("text", "also"),
    [("and the black one too", True), ("黑色的也要", True), ("the black one", False), ("a tool", False)],
)
def test_what_repeats_the_step_before(text, also):
    assert read(text).also is also
