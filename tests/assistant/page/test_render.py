from decimal import Decimal
from html.parser import HTMLParser
from string import Formatter

import pytest

from assistant.page.render import cards_html, cart_html, comparison_html, decision_html
from assistant.page.texts import TEXTS, samples
from assistant.product import LANGUAGES, Availability, Money
from assistant.reply import (
    Candidate,
    Card,
    Cart,
    CartLine,
    Cell,
    Comparison,
    ComparisonRow,
    Decision,
    Reason,
    Reply,
)

EVIL = """<script>alert("1")</script>' onload='x"""


class _Parsed(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def names(self):
        return {tag for tag, _ in self.tags}


def card(**fields):
    return Card(**{"id": "1", "title": "Lamp", "availability": Availability.IN_STOCK, **fields})


def page(*cards, language="en"):
    decision = Decision(intent="search", confidence=1)
    return cards_html(Reply(text="-", language=language, cards=cards, decision=decision))


def test_everything_in_a_card_is_escaped():
    evil = card(
        title=EVIL, brand=EVIL, category=EVIL, labels=(EVIL,), why=(Reason(text=EVIL, triple=(EVIL, EVIL, EVIL)),),
        image="https://example.org/" + EVIL, url="https://example.org/" + EVIL,
    )  # fmt: skip
    html = page(evil, card())
    parsed = _Parsed(html)
    assert "script" not in parsed.names()
    assert not any("onload" in attributes for _, attributes in parsed.tags)
    assert parsed.text.count(EVIL) == 3


def test_everything_in_a_decision_is_escaped():
    decision = Decision(
        intent=EVIL, confidence=0.5, entities=({"entity": EVIL, "value": EVIL, "role": EVIL},), slots={EVIL: EVIL},
        query=EVIL, sparql=EVIL, candidates=(Candidate(id="1", title=EVIL, score=1),), milliseconds={EVIL: 1.0},
    )  # fmt: skip
    parsed = _Parsed(decision_html(decision, "en"))
    assert "script" not in parsed.names()
    assert parsed.text.count(EVIL) >= 8


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "x",
        "",
    ],
)
def test_only_web_addresses_become_links(address):
    parsed = _Parsed(page(card(url=address, image=address)))
    assert not parsed.names() & {"a", "img"}


@pytest.mark.parametrize("address", ["http://[", "http://[::1/lamp"])
def test_an_address_that_is_none_becomes_no_link(address):
    assert not _Parsed(page(card(url=address, image=address))).names() & {"a", "img"}


def test_a_web_address_becomes_a_link_that_tells_nothing():
    parsed = _Parsed(page(card(url="https://example.org/a?b=1&c=2", image="http://example.org/a.png")))
    link = next(attributes for tag, attributes in parsed.tags if tag == "a")
    image = next(attributes for tag, attributes in parsed.tags if tag == "img")
    assert link["href"] == "https://example.org/a?b=1&c=2"
    assert "noopener" in link["rel"]
    assert (image["src"], image["referrerpolicy"]) == ("http://example.org/a.png", "no-referrer")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_card_says_nothing_that_it_does_not_know(language):
    parsed = _Parsed(page(card(), language=language))
    assert "".join(parsed.text.split()) == "1Lamp"
    assert "None" not in page(card(), language=language)


@pytest.mark.parametrize(
    ("fields", "english", "chinese"),
    [
        ({"price": Decimal(1299), "currency": "USD"}, "$1,299", "US$1,299"),
        ({"price": Decimal(5), "list_price": Decimal(9), "currency": "EUR"}, "€9", "€9"),
        ({"availability": Availability.OUT_OF_STOCK}, "Out of stock", "缺货"),
        ({"availability": Availability.PREORDER}, "Pre-order", "可预订"),
        ({"availability": Availability.BACKORDER}, "On back-order", "需等待补货"),
        ({"stock": 3}, "3 left", "仅剩 3 件"),
        ({"rating": Decimal("4.5"), "review_count": 12}, "(12)", "(12)"),
    ],
)
def test_facts_are_shown_in_both_languages(fields, english, chinese):
    assert english in _Parsed(page(card(**fields))).text
    assert chinese in _Parsed(page(card(**fields), language="zh")).text


