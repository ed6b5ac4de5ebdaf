"""A small bilingual shop with invented products, and someone who talks to it turn by turn."""

from __future__ import annotations

import json
import re
import zlib

import numpy as np
import pytest

from assistant.catalogue.glossary import Glossary
from assistant.catalogue.ingest import ingest
from assistant.catalogue.store import CatalogueHandle, Store
from assistant.settings import Settings
from assistant.state import ShoppingState
from assistant.turn.messages import _MESSAGES as MESSAGES
from assistant.turn.turn import Turn
from assistant.turn.update import Act
from assistant.understanding.understood import Parse, RasaEntity
from tests.conftest import Silent

_GLOSSARY = """
categories:
  Electronics: {en: [Electronics], zh: [数码产品]}
  Phones: {en: [Phones, phone], zh: [手机]}
  Phone Cases: {en: [Phone Cases, phone case], zh: [手机壳]}
  Laptops: {en: [Laptops, laptop], zh: [笔记本电脑, 笔记本]}
  Headphones: {en: [Headphones, headphone], zh: [耳机]}
brands:
  Zento: {en: [Zento], zh: [泽拓]}
  Korvo: {en: [Korvo], zh: [科沃]}
  Lumexa: {en: [Lumexa], zh: [卢美]}
attributes:
  colour: {en: [colour, color], zh: [颜色]}
  storage: {en: [storage], zh: [存储容量]}
  memory: {en: [memory], zh: [内存]}
  noise_cancelling: {en: [noise cancelling], zh: [降噪]}
values:
  black: {en: [black], zh: [黑色]}
  white: {en: [white], zh: [白色]}
  red: {en: [red], zh: [红色]}
  blue: {en: [blue], zh: [蓝色]}
"""
_CHINESE = {
    "Phones": "手机", "Phone Cases": "手机壳", "Laptops": "笔记本电脑", "Headphones": "耳机",
    "Zento": "泽拓", "Korvo": "科沃", "Lumexa": "卢美",
    "black": "黑色", "white": "白色", "red": "红色", "blue": "蓝色",
}  # fmt: skip
# id, category, brand, model, colours, price, rating, ratings, more
_PRODUCTS = [
    *(("aero-" + c, "Phones", "Zento", "Aero", c, 399, 4.6, 310, {"group": "aero", "list_price": "449.00"})
      for c in ("black", "white", "red", "blue")),
    ("mini", "Phones", "Zento", "Mini", "white", "149.50", 3.9, 41, {}),
    ("ultra", "Phones", "Zento", "Ultra", "black", 899, 4.8, 120, {}),
    ("pulse", "Phones", "Korvo", "Pulse", "black", 199, 4.1, 88, {}),
    ("pulse-max", "Phones", "Korvo", "Pulse Max", "red", 299, 4.4, 52, {}),
    ("nova", "Phones", "Korvo", "Nova", "blue", 699, 4.3, 17, {}),
    ("spark", "Phones", "Lumexa", "Spark", "blue white", 89, None, 0, {}),
    ("book-13", "Laptops", "Zento", "Book 13", "white", 799, 4.5, 60, {"memory": 8}),
    ("book-15", "Laptops", "Zento", "Book 15", "black", 1199, 4.2, 33, {"memory": 16}),
    ("slate", "Laptops", "Korvo", "Slate", "red", 499, 4.0, 25, {"memory": 8}),
    ("slate-pro", "Laptops", "Korvo", "Slate Pro", "black", 2000, 4.9, 14, {"memory": 32}),
    ("air", "Laptops", "Lumexa", "Air", "blue", 649, 3.7, 9, {"memory": 16}),
    ("go", "Laptops", "Lumexa", "Go", "black", 349, 3.5, 71, {"memory": 8}),
    ("ear", "Headphones", "Lumexa", "Ear", "white", 20, 3.6, 402, {}),
    ("ear-pro", "Headphones", "Lumexa", "Ear Pro", "black", 89, 4.2, 150, {"noise_cancelling": True}),
    ("sound", "Headphones", "Zento", "Sound", "blue", 129, 4.3, 64, {}),
    ("sound-max", "Headphones", "Zento", "Sound Max", "black", 249, 4.7, 230, {"noise_cancelling": True}),
    # The one that is gone is liked better than its twin, which can be had.
    ("beat-gone", "Headphones", "Korvo", "Beat", "red", 59, 4.9, 900, {"availability": "out_of_stock", "stock": 0}),
    ("beat", "Headphones", "Korvo", "Beat", "red", 59, 4.0, 30, {"stock": 3}),
    ("bold", "Phone Cases", "Korvo", "Bold <3 & 'Brave' {x}", "black", 25, 4.0, 3, {}),
    ("plain", "Phone Cases", "Lumexa", "Plain", "red black", 22, 4.4, 12, {}),
    ("unpriced", "Phone Cases", "Zento", "Someday", "white", None, None, 0, {"availability": "preorder"}),
]  # fmt: skip


