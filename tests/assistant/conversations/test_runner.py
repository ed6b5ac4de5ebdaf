import asyncio
from decimal import Decimal
from xml.etree import ElementTree as xml

import pytest

from assistant.constraint import Constraint, Operator
from assistant.conversations.junit import write
from assistant.conversations.runner import run
from assistant.conversations.script import ScriptError, read_scripts
from assistant.product import Availability, Money, Product
from assistant.reply import Card, Chip, Decision, QuickReply, Reply
from assistant.state import CartLine, ShoppingState
from dialogue.server import RasaError

PRODUCT = Product(id="a", titles={"en": "Thing"}, brand="Zento", price=Money(amount=Decimal(50), currency="USD"))
CONSTRAINT = Constraint(attribute="price", operator=Operator.AT_MOST, value=Decimal(60))


class Parrot:
    """Answers everything with one product, and keeps who said what."""

    def __init__(self, fails=False):
        self.said, self.fails = [], fails

    async def send(self, sender, text, metadata=None):
        if self.fails:
            raise RasaError("away")
        self.said.append((sender, text))
        return Reply(
            text=f"You said {text}",
            language="en",
            cards=(Card(id="a", title="Thing", availability=Availability.IN_STOCK),),
            quick_replies=(QuickReply(title="Cheaper", payload="something cheaper"),),
            chips=(Chip(label="price: up to $60", key=CONSTRAINT.key),),
            decision=Decision(intent="search", confidence=1, slots={"act": "search"}),
        )

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
             language: en, cart: {a: 2}, cart_count: 2, quick: cheap, asks_not: [price]}
""",
    )
    assert not outcome.failed
    assert len(outcome.turns[0].checks) == 16


@pytest.mark.parametrize(
    "expectation",
    ["intent: greet", "act: undo", "state: [price <= 70]", "state: [ideally price <= 60]", "without: price", "every: price > 60",
     "some: brand == 'X'", "first: id == 'b'", "products: [b]", "count: '> 1'", "text: nothing", "text_not: said", "language: zh",
     "cart: {a: 1}", "cart_count: 3", "quick: dearer", "asks: colour", "route: human", "compares: 2", "focus: price < 60"],
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
    outcome, _ = spoken(tmp_path, "\n  - say: hi\n  - say: ho\n", Parrot(fails=True))
    assert [t.error for t in outcome.turns] == ["away", "away"]


@pytest.mark.parametrize(
    ("turns", "told"),
    [
        ("\n  - {say: a, press: b}\n", "turn 1: .*exactly one"),
        ("\n  - {say: a}\n  - {say: b, expect: {inten: greet}}\n", "turn 2 → expect → inten"),
        ("\n  - {say: a, expect: {every: price <<}}\n", "character"),
        (" 5\n", "turns"),
    ],
)
def test_a_broken_script_says_where(tmp_path, turns, told):
    with pytest.raises(ScriptError, match=told):
        spoken(tmp_path, turns)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ScriptError, match="nowhere"):
        read_scripts(tmp_path / "nowhere")