@pytest.mark.parametrize("stock", [0, 6, None])
def test_a_stock_that_is_not_small_is_not_told(stock):
    assert "left" not in page(card(stock=stock))


def test_cards_are_numbered_and_can_be_asked_about():
    parsed = _Parsed(page(card(), card(id="2", title="Chair")))
    asked = [attributes["data-say"] for tag, attributes in parsed.tags if tag == "button"]
    assert asked == [TEXTS["en"]["details"].format(place=1), TEXTS["en"]["details"].format(place=2)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_decision(language):
    parsed = _Parsed(decision_html(Decision(intent="greet", confidence=0.987), language))
    assert "greet" in parsed.text and "99 %" in parsed.text
    assert not parsed.names() & {"table", "pre"}
    assert "None" not in parsed.text


def test_both_languages_have_the_same_texts_with_the_same_gaps():
    def gaps(text):
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert set(TEXTS) == set(LANGUAGES)
    assert {key: gaps(text) for key, text in TEXTS["en"].items()} == {
        key: gaps(text) for key, text in TEXTS["zh"].items()
    }
    assert all(text.strip() for texts in TEXTS.values() for text in texts.values())
    assert len(samples("en")) == len(samples("zh")) > 1


def test_the_panel_shows_entities_with_and_without_a_role():
    entities = ({"entity": "brand", "value": "<Apple>", "role": "not"}, {"entity": "product", "value": "phone"})
    html = decision_html(Decision(intent="search", confidence=0.9, entities=entities), "en")
    assert "brand (not) = &lt;Apple&gt;" in html and "product = phone" in html


def reply_with(language="en", **fields):
    return Reply(text="-", language=language, decision=Decision(intent="compare", confidence=1), **fields)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_comparison_is_a_table_with_headings_and_its_facts_escaped(language):
    rows = (
        ComparisonRow(label=EVIL, differs=True, cells=(Cell(text=EVIL, triples=((EVIL, "p", "o"),)), Cell(text=""))),
        ComparisonRow(label="Colour", cells=(Cell(text="black"), Cell(text="black"))),
    )
    html = comparison_html(reply_with(language, comparison=Comparison(titles=("One", EVIL), rows=rows)))
    parsed = _Parsed(html)
    assert "script" not in parsed.names()
    assert [a["scope"] for tag, a in parsed.tags if tag == "th"] == ["col", "col", "row", "row"]
    assert [a.get("class") for tag, a in parsed.tags if tag == "tr"] == [None, "differs", None]
    assert any(a.get("aria-label") == TEXTS[language]["unsaid"] for _, a in parsed.tags)
    assert parsed.text.count(EVIL) == 3 and "None" not in html
    assert comparison_html(reply_with(language)) == ""


@pytest.mark.parametrize(
    ("language", "sums"), [("en", ("$20", "$10", "no price")), ("zh", ("US$20", "US$10", "未标价"))]
)
def test_a_cart_shows_its_lines_and_its_subtotal(language, sums):
    ten, twenty = Money(amount=Decimal(10), currency="USD"), Money(amount=Decimal(20), currency="USD")
    lines = (
        CartLine(id="1", title=EVIL, quantity=2, price=ten, total=twenty),
        CartLine(id="2", title="Free", quantity=1),
    )
    parsed = _Parsed(cart_html(reply_with(language, cart=Cart(lines=lines, totals=(twenty,)))))
    assert "script" not in parsed.names() and EVIL in parsed.text
    assert "× 2" in parsed.text and sums[0] in parsed.text and sums[2] in parsed.text
    assert cart_html(reply_with(language)) == cart_html(reply_with(language, cart=Cart())) == ""
