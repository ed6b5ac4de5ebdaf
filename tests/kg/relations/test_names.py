"""Names as tokens: one way of writing for each model, and titles cut where the specification begins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.relations.names import goes_with, own_name, tokens


def texts(text):
    return [token.text for token in tokens(text)]


@pytest.mark.parametrize("text", ["M 451 dn", "M451dn", "M451 dn", "M-451-dn", "m451DN", "M451DN™"])
def test_one_model_is_written_in_many_ways(text):
    (token,) = tokens(text)
    assert token.text == "m451dn"
    assert "m451" in token.bases


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IntelliFax-1860C", ["intellifax", "1860c"]),
        ("LaserJet Pro 400 color", ["laserjet", "pro", "400", "color"]),
        ("LabelWriter 450 UK", ["labelwriter", "450", "uk"]),
        ("Galaxy S10+", ["galaxy", "s10", "plus"]),
        ("小米手环8 Pro", ["小米手环", "8", "pro"]),
        ("B020-Series", ["b020", "series"]),
    ],
)
def test_words_and_numbers(text, expected):
    assert texts(text) == expected


@pytest.mark.parametrize("text", ["Pixel 9a", "iPhone 4s", "A51s"])
def test_a_letter_after_a_short_number_is_another_model(text):
    assert tokens(text)[-1].bases == ()


def test_what_comes_before_a_hyphen_is_a_base():
    (token,) = tokens("dv7-1211ea")
    assert "dv7" in token.bases


@given(letters=st.text("ABCDEFGHKMNPQRSTUVWZ", min_size=1, max_size=2), digits=st.integers(100, 99_999))
def test_bases_keep_every_digit(letters, digits):
    (token,) = tokens(f"{letters}{digits}dn")
    assert token.bases == (f"{letters}{digits}".lower(),)
    assert tokens(f"{letters} {digits} dn") == (token,)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("HP LaserJet 4250n 1200 x 1200 DPI A4", "HP LaserJet 4250n"),
        ('HP Pavilion dv7-1211ea Notebook 43.2 cm (17")', "HP Pavilion dv7-1211ea Notebook"),
        ("Apple iPhone 17 256 GB Black", "Apple iPhone 17"),
        ("Canon EOS 7D + EF-S 18-135mm", "Canon EOS 7D"),
        ("Spigen Case for iPhone 17", "Spigen Case"),
        ("HP 50g calculator", "HP 50g calculator"),
        ("StarTech.com 2.5in Enclosure", "StarTech.com"),
    ],
)
def test_the_own_name_ends_where_the_specification_begins(title, expected):
    assert own_name(title, 1).strip() == expected


def test_what_a_title_is_for():
    assert goes_with("Case for iPhone 15 Pro (2 pieces)") == ["iPhone 15 Pro"]
    assert goes_with("三防壳（适用于 iPhone 16 Pro Max）黑色") == ["iPhone 16 Pro Max"]
    assert goes_with("Forest lamp") == []
