"""The same product in several feeds made into one; what must never be joined; what stays as it was."""

from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.catalogue.glossary import bundled
from assistant.catalogue.matching import merge
from assistant.catalogue.matching_candidates import candidates
from assistant.catalogue.matching_codes import gtin14, part_number
from assistant.catalogue.matching_decide import best_pairs
from assistant.catalogue.matching_eval import of_feeds, read_ditto, read_judged
from assistant.catalogue.matching_features import FEATURES, features, vetoes
from assistant.catalogue.matching_feeds import retitled
from assistant.catalogue.matching_model import MatchingModel, bundled_model
from assistant.catalogue.matching_profile import Vocabulary
from assistant.catalogue.matching_unite import best_first, known_as
from assistant.catalogue.matching_words import words_of
from assistant.catalogue.read import load_catalogue
from assistant.product import Attribute, Availability, Money, Offer, Product, Relation, RelationKind, Review

ROOT = Path(__file__).parents[3]
EAN, OTHER_EAN = "4006381333931", "5901234123457"


def product(id_, source, title, **fields):
    amount = fields.pop("amount", None)
    if amount is not None:
        fields["price"] = Money(amount=Decimal(str(amount)), currency=fields.pop("currency", "USD"))
    titles = title if isinstance(title, dict) else {"en": title}
    return Product(id=id_, source=source, titles=titles, **fields)


def pairs(products, **options):
    return {(m.id, m.other, m.reason) for m in merge(products, **options).merged}


@pytest.fixture(scope="module")
def demo():
    return load_catalogue([ROOT / "assistant" / "demo"], default_currency="USD")[0]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (EAN, "0" + EAN),
        ("036000291452", "00036000291452"),
        ("0036000291452", "00036000291452"),
        ("96385074", "00000096385074"),
        ("4006381333932", None),  # a wrong check digit
        ("2012345678900", None),  # a shop's own number range
        ("", None),
    ],
)
def test_gtins_have_one_form(code, expected):
    assert gtin14(code) == expected


@pytest.mark.parametrize(("code", "expected"), [("WH-1000XM5/B", "wh1000xm5b"), ("70", None), ("Black", None)])
def test_part_numbers_name_one_thing(code, expected):
    assert part_number(code) == expected


def test_titles_are_read_alike_however_they_are_written():
    one = words_of("Sony WH-1000XM5, 1,5 kg, 128 GB, 1920 x 1080", {})
    other = words_of("sony WH1000XM5 1.5kg 128GB 1920×1080", {})
    assert one == other
    assert one.codes == {"wh1000xm5"}
    assert one.measures == {"g": {1500.0}, "GB": {128.0}}


def test_chinese_names_are_bridged():
    assert words_of("索尼耳机10,000毫安时", {"索尼": "Sony", "耳机": "Headphones"}).all == {"sony", "headphones"}


def test_one_gtin_is_one_product_with_two_offers():
    first = product("a1", "a.csv", "Kettle", amount=30, identifiers={"gtin": "036000291452"}, seller="A")
    second = product("b1", "b.csv", "Steel kettle", amount=25, identifiers={"gtin": "0036000291452"}, seller="B")
    result = merge([first, second])
    assert [m.reason for m in result.merged] == ["gtin"]
    (one,) = result.products
    assert one.id == "a1"
    assert [(o.seller, o.price.amount, o.source) for o in one.offers] == [("B", 25, "b.csv"), ("A", 30, "a.csv")]
    assert known_as(one) == {"b.csv": "b1"}
    assert result.aliases == {"b1": "a1"}


def test_a_placeholder_gtin_joins_nothing():
    feed = [product(f"a{n}", "a", f"{what}", identifiers={"gtin": EAN}) for n, what in enumerate(("Red hat", "Kettle"))]
    other = product("b", "b", "Kettle", identifiers={"gtin": EAN})
    assert pairs([*feed, other]) == set()


def test_a_gtin_that_brand_and_title_deny_joins_nothing():
    one = product("a", "a", "Lumora phone 9", brand="Lumora", identifiers={"gtin": EAN})
    other = product("b", "b", "Garden hose", brand="Brightpeak", identifiers={"gtin": EAN})
    assert pairs([one, other]) == set()


def test_a_part_number_joins_unless_the_colour_differs():
    def phone(id_, source, colour, **fields):
        return product(id_, source, f"Galaxy {colour}", brand="Samsung", identifiers={"mpn": "SM-A415F"}, **fields)

    assert pairs([phone("a", "a", "black"), phone("b", "b", "black")]) == {("a", "b", "part number")}
    assert pairs([phone("a", "a", "black"), phone("b", "b", "white")]) == set()
    assert pairs([phone("a", "a", "black"), phone("b", "b", "black").model_copy(update={"brand": "Sony"})]) == set()


