"""Shoppers wait for a price or for stock: what is noted, what is told once, and what is said where nothing can be."""

import json
from decimal import Decimal

import pytest

from assistant.catalogue.glossary import Glossary
from assistant.catalogue.ingest import ingest
from assistant.catalogue.store import CatalogueHandle, Store
from assistant.settings import Settings
from assistant.state import ShoppingState
from assistant.turn.turn import Turn
from assistant.turn.update import Act
from assistant.watch.book import WatchBook
from tests.assistant.turn.acts.conftest import parse
from tests.assistant.turn.conftest import HashedEncoder, OverlapReranker
from tests.conftest import Silent

GLOSSARY = "categories:\n  Phones: {en: [Phones, phone], zh: [手机]}\n"


class Shop:
    """A shop of two phones whose prices change, and shoppers by the name of their conversation."""

    def __init__(self, folder):
        self.folder, self.store = folder, Store(folder / "store")
        (folder / "names.yml").write_text(GLOSSARY, "utf-8")
        self.sell(one=("300", 5), two=("200", 0))
        self.book = WatchBook(f"sqlite:///{folder / 'watch.db'}")
        self.turn = Turn(
            CatalogueHandle(self.store.folder), HashedEncoder(), OverlapReranker(), Settings(_env_file=None), self.book
        )
        self.states = {}

    def sell(self, **phones):
        rows = [
            {"id": id_, "title": {"en": f"Fone {id_}", "zh": f"手机{id_}"}, "category": ["Phones"], "price": f"{price} USD",
             "stock": stock, "availability": "in stock" if stock else "out of stock"}
            for id_, (price, stock) in phones.items()
        ]  # fmt: skip
        file = self.folder / "shop.jsonl"
        file.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
        ingest([file], self.store, HashedEncoder(), Glossary([self.folder / "names.yml"]), Silent())

    def say(self, act, marked, focus="one", session="ann", language="en"):
        state = self.states.get(session, ShoppingState())
        if focus:
            state = state.model_copy(update={"focus": focus, "shown": (focus,)})
        reply, self.states[session] = self.turn.run(
            Act(act), parse(marked, act), state, {"language": language}, session
        )
        return reply


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


def test_a_price_drop_is_told_once_to_the_one_who_asked(shop):
    assert "less than $300" in shop.say("watch", "tell me when it gets cheaper").text
    assert "News" not in shop.say("thanks", "thanks").text
    shop.sell(one=("250", 5), two=("200", 0))
    assert "News" not in shop.say("thanks", "thanks", session="bob").text
    assert "from $300 down to $250" in shop.say("thanks", "thanks").text
    assert "News" not in shop.say("thanks", "thanks").text
    # It goes on: the next drop is news again.
    shop.sell(one=("240", 5), two=("200", 0))
    assert "从US$250降到了US$240" in shop.say("thanks", "谢谢", language="zh").text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_amount_is_waited_for(shop, language):
    said = {"en": "tell me if it drops [below $220](price)", "zh": "[低于220美元](price)提醒我"}[language]
    assert "220" in shop.say("watch", said, language=language).text
    shop.sell(one=("230", 5), two=("200", 0))
    assert "230" not in shop.say("thanks", "ok", language=language).text
    shop.sell(one=("219", 5), two=("200", 0))
    assert "219" in shop.say("thanks", "ok", language=language).text
    assert shop.book.list("ann") == []


def test_what_is_sold_out_is_waited_for(shop):
    assert "back in stock" in shop.say("watch", "let me know", focus="two").text
    shop.sell(one=("300", 5), two=("200", 4))
    reply = shop.say("thanks", "thanks", focus=None)
    assert "Fone two is back in stock" in reply.text and any("Fone two" in q.title for q in reply.quick_replies)


def test_a_product_that_is_gone_is_said(shop):
    shop.say("watch", "tell me when it gets cheaper")
    shop.sell(two=("200", 0))
    assert "no longer sold" in shop.say("thanks", "thanks", focus=None).text


@pytest.mark.parametrize(
    ("said", "focus", "part"),
    [
        ("tell me when it is back in stock", "one", "in stock now"),
        ("tell me when it is [under $400](price)", "one", "already"),
        ("what am I watching?", "one", "aren't waiting"),
        ("stop it", "one", "aren't waiting"),
    ],
)
def test_there_is_nothing_to_note(shop, said, focus, part):
    assert part in shop.say("watch", said, focus=focus).text
    assert shop.book.list("ann") == []


def test_it_is_listed_and_ended(shop):
    shop.say("watch", "tell me when it gets cheaper")
    shop.say("watch", "let me know", focus="two")
    listed = shop.say("watch", "what am I watching?", focus=None).text
    assert "Fone one" in listed and "Fone two" in listed
    assert "Fone one" in shop.say("watch", "stop telling me about it", focus="one").text
    assert [w.product for w in shop.book.list("ann")] == ["two"]
    assert "手机two" in shop.say("watch", "不用再提醒我了", focus=None, language="zh").text
    assert shop.book.list("ann") == []


def test_the_wish_outlives_a_broken_database(shop):
    shop.say("watch", "tell me when it gets cheaper")
    shop.sell(one=("250", 5), two=("200", 0))
    shop.book.close()
    kept = {file: file.read_bytes() for file in shop.folder.glob("watch.db*")}
    for file in kept:
        file.unlink()
    (shop.folder / "watch.db").write_bytes(b"no database" * 1000)
    assert shop.say("thanks", "thanks").text and "can't note" in shop.say("watch", "tell me when it gets cheaper").text
    shop.book.close()
    for file, content in kept.items():
        file.write_bytes(content)
    assert "$250" in shop.say("thanks", "thanks").text


def test_amounts_are_in_the_products_currency(shop):
    shop.say("watch", "tell me when it is [below $220](price)")
    (kept,) = shop.book.list("ann")
    assert (kept.below.amount, kept.below.currency) == (Decimal(220), "USD")
