"""What tests share: an invented bilingual catalogue, its indexes, and stand-ins for what is slow or noisy."""

from __future__ import annotations

import json
import zlib
from contextlib import contextmanager

import numpy as np
import pytest

from assistant.catalogue.glossary import Glossary
from assistant.catalogue.ingest import ingest
from assistant.catalogue.read import load_catalogue
from assistant.catalogue.store import Catalogue, Store

GLOSSARY = """
categories:
  Electronics: {en: [Electronics, gadgets], zh: [电子产品]}
  Laptops: {en: [Laptops, laptop, notebook computer], zh: [笔记本电脑, 笔记本]}
  Phones: {en: [Phones, smartphone], zh: [手机]}
  Headphones: {en: [Headphones, headset], zh: [耳机]}
  Kettles: {en: [Kettles, kettle], zh: [电水壶]}
  Lamps: {zh: [台灯]}
  Running Shoes: {en: [Running Shoes, runners], zh: [跑鞋]}
brands:
  Lumora: {en: [Lumora, Lumora Labs], zh: [流光]}
  Kestrelle: {zh: [隼记]}
  Brightpeak: {zh: [晴峰]}
attributes:
  memory: {en: [memory, RAM], zh: [内存]}
  noise_cancelling: {en: [noise cancelling, ANC], zh: [降噪]}
  colour: {en: [colour, color], zh: [颜色]}
values:
  black: {en: [black], zh: [黑色]}
  rose gold: {zh: [玫瑰金]}
"""
NASTY = '"} UNION { ?product a schema:Product } # \\ {0} %s'
ODD_IDS = ("a b/c?d#e", '"quoted"', "100%25", "手机 🎧", "x" * 300, "urn:shop:product:1", "a<b&c", "back\\slash")


def _rows():
    def row(id_, en, zh, brand, category, price, colour, **facts):
        titles = {"en": en, "zh": zh} if zh else {"en": en}
        given = {"brand": brand, "category": category, "price": price, "colour": colour}
        return {"id": id_, "titles": titles} | {k: v for k, v in (given | facts).items() if v is not None}

    laptop, phone, headphone = (f"Electronics > {leaf}" for leaf in ("Laptops", "Phones", "Headphones"))
    brands = ("Lumora", "Kestrelle", "Brightpeak", "墨竹")
    colours = ("black", "silver", "rose gold")
    memories, storages = ("8 GB", "16 GB", "32 GB", "16 GB"), ("512 GB", "256 GB", "1 TB")
    for n in range(8):
        yield row(
            f"laptop-{n}", f"Airleaf {n} laptop", f"轻叶{n}笔记本电脑", brands[n % 4], laptop, f"{499 + 150 * n} USD",
            colours[n % 3], memory=memories[n % 4], storage=storages[n % 3], touchscreen=n % 2 == 0,
            weight=f"{1 + n / 4} kg" if n % 2 else f"{1000 + 250 * n} g", rating=(4.5, 3.9, None)[n % 3],
            review_count=(12, 3, None)[n % 3], stock=n, description=f"<p>Thin &amp; light.</p><ul><li>Model {n}</li></ul>",
        )  # fmt: skip
    for n in range(7):
        yield row(
            f"phone-{n}", f"Pebble {n} phone", None if n % 3 == 0 else f"鹅卵石{n}手机", brands[n % 3], phone,
            None if n == 3 else f"{199.99 + 100 * n:.2f} USD", colours[n % 3], storage=("128 GB", "512 GB")[n % 2],
            battery=f"{4000 + 250 * n} mAh", water_resistant=n > 3, group=f"pebble/{n // 2}", rating=5 - n / 2,
            screen_size=f"{6 + n / 10} in", availability=("in stock", "preorder", "sold out")[n % 3],
            list_price=f"{299.99 + 100 * n:.2f} USD" if n % 2 else None, url=f"https://shop.example/p?id={n}&q='x'",
        )  # fmt: skip
    for n in range(7):
        yield row(
            f"headphones-{n}", f"Hush {n} over-ear headphones", f"静听{n}头戴耳机", brands[-1 - n % 4], headphone,
            f"{49 + 40 * n} USD", colours[n % 2], noise_cancelling=n % 2 == 1, battery_life=f"{20 + 5 * n} h",
            rating=4 + n / 10, images=[f"https://img.example/{n}-{view}.jpg" for view in ("front", "back", "worn")],
        )  # fmt: skip
    for n in range(5):
        yield row(
            f"kettle-{n}", f"Steamline {n} electric kettle", None, ("O'Dell & Sons", "Brightpeak")[n % 2],
            "Home > Kettles", f"{25 + 10 * n} USD", "white", capacity=("1.7 l", "1700 ml", "0.8 l")[n % 3],
            power=f"{1500 + 300 * (n % 3)} W", availability="backorder" if n == 4 else None,
        )  # fmt: skip
    for n in range(4):
        sizes = [f"EU {40 + n}", f"EU {41 + n}"]
        yield row(f"shoe-{n}", f"Fleet {n} trail shoes", f"轻跑{n}跑鞋", None, "Sports > Running Shoes", "80 USD",
                  "black", size=sizes, group="fleet", reviews=_reviews(n), rating=4.2)  # fmt: skip
    for n, id_ in enumerate(ODD_IDS):
        yield row(id_, f"Oddity {n} <b>lamp</b> 50% 🎧", "怪灯", NASTY, "Home > Lamps", None, NASTY, brightness="800 lm", 净重=f"{n + 1} kg",
                  description="long " * 2000, related=[{"kind": "accessory", "id": "a b/c?d#e"}])  # fmt: skip
    yield row("bare", "Zorblax 9000", None, None, None, None, "beige", **{"净重": "2.5 kg"})
    yield row("gift", "Gift voucher", None, None, "Electronics", "50 USD", None, identifiers={"sku": "GV-50"})


