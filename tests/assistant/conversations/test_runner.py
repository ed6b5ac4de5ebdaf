import asyncio
from decimal import Decimal
from xml.etree import ElementTree as xml

import httpx
import pytest

from assistant.constraint import Constraint, Operator
from assistant.conversations.junit import write
from assistant.conversations.runner import run
from assistant.conversations.script import read_scripts
from assistant.product import Availability, Money, Product
from assistant.reply import Card, Cart, Chip, Decision, QuickReply, Reply
from assistant.reply import CartLine as ShownLine
from assistant.state import CartLine, ShoppingState
from dialogue.server import RasaError

PRODUCT = Product(id="a", titles={"en": "Thing"}, brand="Zento", price=Money(amount=Decimal(50), currency="USD"))
CARD = Card(id="a", title="Thing", availability=Availability.IN_STOCK, price=Decimal(50), currency="USD")
USD_100 = Money(amount=Decimal(100), currency="USD")
CART = Cart(lines=(ShownLine(id="a", title="Thing", quantity=2),), totals=(USD_100,))
CONSTRAINT = Constraint(attribute="price", operator=Operator.AT_MOST, value=Decimal(60))


class Parrot:
    """Answers everything with one product, and keeps who said what."""

    def __init__(self, error=None, **reply):
        self.said, self.error, self.reply = [], error, reply

    async def send(self, sender, text, metadata=None):
        if self.error:
            raise self.error
        self.said.append((sender, text))
        reply = Reply(
            text=f"You said {text}",
            language="en",
            cards=(CARD,),
            quick_replies=(QuickReply(title="Cheaper", payload="something cheaper"),),
            chips=(Chip(label="price: up to $60", key=CONSTRAINT.key),),
            cart=CART,
            decision=Decision(intent="search", confidence=1, slots={"act": "search", "colour": ["red", "blue"]}),
        )
        return reply.model_copy(update=self.reply)

    async def act(self, sender, intent, metadata=None):
        return await self.send(sender, f"/{intent} {metadata['remove']}")

    async def state(self, sender):
        return ShoppingState(constraints=(CONSTRAINT,), cart=(CartLine(id="a", quantity=2),))


def spoken(tmp_path, turns, client=None):
    file = tmp_path / "script.yml"
    file.write_text(f"name: one\nlanguage: en\nturns:\n{turns}", "utf-8")
    (script,) = read_scripts(file)
    client = client or Parrot()
    return asyncio.run(run(script, client, {"a": PRODUCT}.get)), client


def test_what_holds_holds(tmp_path):
    outcome, _ = spoken(
        tmp_path,
        """
  - say: hi
    expect: {intent: search, act: [search, refine], state: [price <= 60], without: [brand], every: price < 60,
             some: brand == "Zento", first: id == "a", products: [a], count: 1, text: you said, text_not: sorry,
             language: en, cart: {a: 2}, cart_count: 2, cart_total: 100, quick: cheap, chips: up to, asks_not: [price],
             slots: {act: search, colour: [red, blue]}, max_ms: 5000}
""",
    )
    assert not outcome.failed
    assert len(outcome.turns[0].checks) == 21


@pytest.mark.parametrize(
    "expectation",
    ["intent: greet", "act: undo", "state: [price <= 70]", "state: [ideally price <= 60]", "without: price", "every: price > 60",
     "some: brand == 'X'", "first: id == 'b'", "products: [b]", "count: '> 1'", "text: nothing", "text_not: said", "language: zh",
     "cart: {a: 1}", "cart_count: 3", "quick: dearer", "asks: colour", "route: human", "compares: 2", "focus: price < 60",
     "slots: {act: undo}", "slots: {brand: X}", "cart_total: '> 100'", "chips: colour", "max_ms: -1", "text: [you, nothing]"],
)  # fmt: skip
def test_every_expectation_can_fail(tmp_path, expectation):
    outcome, _ = spoken(tmp_path, f"\n  - say: hi\n    expect:\n      {expectation}\n")
    assert outcome.failed
    write([outcome], tmp_path / "junit.xml")
    suite = xml.parse(tmp_path / "junit.xml").getroot()
    assert (suite.get("failures"), suite.find("testcase/failure").text.split(":")[0]) == ("1", "hi")


