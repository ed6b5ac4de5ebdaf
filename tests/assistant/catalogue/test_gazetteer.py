"""Names in a shopper's sentence: which are found, where, and what they mean."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.catalogue.gazetteer import Entry, Gazetteer


def entry(value, attribute="brand", unit=None, **uses):
    return Entry(attribute, value, unit, uses or {"": 1})


NAMES = {
    "Max": entry("Max"),
    "Lumora": entry("Lumora"),
    "Lumora Pro": entry("Lumora Pro"),
    "O'Dell & Sons": entry("O'Dell & Sons"),
    "Brightpeak": entry("Brightpeak"),
    "Phones": entry("Phones", "category"),
    "phone cases": entry("Phone Cases", "category"),
    "Headphones": entry("Headphones", "category"),
    "glass": entry("glass", "material"),
    "noise_cancelling": entry(True, "noise_cancelling"),
    "苹果": entry("Apple"),
    "手机": entry("Phones", "category"),
    "智能手机": entry("Smartphones", "category"),
    "X": entry("X"),
}
NAMED = Gazetteer(NAMES.items())


def found(text, gazetteer=NAMED):
    return [(mention.text, mention.entries[0].value) for mention in gazetteer.find(text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a lumora pro or a Lumora", [("lumora pro", "Lumora Pro"), ("Lumora", "Lumora")]),
        ("phone case for a phone", [("phone case", "Phone Cases"), ("phone", "Phones")]),
        ("two phones, PHONES!", [("phones", "Phones"), ("PHONES", "Phones")]),
        ("headphones", [("headphones", "Headphones")]),
        ("glasses of glass", [("glass", "glass")]),
        ("noise-cancelling", [("noise-cancelling", True)]),
        ("noise  cancelling", [("noise  cancelling", True)]),
        ("noise_CANCELLING", [("noise_CANCELLING", True)]),
        ("o'dell & sons", [("o'dell & sons", "O'Dell & Sons")]),
        ("我想买苹果智能手机", [("苹果", "Apple"), ("智能手机", "Smartphones")]),
        ("lumora手机", [("lumora", "Lumora"), ("手机", "Phones")]),
        ("x", []),
        ("", []),
        ("  - _ ", []),
    ],
)
def test_longest_names_in_reading_order(text, names):
    assert found(text) == names


@pytest.mark.parametrize("text", ["maximum", "climax", "max2", "2max", "telephone", "glassware", "x-ray"])
def test_words_are_not_cut(text):
    assert found(text) == []


@pytest.mark.parametrize("text", ["max", "Max.", "(max)", "max's", "a max, please", "pro-max", "买max的"])
def test_words_end_at_what_is_no_letter(text):
    assert [value for _, value in found(text)] == ["Max"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Lumroa", [("Lumroa", "Lumora")]),
        ("a lumoraa, please", [("lumoraa", "Lumora")]),
        ("brihgtpaek", [("brihgtpaek", "Brightpeak")]),
        ("haedphones", [("haedphones", "Headphones")]),
        ("(Lumra)", [("Lumra", "Lumora")]),
        ("ulmora", []),  # the first letter is the one that people get right
        ("lumraa", []),  # two edits in a short word
        ("glsas", []),  # values are not guessed
        ("mxa", []),  # too short to guess
    ],
)
def test_typos(text, names):
    assert found(text) == names


def test_a_typo_within_a_name_is_not_counted_twice():
    assert found("phnoes lumora pro phnoes") == [
        ("phnoes", "Phones"),
        ("lumora pro", "Lumora Pro"),
        ("phnoes", "Phones"),
    ]


@given(st.lists(st.sampled_from([*NAMES, "ß", "İ", "ﬁ", "🎧", " -", "\u3000", "\n", "Lumroa", "的", "zz"]), max_size=8))
def test_positions_are_those_of_the_text(parts):
    text = " ".join(parts)
    mentions = NAMED.find(text)
    assert all(text[m.start : m.end] == m.text and m.text == m.text.strip(" -\n\u3000") for m in mentions)
    assert all(one.end <= other.start for one, other in pairwise(mentions))
    assert len(mentions) >= sum(part in NAMES and part != "X" for part in parts) - parts.count("Lumora")


def test_positions_after_letters_that_fold_to_two():
    text = "groß ﬁne İ  lumora-pro"
    [mention] = NAMED.find(text)
    assert (mention.start, mention.end, mention.text) == (12, 22, "lumora-pro")


def test_lookup_is_exact():
    assert [e.value for e in NAMED.lookup("Lumora-Pro")] == ["Lumora Pro"]
    assert [e.value for e in NAMED.lookup("phone case")] == [e.value for e in NAMED.lookup("phone cases")]
    assert NAMED.lookup("lumora phone") == NAMED.lookup("") == ()


def test_a_gazetteer_without_names():
    empty = Gazetteer([])
    assert empty.find("a lumora phone") == [] and empty.lookup("phone") == ()
    assert empty.measured(Decimal(16), "GB", None) == []


def test_a_name_of_several_things():
    brand, tea, sweets = entry("Mint"), entry("mint", "flavour", Tea=3), entry("mint", "scent", Soap=9)
    [mention] = Gazetteer([("mint", tea), ("mint", sweets), ("Mint", brand)]).find("mint")
    assert mention.entries == (brand, sweets, tea)  # brands first, then what most products have
    assert mention.best(None) is brand and mention.best("Tea") is tea and mention.best("Soap") is sweets
    assert mention.of("flavour") is tea and mention.of("colour") is None


def test_uses_by_category():
    memory = Entry("memory", Decimal(16), "GB", {"A > Laptops": 3, "A > Laptops > Thin": 2, "A > Laptops 2": 7})
    assert [memory.count(c) for c in (None, "A", "A > Laptops", "A > Laptops > Thin", "Laptops")] == [12, 12, 5, 2, 0]


class TestOfTheCatalogue:
    @pytest.fixture(scope="class")
    def gazetteer(self, catalogue):
        return catalogue.gazetteer

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("rose gold notebook computer by Lumora Labs", ["rose gold", "Electronics > Laptops", "Lumora"]),
            ("流光玫瑰金笔记本电脑", ["Lumora", "rose gold", "Electronics > Laptops"]),
            ("墨竹降噪耳机", ["墨竹", True, "Electronics > Headphones"]),
            ("a black lamp, 台灯", ["black", "Home > Lamps", "Home > Lamps"]),
            ("touchscreen with ANC", [True, True]),
        ],
    )
    def test_names_of_the_glossary_and_the_catalogue(self, gazetteer, text, names):
        assert [mention.entries[0].value for mention in gazetteer.find(text)] == names

    def test_every_brand_and_category_is_found(self, gazetteer, products):
        for product in products:
            for name in filter(None, [product.brand, *product.category[-1:]]):
                assert any(mention.text == name for mention in gazetteer.find(f"a {name}, please")), name

    def test_entries_count_by_category(self, gazetteer, products):
        [black] = [e for e in gazetteer.lookup("black") if e.attribute == "colour"]
        for category in ("Electronics", "Electronics > Phones", "Sports > Running Shoes", "Home"):
            of = [p for p in products if " > ".join(p.category).startswith(category)]
            assert black.count(category) == sum(a.value == "black" for p in of for a in p.attributes)
        assert black.count() == sum(black.uses.values()) > black.count("Electronics") > 0

    def test_facts_known_of_a_category(self, gazetteer, products):
        of = [p for p in products if p.category[:1] == ("Electronics",)]
        for key in ("colour", "storage", "touchscreen"):
            assert gazetteer.known(key, "Electronics") == sum(a.name == key for p in of for a in p.attributes) > 0
        assert gazetteer.known("touchscreen", "Home") == gazetteer.known("nothing", None) == 0

    @pytest.mark.parametrize(
        ("value", "unit", "category", "keys"),
        [
            (16, "GB", "Electronics > Laptops", ["memory", "storage"]),
            (512, "GB", "Electronics > Laptops", ["storage", "memory"]),
            (128, "GB", "Electronics > Phones", ["storage"]),
            (16, "GB", "Electronics > Phones", ["storage"]),
            (7, "GB", "Electronics > Laptops", ["memory", "storage"]),  # known to neither: memory is more common
            (1, "TB", None, ["storage"]),
            (16, "GB", "Home > Lamps", []),
            (16, "furlong", None, []),
        ],
    )
    def test_measured(self, gazetteer, value, unit, category, keys):
        assert gazetteer.measured(Decimal(value), unit, category) == keys


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("守机", "Phones"),  # sounds like 手机
        ("shouji", "Phones"),
        ("shou ji", "Phones"),
        ("坚果", None),  # nuts: a word of its own, though 煎锅 (pan) sounds like it
        ("手", None),
        ("phones", None),
        ("", None),
    ],
)
def test_a_name_is_found_by_its_sound(words, expected):
    pan = entry("Pans", "category")
    found = Gazetteer([*NAMES.items(), ("煎锅", pan)]).sounding(words)
    assert [e.value for e in found] == ([expected] if expected else [])