def _reviews(n):
    return [
        {"rating": 5, "text": f"Very comfortable, pair {n}.", "title": "Great", "author": "Ann", "date": "2024-05-01"},
        {"rating": 3, "text": f"鞋子偏小，第{n}双。"},
        {"rating": 1, "text": 'Fell apart "quickly" \\ sadly'},
    ]


class FakeEncoder:
    """Hashes character n-grams into 64 dimensions; keeps every passage that it was given."""

    def __init__(self, name="fake"):
        self.name = name
        self.read = []

    def queries(self, texts):
        return np.stack([self._vector(text) for text in texts]) if texts else np.empty((0, 64), np.float32)

    def passages(self, texts, progress=None):
        self.read += texts
        if progress:
            progress(len(texts))
        return self.queries(texts)

    @staticmethod
    def _vector(text):
        vector, padded = np.full(64, 1e-3, np.float32), f" {text.lower()} "
        for size in (2, 3):
            for start in range(len(padded) - size + 1):
                vector[zlib.crc32(padded[start : start + size].encode()) % 64] += 1
        return vector / np.linalg.norm(vector)


class Silent:
    """A `Progress` that shows nothing and remembers `[name, total, done]` of each step."""

    def __init__(self):
        self.steps = []

    @contextmanager
    def step(self, name, total):
        step = [name, total, 0]
        self.steps.append(step)

        def advance(units):
            step[2] += units

        yield advance


def write_jsonl(path, rows):
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows), "utf-8")
    return path


@pytest.fixture(scope="session")
def rows():
    """The catalogue as a shop's JSONL has it."""
    return list(_rows())


@pytest.fixture(scope="session")
def nasty():
    """A brand and a colour of the catalogue that would break a query made of text."""
    return NASTY


@pytest.fixture(scope="session")
def odd_ids():
    return ODD_IDS


@pytest.fixture(scope="session")
def jsonl():
    """Writes rows (objects, or lines as they are) to a file."""
    return write_jsonl


@pytest.fixture(scope="session")
def catalogue_file(rows, tmp_path_factory):
    return write_jsonl(tmp_path_factory.mktemp("source") / "catalogue.jsonl", rows)


@pytest.fixture(scope="session")
def products(catalogue_file):
    """The same catalogue as plain values: what the indexes have to agree with."""
    found, report = load_catalogue([catalogue_file], default_currency="USD")
    assert not report.problems, report.problems
    return found


@pytest.fixture(scope="session")
def glossary(tmp_path_factory):
    file = tmp_path_factory.mktemp("glossary") / "names.yml"
    file.write_text(GLOSSARY, "utf-8")
    return Glossary([file])


@pytest.fixture
def encoder():
    return FakeEncoder()


@pytest.fixture
def progress():
    return Silent()


@pytest.fixture(scope="session")
def ingested(catalogue_file, glossary, tmp_path_factory):
    """The store of the catalogue; read it, do not ingest into it."""
    store = Store(tmp_path_factory.mktemp("store"))
    ingest([catalogue_file], store, FakeEncoder(), glossary, Silent())
    return store


@pytest.fixture(scope="session")
def catalogue(ingested):
    return Catalogue.open(ingested.current())
