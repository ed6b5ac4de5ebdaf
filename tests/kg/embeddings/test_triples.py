from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from assistant.product import Attribute, Money, Product, Relation
from kg.embeddings.triples import Binning, Entity, Triple, catalogue_triples, product_entity


def make(id_, **facts):
    return Product(id=id_, titles={"en": id_}, **facts)


def size(value, unit="in"):
    return (Attribute(name="screen_size", value=Decimal(str(value)), unit=unit),)


def tails(products, relation, binning=None):
    found = {}
    for head, kind, tail in catalogue_triples(products, binning or Binning.fit(products)):
        if kind == relation:
            found[head.name] = tail.name
    return found


def test_near_numbers_share_a_bin_and_bins_know_their_neighbours():
    products = [make(str(n), attributes=size(10 + n / 10)) for n in range(120)]
    bins = tails(products, "has screen_size")
    assert bins["54"] == bins["55"] != bins["70"]
    links = {
        (t.head.name, t.tail.name) for t in catalogue_triples(products, Binning.fit(products)) if t.relation == "next"
    }
    assert links == {(f"screen_size in #{n}", f"screen_size in #{n + 1}") for n in range(11)}


def test_few_distinct_numbers_get_a_bin_each():
    products = [make(str(n), attributes=size((8, 16, 32)[n % 3])) for n in range(9)]
    assert len(set(tails(products, "has screen_size").values())) == 3


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=60))
def test_bins_keep_the_order_of_numbers(values):
    products = [make(str(n), attributes=size(value)) for n, value in enumerate(values)]
    bins = {id_: int(name.rpartition("#")[2]) for id_, name in tails(products, "has screen_size").items()}
    order = sorted(range(len(values)), key=lambda n: float(products[n].attributes[0].value))
    places = [bins[str(n)] for n in order]
    assert places == sorted(places)


def test_numbers_of_different_units_are_different_things():
    products = [make(str(n), attributes=size(20 + n, ("in", "cm")[n % 2])) for n in range(8)]
    assert {name.split(" #")[0] for name in tails(products, "has screen_size").values()} == {
        "screen_size in", "screen_size cm",
    }  # fmt: skip


def test_dates_are_numbers():
    days = ("2020-01-01", "2020-01-02", "2024-05-05")
    products = [make(d, attributes=(Attribute(name="released", value=d),)) for d in days]
    assert sorted(tails(products, "has released").values()) == [f"released #{n}" for n in range(3)]


def test_a_value_that_nobody_shares_is_left_out():
    colours = ("black", "Black", "mauve")
    products = [make(str(n), attributes=(Attribute(name="colour", value=c),)) for n, c in enumerate(colours)]
    assert tails(products, "has colour") == {"0": "colour = black", "1": "colour = black"}


def test_yes_and_no_and_the_text_yes_are_told_apart():
    values = [True, True, "yes", "yes", False, False]
    products = [make(str(n), attributes=(Attribute(name="wifi", value=v),)) for n, v in enumerate(values)]
    assert len(set(tails(products, "has wifi").values())) == 3


def test_links_have_one_direction_or_both():
    products = [
        make("phone", related=(Relation(kind="accessory", id="case"), Relation(kind="similar", id="other"))),
        make("case", related=(Relation(kind="accessory_of", id="phone"), Relation(kind="accessory", id="sold out"))),
        make("other"),
    ]
    links = list(catalogue_triples(products, Binning.fit(products), [("other", "accessory", "case")]))
    phone, case, other = map(product_entity, ("phone", "case", "other"))
    assert set(links) == {
        Triple(phone, "to accessory", case), Triple(phone, "to similar", other), Triple(other, "to similar", phone),
        Triple(other, "to accessory", case),
    }  # fmt: skip


def test_categories_lead_to_the_root_and_prices_to_bands_of_their_currency():
    products = [
        make(str(n), category=("Home", "Lamps", "Desk"), brand="Ikon", price=Money(amount=Decimal(n), currency=c))
        for c, n in (("USD", 1), ("USD", 2), ("CNY", 3))
    ]
    found = set(catalogue_triples(products, Binning.fit(products)))
    desk, lamps, home = (Entity("category", name) for name in ("Home > Lamps > Desk", "Home > Lamps", "Home"))
    assert {Triple(desk, "broader", lamps), Triple(lamps, "broader", home)} <= found
    assert Triple(product_entity("1"), "price", Entity("price", "USD #0")) in found
    assert Triple(product_entity("3"), "price", Entity("price", "CNY #0")) in found
    assert Triple(product_entity("3"), "brand", Entity("brand", "ikon")) in found
