"""The contract of every catalogue format, and what each makes of its fixture file."""

import gzip
import json
from decimal import Decimal
from pathlib import Path

import pytest

from assistant.catalogue.read import READERS, Format, Problem, detect_format, load_catalogue, read_catalogue
from assistant.product import Availability, Money, Product, RelationKind

DATA = Path(__file__).parents[2] / "data" / "catalogues"


def read(name, **options):
    items = list(read_catalogue([DATA / name], **options))
    products = {item.id: item for item in items if isinstance(item, Product)}
    return products, {item.line: item.reason for item in items if isinstance(item, Problem)}


def facts(product):
    return {attribute.name: (attribute.value, attribute.unit) for attribute in product.attributes}


def texts(value):
    if isinstance(value, dict):
        for key, item in value.items():
            yield from texts(key)
            yield from texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from texts(item)
    elif isinstance(value, str):
        yield value


class ImporterContract:
    """A subclass names a fixture, its format, the ids it gives, and the line and reason of each problem."""

    name: str
    format: Format
    ids: tuple[str, ...]
    problems: tuple[tuple[int, str], ...] = ()
    currency: str | None = None

    def test_is_detected_by_content(self, tmp_path):
        assert detect_format(DATA / self.name) is self.format

    def test_reads_its_products_in_order(self):
        products, _ = read(self.name, default_currency=self.currency)
        assert tuple(products) == self.ids

    def test_names_each_broken_row_and_why_in_one_sentence(self):
        _, problems = read(self.name, default_currency=self.currency)
        assert problems.keys() == dict(self.problems).keys()
        for line, reason in self.problems:
            assert reason in problems[line]
            assert "\n" not in problems[line]
            assert len(problems[line]) < 160

    def test_reads_gzip_the_same(self, tmp_path):
        packed = tmp_path / f"{self.name}.gz"
        packed.write_bytes(gzip.compress((DATA / self.name).read_bytes()))
        products = [p for p in read_catalogue([packed], default_currency=self.currency) if isinstance(p, Product)]
        assert products == list(read(self.name, default_currency=self.currency)[0].values())

    def test_values_carry_no_tags(self):
        for product in read(self.name, default_currency=self.currency)[0].values():
            assert not [text for text in texts(product.model_dump(mode="json")) if "<" in text or "&amp;" in text]

    def test_the_models_own_dump_reads_back_the_same(self, tmp_path):
        products = list(read(self.name, default_currency=self.currency)[0].values())
        dump = tmp_path / "dump.jsonl"
        lines = (p.model_dump_json(exclude_defaults=True, exclude={"source"}) + "\n" for p in products)
        dump.write_text("".join(lines), "utf-8")
        if products:
            back = [p.model_copy(update={"source": self.name}) for p in read_catalogue([dump])]
            assert back == products

    def test_reads_a_stream_of_bytes(self):
        with (DATA / self.name).open("rb") as stream:
            rows = list(READERS[self.format](stream, "somewhere", currency=self.currency))
        assert all(row.source == "somewhere" for row in rows if isinstance(row, Problem))
        lines = [row.line if isinstance(row, Problem) else row[0] for row in rows]
        assert lines == sorted(lines)

    def test_the_report_counts_every_row(self):
        products, report = load_catalogue([DATA / self.name], default_currency=self.currency)
        assert report.products == len(products) == len(self.ids)
        assert report.rows == report.products + report.skipped
        assert report.formats == ({self.format.value: len(products)} if products else {})


