"""Makers' series."""

from kg.relations.series import CONFIDENCE, series


def memberships(*products):
    return {(m.id, m.series): m.confidence for m in series(products).series}


def test_what_several_products_begin_with_is_a_series(make):
    laptops = ("Computing", "Laptops")
    found = memberships(
        *(make(f"t{n}", f"Lenovo ThinkPad T{n} Notebook 35.6 cm", "Lenovo", laptops) for n in (490, 495, 14)),
        make("x", "Lenovo ThinkPad X1 Notebook", "Lenovo", laptops),
        make("idea", "Lenovo IdeaPad S340", "Lenovo", laptops),
        make("other", "Acer TravelMate B3", "Acer", laptops),
    )
    assert found == (
        {(f"t{n}", "ThinkPad"): CONFIDENCE["title"] for n in (490, 495, 14)}
        | {(f"t{n}", "ThinkPad T"): CONFIDENCE["letters"] for n in (490, 495, 14)}
        | {("x", "ThinkPad"): CONFIDENCE["title"]}
    )


def test_a_grade_makes_a_series_of_its_own(make, printer):
    found = memberships(
        *(printer(f"p{n}", f"HP LaserJet Pro {n}") for n in (100, 200, 300)), printer("old", "HP LaserJet 4")
    )
    assert {(id_, name) for id_, name in found} == {(f"p{n}", "LaserJet Pro") for n in (100, 200, 300)} | {
        ("old", "LaserJet")
    }


def test_what_two_makers_say_is_no_series(make):
    lamps = ("Home", "Lighting")
    found = memberships(*(make(f"{b}{n}", f"{b} Ceiling {n}", b, lamps) for b in ("Zento", "Kairo") for n in range(3)))
    assert found == {}


def test_colours_of_one_product_are_no_series(make):
    found = memberships(*(make(str(n), "Zento Aero 5 Lamp", "Zento", ("Home", "Lighting")) for n in range(5)))
    assert found == {}


def test_a_stated_series_is_taken_as_it_is(make):
    found = memberships(make("a", "Zento A1", "Zento", ("Home", "Lighting"), product_series="Aero  X"))
    assert found == {("a", "Aero X"): CONFIDENCE["stated"]}


def test_supplies_are_of_no_printer_series(toner):
    assert memberships(*(toner(str(n), None, "Xerox", f"Xerox Phaser {n}00 Toner") for n in range(4, 9))) == {}