def test_two_gtins_of_one_part_number_are_one_product():
    codes = ({"gtin": EAN, "mpn": "HD7546/20"}, {"gtin": OTHER_EAN, "mpn": "HD7546-20"})
    feeds = [product(s, s, "Coffee maker", brand="Philips", identifiers=c) for s, c in zip("ab", codes, strict=True)]
    assert pairs(feeds) == {("a", "b", "part number")}


def test_nothing_of_one_feed_is_joined():
    twins = [product(f"a{n}", "a", "Kettle K200", brand="Lumora", identifiers={"gtin": EAN}) for n in range(2)]
    assert merge(twins).products == twins
    assert pairs([*twins, product("b", "b", "Kettle K200", brand="Lumora", identifiers={"gtin": EAN})]) == {
        ("a0", "b", "gtin")
    }


VETOED = [
    ("colour", "Lumora Airleaf A100 phone black", "Lumora Airleaf A100 phone white"),
    ("measure", "Lumora Airleaf A100 phone 128 GB", "Lumora Airleaf A100 phone 256GB"),
    ("model", "Lumora Airleaf A1000 phone", "Lumora Airleaf B2000 phone"),
    ("generation", "Lumora Airleaf 15 phone", "Lumora Airleaf 16 phone"),
    ("generation", "Lumora Airleaf mark II phone", "Lumora Airleaf mark III phone"),
]


@pytest.mark.parametrize(("veto", "one", "other"), VETOED)
def test_contradictions_rule_out(veto, one, other):
    products = [product("a", "a", one, brand="Lumora", amount=9), product("b", "b", other, brand="Lumora", amount=9)]
    left, right = Vocabulary(products, bundled()).profiles
    assert veto in vetoes(left, right) and veto in vetoes(right, left)
    assert vetoes(left, left) == []
    assert pairs(products) == set()


def test_attributes_contradict_in_any_unit():
    def weighing(id_, value, unit):
        return product(id_, id_, "Lumora K200", attributes=(Attribute(name="weight", value=Decimal(value), unit=unit),))

    same, other = [weighing("a", "1.2", "kg"), weighing("b", "1200", "g")], weighing("b", "1300", "g")
    assert vetoes(*Vocabulary(same, bundled()).profiles) == []
    assert "number" in vetoes(*Vocabulary([same[0], other], bundled()).profiles)


def test_an_unknown_maker_is_no_match():
    left, right = Vocabulary(
        [product("a", "a", "Florasis red lipstick", brand="Florasis"), product("b", "b", "Red lipstick")], bundled()
    ).profiles
    assert vetoes(left, right) == ["anonymous"]


def test_vectors_find_candidates_without_a_common_word():
    products = [product("a", "a", "Kettle"), product("c", "a", "Lamp"), product("b", "b", "水壶")]
    *left, right = Vocabulary(products, bundled()).profiles
    vectors = {"a": np.array([1.0, 0.0]), "c": np.array([0.0, 1.0]), "b": np.array([0.8, 0.6])}
    assert list(candidates(left, [right], right.vocabulary)) == []
    assert [one.product.id for one, _ in candidates(left, [right], right.vocabulary, vectors, each=1)] == ["a"]


def test_features_are_symmetric_and_bounded(demo):
    sample = demo[:60]
    other = [p.model_copy(update={"source": "other"}) for p in sample]
    vocabulary = Vocabulary([*sample, *other], bundled())
    for one, two in zip(vocabulary.profiles[:30], vocabulary.profiles[65:95], strict=True):
        row, back = features(one, two, vocabulary), features(two, one, vocabulary)
        assert len(row) == len(FEATURES)
        assert row == pytest.approx(back)
        assert all(0 <= value <= 2 for value in row)


def test_coefficients_of_other_features_are_refused():
    content = bundled_model().model_dump() | {"coefficients": {"title": 1.0}}
    with pytest.raises(ValueError, match="train again"):
        MatchingModel.model_validate(content)


def test_the_best_pair_must_be_clearly_the_best_of_both():
    assert best_pairs([(1, 8, 5.0), (2, 8, 1.0), (2, 9, 4.0)], 0.5, 1.0) == [(1, 8, 5.0), (2, 9, 4.0)]
    assert best_pairs([(1, 8, 5.0), (2, 8, 4.5)], 0.5, 1.0) == []
    assert best_pairs([(1, 8, 5.0)], 0.999, 1.0) == []
    # What is second best for everyone is nobody's twin.
    assert best_pairs([(1, 8, 5.0), (1, 9, 3.0)], 0.5, 1.0) == [(1, 8, 5.0)]


@pytest.fixture(scope="module")
def feeds(demo):
    return retitled(demo[::6], bundled(), "en", seed=7)


@pytest.fixture(scope="module")
def once(feeds):
    return merge([*feeds.first, *feeds.second])


