"""A small shop with measures, variants, reviews and gaps in what it states, and messages as the NLU would mark them."""

from __future__ import annotations

import re

import pytest

from assistant.settings import Settings
from assistant.understanding.understood import Parse, RasaEntity, understand
from tests.assistant.turn.conftest import shop_of

GLOSSARY = """
categories:
  Electronics: {en: [Electronics], zh: [数码产品]}
  Headphones: {en: [Headphones, headphone], zh: [耳机]}
  Laptops: {en: [Laptops, laptop], zh: [笔记本电脑, 笔记本]}
  Clothing: {en: [Clothing], zh: [服装]}
  Shoes: {en: [Shoes, shoe], zh: [鞋, 鞋子]}
brands:
  Zento: {en: [Zento], zh: [泽拓]}
  Korvo: {en: [Korvo], zh: [科沃]}
  Lumexa: {en: [Lumexa], zh: [卢美]}
attributes:
  colour: {en: [colour, color], zh: [颜色]}
  weight: {en: [weight], zh: [重量]}
  battery_life: {en: [battery life], zh: [续航]}
  noise_cancelling: {en: [noise cancelling], zh: [降噪]}
  wireless: {en: [wireless], zh: [无线]}
  water_resistance: {en: [water resistance], zh: [防水等级]}
  memory: {en: [memory, RAM], zh: [内存]}
  size: {en: [size], zh: [尺码]}
  material: {en: [material], zh: [材质]}
values:
  black: {en: [black], zh: [黑色]}
  red: {en: [red], zh: [红色]}
  white: {en: [white], zh: [白色]}
  waterproof: {en: [waterproof], zh: [防水]}
"""
_REVIEWS = [
    {"rating": 5, "text": "Silence at last, on every train.", "language": "en"},
    {"rating": 2, "text": "The band presses a little.", "language": "en"},
    {"rating": 4, "text": "降噪很好，戴久了有点热。", "language": "zh"},
]
# id, category, brand, model, price, rating, ratings, stock, attributes, more
_PRODUCTS = [
    ("hush-black", "Headphones", "Zento", "Hush 900", 299, 4.6, 310, 12,
     {"colour": "black", "weight": "250 g", "battery_life": "30 h", "noise_cancelling": True, "wireless": True}, {"group": "hush", "reviews": _REVIEWS, "list_price": "349 USD"}),
    ("hush-red", "Headphones", "Zento", "Hush 900", 299, 4.4, 90, 2,
     {"colour": "red", "weight": "250 g", "battery_life": "30 h", "noise_cancelling": True, "wireless": True}, {"group": "hush"}),
    ("hush-white", "Headphones", "Zento", "Hush 900", 299, 4.5, 20, 0,
     {"colour": "white", "weight": "250 g", "battery_life": "30 h", "noise_cancelling": True, "wireless": True}, {"group": "hush", "availability": "out of stock"}),
    ("echo", "Headphones", "Korvo", "Echo Pro", 129, 4.1, 88, 7,
     {"colour": "black", "weight": "0.2 kg", "battery_life": "24 h", "noise_cancelling": False, "wireless": True, "water_resistance": "IPX4"}, {}),
    ("dive", "Headphones", "Lumexa", "Dive", 89, 4.7, 52, 5,
     {"colour": "red", "weight": "31 g", "battery_life": "8 h", "wireless": True, "water_resistance": "waterproof"}, {}),
    ("cord", "Headphones", "Korvo", "Cord", 19, 3.6, 402, 0, {"colour": "black", "wireless": False}, {"availability": "out of stock"}),
    ("book", "Laptops", "Zento", "Book 13", 799, 4.5, 60, 4, {"memory": "16 GB", "weight": "1.2 kg", "colour": "black"}, {}),
    ("slate", "Laptops", "Korvo", "Slate", 499, 4.0, 25, 3, {"memory": "8 GB", "weight": "990 g", "colour": "white"}, {}),
    ("tower", "Laptops", "Lumexa", "Tower", 1999, None, 0, 1, {"memory": "32 GB", "weight": "2.9 kg", "colour": "black"}, {}),
    *((f"run-{size}-{colour}", "Shoes", "Lumexa", "Runner", 80, 4.2, 9, stock, {"size": f"EU {size}", "colour": colour, "material": "mesh"}, {"group": "run"})
      for size, colour, stock in ((41, "black", 5), (42, "black", 5), (42, "red", 0))),
    ("loafer", "Shoes", "Zento", "Loafer", None, None, 0, None, {"material": "leather"}, {}),
]  # fmt: skip
_ZH = {"Zento": "泽拓", "Korvo": "科沃", "Lumexa": "卢美", "Headphones": "耳机", "Laptops": "笔记本电脑", "Shoes": "鞋"}
_ZH |= {"black": "黑色", "red": "红色", "white": "白色"}


def _row(id_, category, brand, model, price, rating, count, stock, facts, more):
    colour = facts.get("colour", "")
    row = {
        "id": id_,
        "title": {
            "en": f"{brand} {model} {colour}".strip(),
            "zh": f"{_ZH[brand]} {model} {_ZH.get(colour, '')}{_ZH[category]}",
        },
        "description": {"en": f"The {model}, made for every day.", "zh": f"{model}适合每天使用。"},
        "brand": brand,
        "category": ["Clothing" if category == "Shoes" else "Electronics", category],
        "stock": stock,
        **facts,
        **more,
    }
    given = {"price": price and f"{price} USD", "rating": rating, "review_count": count}
    return {k: v for k, v in (row | given).items() if v is not None}


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    return shop_of(tmp_path_factory.mktemp("gear"), [_row(*p) for p in _PRODUCTS], GLOSSARY)


@pytest.fixture(scope="session")
def catalogue(shop):
    return shop.get()


_MARK = re.compile(r"\[([^\]]+)\]\(([a-z]+)(?::([a-z]+))?\)")


def parse(marked, intent="ask_product"):
    """Return the parse of a sentence in which entities are marked: `the [red](colour) one`, `[Sony](brand:not)`."""
    text, entities, at = "", [], 0
    for match in _MARK.finditer(marked):
        text += marked[at : match.start()]
        entities.append(
            RasaEntity(entity=match[2], value=match[1], start=len(text), end=len(text) + len(match[1]), role=match[3])
        )
        text += match[1]
        at = match.end()
    return Parse(text=text + marked[at:], intent=intent, confidence=0.95, entities=tuple(entities))


@pytest.fixture(scope="session")
def understood(catalogue):
    """Understands a marked sentence as the turn would."""
    rates = Settings(_env_file=None).exchange_rates

    def run(marked, intent="ask_product", language="en", category=None):
        return understand(
            parse(marked, intent), catalogue.gazetteer, catalogue.facets, rates, "USD", language, 1, category
        )

    return run
