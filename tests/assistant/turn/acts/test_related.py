"""What goes with a product: by kind, by relation, for a pair, as a bundle; and what is said where nothing is known."""

import pytest

from assistant.settings import Settings
from assistant.state import ShoppingState
from assistant.turn.turn import Turn
from assistant.turn.update import Act
from tests.assistant.turn.acts.conftest import parse
from tests.assistant.turn.conftest import HashedEncoder, OverlapReranker, shop_of

GLOSSARY = """
categories:
  Printers: {en: [Printers, printer], zh: [打印机]}
  Ink: {en: [Ink, ink cartridge, toner], zh: [墨盒, 墨水]}
  Cables: {en: [Cables, cable], zh: [数据线]}
  Phones: {en: [Phones, phone], zh: [手机]}
  Phone Cases: {en: [Phone Cases, phone case, case], zh: [手机壳]}
brands:
  Zento: {zh: [泽拓]}
  Korvo: {zh: [科沃]}
"""


def row(id_, category, en, zh, price, related=(), **more):
    return {
        "id": id_, "title": {"en": en, "zh": zh}, "brand": en.split()[0], "category": ["All", category],
        "price": f"{price} USD", "stock": 5, "related": [{"kind": k, "id": o} for k, o in related], **more,
    }  # fmt: skip


ROWS = [
    row("jet", "Printers", "Zento Jet 210 printer", "泽拓 Jet 210 打印机", 120, [("consumable", "ink-s"), ("consumable", "ink-xl"), ("accessory", "usb")]),
    row("laser", "Printers", "Korvo Laser 900 printer", "科沃 Laser 900 打印机", 300),
    row("ink-s", "Ink", "Zento 21 ink cartridge", "泽拓 21 墨盒", 15, compatibility="Jet 210, Jet 215-N", colour="black"),
    row("ink-xl", "Ink", "Zento 21XL ink cartridge", "泽拓 21XL 墨盒", 40, colour="black"),
    row("usb", "Cables", "Zento USB cable", "泽拓 USB 数据线", 5),
    row("fone", "Phones", "Korvo Fone 7 phone", "科沃 Fone 7 手机", 500),
    row("case", "Phone Cases", "Korvo Fone 7 phone case", "科沃 Fone 7 手机壳", 20, [("accessory_of", "fone")]),
]  # fmt: skip


@pytest.fixture(scope="session")
def turn(tmp_path_factory):
    shop = shop_of(tmp_path_factory.mktemp("belongs"), ROWS, GLOSSARY)
    return Turn(shop, HashedEncoder(), OverlapReranker(), Settings(_env_file=None))


class Talk:
    """One conversation in sentences with marked entities."""

    def __init__(self, turn):
        self._turn, self.state = turn, ShoppingState()

    def say(self, act, marked, language="en"):
        reply, self.state = self._turn.run(Act(act), parse(marked, act), self.state, {"language": language})
        return reply

    def look(self, id_):
        self.state = self.state.model_copy(update={"shown": (id_,), "focus": id_})
        return self


@pytest.fixture
def talk(turn):
    return Talk(turn)


def ids(reply):
    return [card.id for card in reply.cards]


@pytest.mark.parametrize(
    ("id_", "said", "language", "found"),
    [
        ("jet", "which [ink](product) does it take?", "en", {"ink-s", "ink-xl"}),
        ("jet", "它用什么[墨盒](product)?", "zh", {"ink-s", "ink-xl"}),
        ("ink-s", "which [printers](product) does this [ink cartridge](product) fit?", "en", {"jet"}),
        ("ink-s", "这个[墨盒](product)适合哪些[打印机](product)?", "zh", {"jet"}),
        ("fone", "is there a [case](product) for it?", "en", {"case"}),
        ("fone", "这款[手机](product)有什么[配件](facet)?", "zh", {"case"}),
        ("jet", "what [accessories](facet) are there for this [printer](product)?", "en", {"ink-s", "ink-xl", "usb"}),
        ("ink-xl", "what does it fit?", "en", {"jet"}),
    ],
)
def test_what_belongs_to_a_product(talk, id_, said, language, found):
    reply = talk.look(id_).say("ask_related", said, language)
    assert set(ids(reply)) == found
    for card in reply.cards:
        assert card.why and card.why[0].triple and any(f"product:{id_}" in part for part in card.why[0].triple)