def test_retitled_products_are_found_and_hardly_ever_wrong(feeds):
    quality = of_feeds(feeds, bundled())
    assert quality.same > 150
    assert quality.precision.value >= 0.98
    assert quality.recall.value >= 0.6


def test_merging_what_was_merged_changes_nothing(feeds, once):
    again = merge(once.products)
    assert once.merged and again.merged == () and again.products == once.products
    assert merge([*feeds.first, *feeds.second]) == once


def test_order_stays_and_nothing_is_lost(feeds, once):
    given_, result = [*feeds.first, *feeds.second], once
    left = [p.id for p in result.products]
    assert left == [p.id for p in given_ if p.id not in result.aliases]
    assert set(result.aliases.values()) <= set(left)
    assert sum(len(p.offers) for p in result.products) == len(given_)


def test_judged_traps_are_not_joined(demo):
    quality = of_feeds(read_judged(ROOT / "tests" / "data" / "matching" / "judged.csv", demo), bundled())
    assert quality.wrong == ()


def test_uniting_keeps_what_the_first_says_and_adds_the_rest():
    colour = Attribute(name="colour", value="black")
    first = product(
        "a", "a", "Kettle", brand="Lumora", amount=30, attributes=(colour,), images=("1",), identifiers={"gtin": EAN},
        category=("Guessed",), derived={"category"}, group="g", related=(Relation(kind=RelationKind.ACCESSORY, id="b2"),),
    )  # fmt: skip
    lid = product("a2", "a", "Lid", identifiers={"gtin": OTHER_EAN})
    second = product(
        "b", "b", {"zh": "水壶", "en": "Jug"}, brand="Other", rating=Decimal(4), review_count=2, images=("1", "2"),
        attributes=(Attribute(name="colour", value="dark"), Attribute(name="power", value=Decimal(9), unit="W")),
        identifiers={"gtin": EAN, "mpn": "K1-1"}, category=("Home",), group="h",
        reviews=(Review(rating=4, text="ok", language="en"),),
    )  # fmt: skip
    cover = product("b2", "b", "Lid", identifiers={"gtin": OTHER_EAN}, group="h")
    second = second.model_copy(update={"brand": "Lumora"})
    one, other = merge([first, lid, second, cover]).products
    assert one.titles == {"en": "Kettle", "zh": "水壶"}
    assert one.attributes == (colour, Attribute(name="power", value=Decimal(9), unit="W"))
    assert one.images == ("1", "2")
    assert (one.category, one.derived, one.rating, one.review_count) == (("Home",), frozenset(), 4, 2)
    assert one.identifiers == {"gtin": EAN, "mpn": "K1-1", "id@b": "b"}
    assert one.related == (Relation(kind=RelationKind.ACCESSORY, id="a2"),)
    assert other.id == "a2" and other.group == "g"


offers = st.builds(
    Offer,
    seller=st.sampled_from(["A", "B", "C"]),
    price=st.none()
    | st.builds(Money, amount=st.integers(0, 9).map(Decimal), currency=st.sampled_from(["USD", "CNY", "SEK"])),
    availability=st.sampled_from(Availability),
)


@given(st.lists(offers, max_size=6))
def test_the_best_offer_can_be_had_and_is_the_cheapest(given_):
    rates = {"USD": Decimal(1), "CNY": Decimal(7)}
    ordered = best_first(given_, rates)
    assert set(ordered) == set(given_) and len(ordered) == len(set(given_))
    for one, other in pairwise(ordered):
        out = [o.availability == Availability.OUT_OF_STOCK for o in (one, other)]
        assert out[0] <= out[1]
        known = all(o.price and (o.price.currency in rates) for o in given_)
        if known and out[0] == out[1]:
            assert one.price.amount / rates[one.price.currency] <= other.price.amount / rates[other.price.currency]


def test_a_rate_that_is_missing_leaves_the_first_feed_first():
    first = Offer(seller="A", price=Money(amount=Decimal(900), currency="SEK"))
    second = Offer(seller="B", price=Money(amount=Decimal(1), currency="USD"))
    assert best_first([first, second], {"USD": Decimal(1)})[0] == first


def test_benchmark_lines_are_read(tmp_path):
    line = "COL title VAL acme lamp COL brand VAL acme COL modelno VAL x200 COL price VAL 9.5 \tCOL title VAL lamp x200 COL price VAL  \t1\n"
    file = tmp_path / "test.txt"
    file.write_text(line, "utf-8")
    ((one, other, same),) = read_ditto(file, "test").pairs
    assert (one.titles["en"], one.brand, one.price.amount, same) == ("acme lamp x200", "acme", Decimal("9.5"), True)
    assert (other.titles["en"], other.brand, other.price) == ("lamp x200", None, None)
