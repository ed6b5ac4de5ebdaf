"""What fits what: exact small catalogues, and what no text may ever match."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.product import RelationKind
from kg.relations.compatibility import CONFIDENCE, compatibility, find


def pairs(*products):
    return {(products[f.source].id, products[f.host].id): f.band for f in find(products)}


def test_a_toner_and_its_printers(printer, toner):
    printers = [
        printer("4250", "HP LaserJet 4250 1200 x 1200 DPI A4"),
        printer("4250n", "HP LaserJet 4250n Printer 1200 x 1200 DPI"),
        printer("4350", "HP LaserJet 4350 1200 x 1200 DPI"),
        printer("425", "HP LaserJet 425 Printer"),
        printer("desk", "HP DeskJet 4250 Inkjet Printer"),
        printer("oki", "OKI C4250 Printer", "OKI"),
    ]
    found = compatibility([*printers, toner("ink", "HP LaserJet 4250, 4350")])
    assert {(r.id, r.kind, r.other) for r in found.relations} == {
        ("ink", RelationKind.CONSUMABLE_OF, other) for other in ("4250", "4250n", "4350")
    }
    assert found.used == ("compatibility",)
    assert all("compatibility names “" in r.evidence for r in found.relations)


def test_the_kind_is_that_of_the_category(printer, toner, make):
    host = printer("p", "HP LaserJet 4250")
    tray = make("tray", "HP C1 tray", "HP", ("Printing", "Printer Trays"), compatibility="LaserJet 4250")
    odd = make("odd", "HP thing", "HP", ("Home", "Odds"), compatibility="LaserJet 4250")
    kinds = {r.id: r.kind for r in compatibility([host, tray, odd, toner("ink", "LaserJet 4250")]).relations}
    assert kinds == {
        "tray": RelationKind.ACCESSORY_OF, "odd": RelationKind.COMPATIBLE, "ink": RelationKind.CONSUMABLE_OF,
    }  # fmt: skip


def test_a_supply_fits_no_supply_and_not_itself(printer, toner):
    one = toner("one", "Phaser 7760", "Xerox", "Xerox Phaser 7760 Cyan Toner")
    other = toner("other", "Phaser 7760", "Xerox", "Xerox Phaser 7760 Black Toner")
    assert pairs(one, other, printer("p", "Xerox Phaser 7760DN", "Xerox")) == {
        ("one", "p"): "variant", ("other", "p"): "variant",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("named", "title", "fits"),
    [
        ("iPhone 16", "Apple iPhone 16 128 GB Black", True),
        ("iPhone 16", "Apple iPhone 16 Pro 128 GB", False),
        ("iPhone 16 Pro", "Apple iPhone 16 Pro Max 256 GB", False),
        ("iPhone 16 Pro Max", "Apple iPhone 16 Pro Max 256 GB", True),
        ("iPhone 16", "Apple iPhone 16e 128 GB", False),
        ("iPhone 6", "Apple iPhone 16 128 GB", False),
    ],
)
def test_phones_of_short_numbers(make, named, title, fits):
    phones = ("Electronics", "Phones")
    case = make("case", "Otter case", "Otter", ("Electronics", "Phone Accessories"), compatible_with=named)
    known = make("known", "Apple iPhone 3 8 GB", "Apple", phones)
    assert (("case", "p") in pairs(case, known, make("p", title, "Apple", phones))) == fits


def test_titles_say_what_a_thing_is_for(make):
    phones, cases = ("Telephony", "Phones"), ("Telephony", "Phone Cases")
    hosts = [make(f"p{n}", f"Apple iPhone {n} 128 GB", "Apple", phones) for n in (14, 15)]
    english = make("en", "Otter Case for iPhone 15, black", "Apple", cases)
    chinese = make("zh", "Otter 1", "Apple", cases, zh="三防壳（适用于 iPhone 14）黑色")
    assert pairs(*hosts, english, chinese) == {("en", "p15"): "for", ("zh", "p14"): "for"}


def test_a_stated_brand_decides(printer, make):
    hosts = [printer("hp", "HP LaserJet M451dn"), printer("oki", "OKI M451dn Printer", "OKI")]
    peach = make(
        "peach",
        "Peach PT267 toner",
        "Peach",
        ("Printing", "Ink and Toner"),
        compatibility="M 451 dn",
        brand_compatibility="HP",
    )
    assert pairs(*hosts, peach) == {("peach", "hp"): "model"}


def test_facts_of_other_sorts_are_not_read(printer, make):
    host = printer("p", "HP LaserJet 4250")
    card = make("card", "HP card", "HP", ("Printing", "Ink and Toner"), compatible_operating_systems="LaserJet 4250")
    assert pairs(host, card) == {}


numbers = st.integers(100, 99_999)
letters = st.text("ABCDEFGHKMNPRSTVZ", max_size=2)


@given(a=numbers, b=numbers, prefix=letters, ending=st.sampled_from(["", "n", "dn", "dtn"]), spaced=st.booleans())
def test_other_digits_never_match(printer, toner, a, b, prefix, ending, spaced):
    name = f"{prefix} {a}" if spaced and prefix else f"{prefix}{a}"
    host = printer("p", f"HP LaserJet {prefix}{b}{ending} Printer")
    found = pairs(host, toner("ink", f"HP LaserJet {name}"))
    assert found.keys() == ({("ink", "p")} if a == b else set())
    if a == b:
        assert set(found.values()) == {"variant" if ending else "exact"}


@given(a=numbers, prefix=letters, order=st.booleans())
def test_the_order_of_the_catalogue_does_not_matter(printer, toner, a, prefix, order):
    host, ink = printer("p", f"HP LaserJet {prefix}{a}dn"), toner("ink", f"LaserJet {prefix}{a}dn")
    assert pairs(*((host, ink) if order else (ink, host))) == {("ink", "p"): "exact"}


@given(a=numbers, ending=st.sampled_from(["n", "dn", "dtn"]))
def test_a_named_ending_does_not_mean_the_bare_model(printer, toner, a, ending):
    assert pairs(printer("p", f"HP LaserJet P{a} Printer"), toner("ink", f"LaserJet P{a}{ending}")) == {}


def test_confidences_are_shares():
    assert all(0 < confidence < 1 for confidence in CONFIDENCE.values())
