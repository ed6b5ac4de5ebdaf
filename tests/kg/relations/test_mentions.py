"""What a text names."""

import pytest

from kg.relations.mentions import Brands, mentions

BRANDS = Brands(["HP", "Tripp Lite", "OKI", "Brother"])


def named(text):
    return [(" ".join(sorted(m.words)), "+".join(n.text for n in m.numbers), m.brand) for m in mentions(text, BRANDS)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HP DeskJet 3325, 3420 / HP OfficeJet 4212", [
            ("deskjet", "3325", "hp"), ("deskjet", "3420", "hp"), ("officejet", "4212", "hp"),
        ]),
        ("LaserJet Pro 400 color M 451 dn", [("laserjet pro", "400+m451dn", None)]),
        (r"- HP Compaq 6530b Notebook PC\n- ThinkPad T61", [("compaq", "6530b", "hp"), ("thinkpad", "t61", None)]),
        ("TrippLite - B007-008, B004-004", [("", "b007008", "tripplite"), ("", "b004004", "tripplite")]),
        ("HP Pavilion: dv4, dv5", [("pavilion", "dv4", "hp"), ("pavilion", "dv5", "hp")]),
        ("PC, Windows 7, USB 2.0", []),
        ("", []),
    ],
)  # fmt: skip
def test_items_of_a_list(text, expected):
    assert named(text) == expected


def test_letters_go_on_in_a_list():
    assert ("", "c5950", "oki") in named("OKI C5850/5950/MC560")
    assert ("", "p4015", None) in named("P4014/4015")
    # Three digits after four are no shorter way to write a longer number.
    assert not any(number == "c595" for _, number, _ in named("OKI C5850/595"))


def test_a_line_forgets_the_one_before():
    assert named("HP DeskJet 3325\n3420")[-1] == ("", "3420", None)