def _row(id_, category, brand, model, colours, price, rating, count, more):
    colours = colours.split()
    chinese = " ".join([_CHINESE[brand], model, _CHINESE[category], *(_CHINESE[c] for c in colours)])
    facts = {key: more[key] for key in ("noise_cancelling",) if key in more}
    if category == "Phones":
        facts |= {"storage": {"value": 256 if price and float(price) > 300 else 128, "unit": "GB"}}
    if "memory" in more:
        facts |= {"memory": {"value": more["memory"], "unit": "GB"}}
    row = {
        "id": id_,
        "title": {"en": f"{brand} {model} {category} {' '.join(colours)}", "zh": chinese},
        "description": {"en": f"The {model} is made for every day.", "zh": f"{model}适合每天使用。"},
        "brand": brand,
        "category": ["Electronics", category],
        "attributes": facts | {"colour": colours if len(colours) > 1 else colours[0]},
        **{key: more[key] for key in ("group", "list_price", "availability", "stock") if key in more},
    }
    if price is not None:
        row |= {"price": str(price), "currency": "USD"}
    if rating is not None:
        row |= {"rating": rating, "review_count": count}
    return row


class HashedEncoder:
    """Counts hashed character trigrams: texts that share letters are near each other."""

    name = "hashed-trigrams"

    def queries(self, texts):
        rows = np.zeros((len(texts), 256), np.float32)
        for row, text in zip(rows, texts, strict=True):
            padded = f"  {text.casefold()} "
            for i in range(len(padded) - 2):
                row[zlib.crc32(padded[i : i + 3].encode()) % 256] += 1
            row /= np.linalg.norm(row) or 1
        return rows

    def passages(self, texts, progress=None):
        return self.queries(texts)


class OverlapReranker:
    """The share of the query's words (Han: characters) that a passage has."""

    def scores(self, query, passages):
        def words(text):
            return set(re.findall(r"[a-z0-9]+|[\u3400-\u9fff]", text.casefold()))

        wanted = words(query)
        return np.array([len(wanted & words(p)) / max(len(wanted), 1) for p in passages], np.float32)


def shop_of(folder, rows, names):
    """Ingest rows (JSON) with a glossary (YAML) into a store of its own."""
    (folder / "shop.jsonl").write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    (folder / "names.yml").write_text(names, "utf-8")
    store = Store(folder / "store")
    report = ingest([folder / "shop.jsonl"], store, HashedEncoder(), Glossary([folder / "names.yml"]), Silent())
    assert report.products == len(rows), report.imported.problems
    return CatalogueHandle(store.folder)


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    return shop_of(tmp_path_factory.mktemp("shop"), [_row(*p) for p in _PRODUCTS], _GLOSSARY)


@pytest.fixture(scope="session")
def turn(shop):
    return Turn(shop, HashedEncoder(), OverlapReranker(), Settings(_env_file=None))


@pytest.fixture(scope="session")
def catalogue(shop):
    return shop.get()


class Talk:
    """One conversation; what holds for every reply is checked in every turn."""

    def __init__(self, turn):
        self._turn, self.state = turn, ShoppingState()

    def say(self, act, text, metadata=None, **entities):
        """Say `text`; `product="phones"` marks an entity, `brand=("Zento", "not")` a refused one, a list several."""
        marked = []
        for kind, value in [(k, one) for k, v in entities.items() for one in (v if isinstance(v, list) else [v])]:
            words, role = value if isinstance(value, tuple) else (value, None)
            start = text.index(words)
            marked.append(RasaEntity(entity=kind, value=words, start=start, end=start + len(words), role=role))
        # An unsure guess has Rasa's fallback for an intent.
        intent = "nlu_fallback" if act == "clarify" else act
        parse = Parse(text=text, intent=intent, confidence=0.9, entities=tuple(marked))
        before = self.state.turn
        reply, self.state = self._turn.run(Act(act), parse, self.state, metadata or {})
        assert reply.text.strip()
        words = reply.text
        for card in reply.cards:
            words = words.replace(card.title, "")
        assert "{" not in words and "None" not in words
        assert self.state.turn == before + 1
        assert ShoppingState.model_validate(self.state.model_dump(mode="json", exclude_defaults=True)) == self.state
        return reply


@pytest.fixture
def talk(turn):
    return Talk(turn)


def says(reply, key):
    """Whether message `key` is in the reply, whatever fills its gaps and whatever is said beside it."""
    patterns = [re.sub(r"\\{\w+\\}", ".*", re.escape(text)) for text in MESSAGES[key][reply.language]]
    return any(re.search(pattern, reply.text, re.S) for pattern in patterns)


def ids(reply):
    return [card.id for card in reply.cards]


def prices(reply):
    return [card.price for card in reply.cards]