class TestNative(ImporterContract):
    name, format, ids = "native.jsonl", Format.NATIVE, ("lamp-1", "bulb-1", "chair-1", "wrong-gtin")
    problems = (
        (3, "not valid JSON: Unterminated string"),
        (5, "price: '-3' is negative"),
        (6, "rating: '6' is not between 0 and 5"),
        (7, "price: NaN is not a number"),
        (9, "id: 'chair-1' is taken by line 4"),
        (10, "title: expected an English or Chinese one, found none"),
        (11, "expected an object with a product"),
        (12, "id: expected an id, sku, gtin or mpn, found none"),
        (13, "price: '699' has no currency: name it in the file or give a default currency"),
        (14, "id: the only one is the GTIN '4006381333932'"),
    )

    def test_both_languages_units_relations_and_reviews(self):
        lamp = read(self.name)[0]["lamp-1"]
        assert lamp.titles == {"en": "Fennel desk lamp", "zh": "茴香台灯"}
        assert lamp.description("en") == "A lamp for late readers & writers."
        assert (lamp.price, lamp.list_price) == (
            Money(amount=Decimal(49), currency="USD"),
            Money(amount=Decimal(59), currency="USD"),
        )
        assert facts(lamp)["power"] == (9, "W")
        assert facts(lamp)["weight"] == (Decimal("1.2"), "kg")
        assert facts(lamp)["dimmable"] == (True, None)
        assert [a.value for a in lamp.attributes if a.name == "bulb"] == ["E14", "E27"]
        assert lamp.related[0].kind is RelationKind.ACCESSORY
        assert [(review.rating, review.language) for review in lamp.reviews] == [(5, "en"), (2, "zh")]

    @pytest.mark.parametrize("price", ["699.00", 699, 699.0, "$699", {"amount": 699, "currency": "USD"}])
    def test_prices_in_every_spelling(self, tmp_path, price):
        file = tmp_path / "one.jsonl"
        file.write_text(json.dumps({"id": 1, "title": "One", "price": price}), "utf-8")
        (product,) = read_catalogue([file], default_currency="USD")
        assert product.price == Money(amount=Decimal(699), currency="USD")


class TestJsonArray(ImporterContract):
    name, format, ids = "array.json", Format.NATIVE, ("a", "c")
    problems = (
        (4, "not valid JSON: Expecting ',' delimiter"),
        (9, "availability: 'perhaps' is not known"),
    )


class TestJsonObject(ImporterContract):
    name, format, ids = "object.json", Format.NATIVE, ("1", "2")


class TestCsv(ImporterContract):
    name, format, ids = "shop.csv", Format.DELIMITED, ("T-1", "T-2", "T-7")
    problems = (
        (6, "price: 'abc' is not an amount of money"),
        (7, "expected 17 columns, found 20"),
        (8, "not a row of the table"),
        (9, "stock: 'many' is not known"),
    )

    def test_columns_that_are_no_fields_become_attributes(self):
        tablet = read(self.name)[0]["T-1"]
        assert facts(tablet) == {
            "screen_size": (8, "in"),
            "weight": (320, "g"),
            "battery": (5000, "mAh"),
            "memory": (128, "GB"),
            "5g": (True, None),
            "colour": ("grey", None),
        }
        assert tablet.description("en") == "Good for the train.\nTwo lines & more"
        assert tablet.images == ("https://example.org/t1.jpg", "https://example.org/t2.jpg")

    def test_a_wrong_gtin_and_an_unsafe_link_are_dropped(self):
        products, _ = read(self.name)
        assert products["T-2"].identifiers == {"sku": "T-2"}
        assert products["T-7"].images == ()


class TestChineseCsv(ImporterContract):
    name, format, ids = "shop_zh.csv", Format.DELIMITED, ("S1", "S2")
    problems = (
        (4, "price: '面议' is not an amount of money"),
        (5, "rating: '9.9' is not between 0 and 5"),
    )

    def test_gb18030_headers_units_and_prices(self):
        phone = read(self.name)[0]["S1"]
        assert phone.titles == {"zh": "苍鹭手机 128GB 黑色", "en": "Heron phone 128 GB black"}
        assert phone.price == Money(amount=Decimal(2999), currency="CNY")
        assert phone.category == ("数码", "手机")
        assert facts(phone)["电池容量"] == (5000, "mAh")
        assert facts(phone)["屏幕尺寸"] == (Decimal("6.1"), "in")
        assert facts(phone)["是否防水"] == (True, None)
        assert facts(phone)["重量"] == (Decimal("0.18"), "kg")


class TestTsvWithoutIds(ImporterContract):
    name, format, ids = "no_ids.tsv", Format.DELIMITED, ("26673bd6f741b0a7", "8f770c89b3395569")
    problems = ((4, "is taken by line 2"),)


class TestMerchantRss(ImporterContract):
    name, format, ids = "merchant_rss.xml", Format.MERCHANT, ("M1", "M3")
    problems = ((29, "price: 'free' is not an amount of money"),)

    def test_sale_price_path_and_details(self):
        boot = read(self.name)[0]["M1"]
        assert (boot.price.amount, boot.list_price.amount) == (69, 89)
        assert boot.category == ("Shoes", "Boots")
        assert (boot.group, boot.identifiers["mpn"]) == ("boot", "HB-42")
        assert facts(boot)["sole"] == ("rubber", None)
        assert len(boot.images) == 2
        assert "custom_label_0" not in facts(boot)

    def test_a_sale_that_is_over_does_not_count(self):
        assert read(self.name)[0]["M3"].price.amount == 20