def test_speakers_have_conversations_of_their_own(tmp_path):
    _, client = spoken(tmp_path, "\n  - say: hi\n  - {say: hello, as: other}\n  - say: ha\n    repeat: 3\n")
    (first, _), (second, _), (third, text) = client.said
    assert first == third != second
    assert text == "hahaha"


def test_suggestions_and_chips_are_pressed(tmp_path):
    _, client = spoken(tmp_path, "\n  - say: hi\n  - press: cheap\n  - remove: price\n")
    assert [text for _, text in client.said] == ["hi", "something cheaper", f"/relax {CONSTRAINT.key}"]


@pytest.mark.parametrize("turn", ["press: nothing", "remove: nothing", "kill: rasa"])
def test_what_cannot_be_done_fails(tmp_path, turn):
    outcome, _ = spoken(tmp_path, f"\n  - say: hi\n  - {turn}\n")
    assert [t.failed for t in outcome.turns] == [False, True]


def test_an_error_fails_the_turn_and_the_script_goes_on(tmp_path):
    outcome, _ = spoken(tmp_path, "\n  - say: hi\n  - say: ho\n", Parrot(RasaError("away")))
    assert [t.error for t in outcome.turns] == ["away", "away"]


def test_a_broken_connection_fails_the_turn_and_not_the_run(tmp_path):
    outcome, _ = spoken(tmp_path, "\n  - say: hi\n", Parrot(httpx.ReadError("")))
    assert [t.error for t in outcome.turns] == ["ReadError"]


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ({"text": " "}, "an answer in words"),
        ({"cards": (CARD.model_copy(update={"id": "ghost"}),)}, "ghost is in the catalogue"),
        ({"cards": (CARD.model_copy(update={"price": Decimal(5)}),)}, "a costs 50"),
        ({"cards": (CARD.model_copy(update={"price": None}),)}, "a costs 50"),
        ({"cart": Cart()}, "the cart that is shown holds {'a': 2}"),
        ({"cart": CART.model_copy(update={"totals": (Money(amount=Decimal(99), currency="USD"),)})}, "total"),
    ],
)
def test_what_may_never_be_fails_though_nothing_was_expected(tmp_path, reply, told):
    outcome, _ = spoken(tmp_path, "\n  - say: hi\n", Parrot(**reply))
    assert any(told in check.wanted for check in outcome.turns[0].checks if not check.holds)


def test_a_failure_is_known_only_where_its_turn_says_so(tmp_path):
    hi, wrong = "\n  - {say: hi, fails: so far, expect: {language: zh}}", "\n  - {say: ho, expect: {language: zh}}\n"
    first, _ = spoken(tmp_path, hi + "\n")
    both, _ = spoken(tmp_path, hi + wrong)
    right, _ = spoken(tmp_path, "\n  - {say: hi, fails: so far}\n")
    assert (first.failed, first.known) == (True, "so far")
    assert (both.failed, both.known) == (True, "")
    assert (right.failed, right.known) == (False, "")
    write([first, both, right], tmp_path / "junit.xml")
    suite = xml.parse(tmp_path / "junit.xml").getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "1", "1")
    assert [[child.tag for child in case] for case in suite] == [["skipped"], ["failure"], []]


def test_a_script_may_be_known_to_fail_as_a_whole(tmp_path):
    outcome, _ = spoken(tmp_path, "\n  - {say: hi, expect: {language: zh}}\nfails: never worked\n")
    assert outcome.known == "never worked"


def test_junit_is_xml_whatever_was_said(tmp_path):
    outcome, _ = spoken(tmp_path, '\n  - {say: "a\\u0008<b>&\\uFFFE]]>", expect: {language: zh}}\n')
    write([outcome], tmp_path / "junit.xml")
    assert "<b>&" in xml.parse(tmp_path / "junit.xml").getroot().find("testcase/failure").text