def test_it_goes_on_like_any_search(talk):
    talk.look("jet").say("ask_related", "which [ink](product) does it take?")
    assert [c.label for c in talk.say("refine", "[under $20](price)").chips if "Jet 210" in c.label]
    assert talk.state.shown == ("ink-s",)
    # "It" is still the printer, whatever is on screen.
    assert ids(talk.say("ask_related", "is there a [cable](product) for it?")) == ["usb"]


@pytest.mark.parametrize(
    ("id_", "said", "yes"),
    [
        ("ink-s", "does it fit the [Zento](brand) [Jet 210](product)?", True),
        ("ink-s", "does it fit the [Zento](brand) [Jet 215-N](product)?", True),
        ("ink-s", "does it fit the [Jet 21](product)?", False),
        ("ink-xl", "does it fit the [Zento](brand) [Jet 215-N](product)?", False),
        ("ink-s", "does it fit the [Korvo](brand) [Laser 900](product)?", False),
    ],
)
def test_whether_two_belong_together(talk, id_, said, yes):
    reply = talk.look(id_).say("ask_related", said)
    assert reply.text.startswith("Yes") is yes
    assert ids(reply)[0] == id_


def test_a_product_that_is_named_needs_none_on_screen(talk):
    assert set(ids(talk.say("ask_related", "which [ink](product) fits the [Zento](brand) [Jet 210](product)?"))) == {
        "ink-s",
        "ink-xl",
    }


def test_a_bundle_has_one_of_each_kind_and_a_sum(talk):
    reply = talk.look("jet").say("ask_related", "what else do I need with it?")
    assert ids(reply) == ["ink-s", "usb"] and "$20" in reply.text
    assert set(talk.state.ranked) == {"ink-s", "usb", "ink-xl"}
    cheap = talk.look("jet").say("ask_related", "what else do I need with it, [under $10](price)?")
    assert ids(cheap) == ["usb"]


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("is there a [case](product) for it?", "phone cases"),
        ("what other products are in the same [series](facet)?", "series"),
        ("what do people buy with it?", "know yet"),
        ("what goes with it?", "doesn't say"),
    ],
)
def test_what_is_not_known_is_said(talk, said, part):
    reply = talk.look("laser").say("ask_related", said)
    assert part in reply.text.lower() and ids(reply) == ["laser"] and talk.state.focus == "laser"


def test_what_is_written_is_quoted_where_no_product_is_known(talk):
    assert "Jet 210, Jet 215-N" in talk.look("ink-s").say("ask_related", "is there a [case](product) for it?").text


def test_which_one_is_asked_where_several_may_be_meant(talk):
    talk.state = talk.state.model_copy(update={"shown": ("jet", "laser")})
    reply = talk.say("ask_related", "which [ink](product) does it take?")
    assert not reply.cards and len(reply.quick_replies) == 2
    assert not talk.say("ask_related", "what [accessories](facet) are there for the [fifth one](ordinal)?").cards


def test_why_one_was_found_beside_another(talk):
    talk.look("ink-s").say("similar", "something like it")
    reply = talk.say("why", "why the first one?")
    assert ids(reply) == ["ink-xl"]
    assert "“black” (2 products here)" in reply.text and "Zento 21 ink cartridge" in reply.text
    assert any(":black" in reason.triple[2] for reason in reply.cards[0].why if reason.triple)


def test_a_kind_for_a_named_product_is_what_goes_with_it(talk):
    reply = talk.say("search", "[ink](product) for a [Zento](brand) [Jet 210](product)")
    assert set(ids(reply)) == {"ink-s", "ink-xl"} and any(c.attribute == "goes_with" for c in talk.state.constraints)
    # Nothing is known that goes with it: the words are searched for.
    assert ids(talk.say("search", "[ink](product) for a [Korvo](brand) [Laser 900](product)"))
    assert not any(c.attribute == "goes_with" for c in talk.state.constraints)