class TestMerchantAtom(ImporterContract):
    name, format, ids = "merchant_atom.xml", Format.MERCHANT, ("A1",)
    problems = ((15, "not well-formed XML"),)


class TestMerchantTsv(ImporterContract):
    name, format, ids = "merchant.tsv", Format.MERCHANT, ("T1",)
    problems = ((3, "price: '-1.00 USD' is negative"),)

    def test_product_details(self):
        assert facts(read(self.name)[0]["T1"]) == {"brim": (7, "cm"), "lining": ("cotton", None)}


class TestXmlEntities(ImporterContract):
    name, format, ids = "entities.xml", Format.MERCHANT, ()
    problems = ((2, "XML entities are refused"),)


class TestShopify(ImporterContract):
    name, format, currency = "shopify.csv", Format.SHOPIFY, "USD"
    ids = ("LS-B-M", "LS-B-L", "linen-shirt-white-m", "mug")
    problems = (
        (7, "price: 'cheap' is not an amount of money"),
        (8, "the product 'bowl' is draft"),
    )

    def test_variants_share_what_the_first_row_says(self):
        products, _ = read(self.name, default_currency="USD")
        first, second, third = (products[name] for name in self.ids[:3])
        assert {product.group for product in (first, second, third)} == {"linen-shirt"}
        assert third.title("en") == "Linen shirt – White / M"
        assert second.description("en") == "Cool, light.\nWashable"
        assert facts(second)["size"] == ("L", None)
        assert (first.stock, second.availability) == (4, Availability.BACKORDER)
        assert third.availability is Availability.OUT_OF_STOCK
        assert third.images[0] == "https://example.org/white.jpg"
        assert first.images[-1] == "https://example.org/ls3.jpg"


class TestJsonLd(ImporterContract):
    name, format, ids = "graph.jsonld", Format.JSONLD, ("K-1", "TW-S", "TW-L")
    problems = ((1, "item 4: price: 'ask us' is not an amount of money"),)

    def test_graph_references_scales_and_unit_codes(self):
        kettle = read(self.name)[0]["K-1"]
        assert kettle.price == Money(amount=Decimal("39.9"), currency="EUR")
        assert kettle.availability is Availability.BACKORDER
        assert (kettle.rating, kettle.review_count) == (Decimal("4.6"), 31)
        assert facts(kettle) == {
            "color": ("red", None),
            "weight": (Decimal("1.1"), "kg"),
            "capacity": (Decimal("1.7"), "l"),
            "cool_wall": (True, None),
            "cable": (75, "cm"),
        }
        assert {relation.kind.value: relation.id for relation in kettle.related} == {
            "accessory_of": "#stove",
            "similar": "T-9",
        }
        assert kettle.reviews[0].author == "Bo"

    def test_variants_take_over_from_their_group(self):
        towel = read(self.name)[0]["TW-L"]
        assert (towel.title("en"), towel.brand, towel.group) == ("Heron towel", "Heron", "towel")
        assert towel.price.amount == 14


class TestHtmlPage(ImporterContract):
    name, format, ids = "page.html", Format.JSONLD, ("P-1", "P-3")
    problems = (
        (3, "item 2: rating: '7' is not between 0 and 5"),
        (9, "the script is not valid JSON"),
    )

    def test_languages(self):
        assert read(self.name)[0]["P-3"].titles == {"en": "Heron lid", "zh": "苍鹭锅盖"}


class TestIcecat(ImporterContract):
    name, format, ids = "icecat.jsonl", Format.ICECAT, ("90001",)
    problems = (
        (2, "price: expected whole US cents from 0 up, found '-1'"),
        (3, "attr_b_original: 'perhaps' is not of the type that the name says"),
        (4, "not valid JSON"),
    )

    def test_cents_codes_and_typed_attributes(self):
        toner = read(self.name)[0]["90001"]
        assert toner.price == Money(amount=Decimal("49.95"), currency="USD")
        assert toner.identifiers == {"gtin": "2000000000015", "mpn": "HX-100"}
        assert toner.category == ()
        assert facts(toner)["page_yield"] == (2300, None)
        assert facts(toner)["display_diagonal"] == (Decimal("17.3"), "in")
        assert facts(toner)["auto_focus_af_lock"] == (False, None)
