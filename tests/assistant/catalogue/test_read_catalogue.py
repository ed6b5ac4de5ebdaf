"""Files, directories and what stops an import; rows of any kind never do."""

import gzip
import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.catalogue.read import CatalogueError, Format, Problem, detect_format, load_catalogue, read_catalogue
from assistant.product import Product

DATA = Path(__file__).parents[2] / "data" / "catalogues"
SHARED = Path(__file__).parents[3] / ".." / "shared" / "data"


def test_a_directory_gives_its_known_files_in_order(tmp_path):
    (tmp_path / "b.csv").write_text("id,title\nb,Second\na,Again\n", "utf-8")
    (tmp_path / "a.jsonl").write_text('{"id": "a", "title": "First"}\n', "utf-8")
    (tmp_path / "README.md").write_text("# Not a catalogue\n", "utf-8")
    (tmp_path / "ratings.csv").write_text("query,docid,rating\nlamp,a,3\n", "utf-8")
    (tmp_path / "empty.csv").write_text("", "utf-8")
    first, second, problem = read_catalogue([tmp_path])
    assert (first.id, second.id) == ("a", "b")
    assert problem == Problem(str(tmp_path / "b.csv"), 3, f"id: 'a' is taken by line 1 of {tmp_path / 'a.jsonl'}")


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("missing.csv", None, "no such file or directory"),
        ("empty.csv", b" \n", "an empty file"),
        ("sheet.xlsx", b"PK\x03\x04rest", "a ZIP or Excel file"),
        ("notes.txt", b"Buy milk, eggs\n", "text beginning with 'Buy milk, eggs'"),
        ("reviews.jsonl", b'{"product_id": 1, "stars": 5}\n', "text beginning with"),
        ("torn.csv.gz", b"\x1f\x8b\x08\x00torn", "a file that cannot be read"),
    ],
)
def test_what_is_no_catalogue_is_refused_at_once(tmp_path, name, content, found):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CatalogueError) as error:
        read_catalogue([path])
    assert str(path) in str(error.value)
    assert f"found {found}" in str(error.value)
    assert "expected JSON or JSONL" in str(error.value)


def test_a_directory_without_catalogues_is_refused(tmp_path):
    with pytest.raises(CatalogueError, match="a directory without catalogue files"):
        read_catalogue([tmp_path])


def test_a_default_currency_must_be_one():
    with pytest.raises(ValueError, match="'dollars' is not an ISO 4217 code"):
        read_catalogue([DATA / "native.jsonl"], default_currency="dollars")


def test_a_given_format_is_not_detected(tmp_path):
    file = tmp_path / "odd.dat"
    file.write_text("id,title\n1,One\n", "utf-8")
    (product,) = read_catalogue([file], format=Format.DELIMITED)
    assert product.id == "1"


def test_one_long_line_of_json_is_detected(tmp_path):
    file = tmp_path / "long.json"
    rows = [{"id": number, "title": f"Lamp {number}", "description": "很亮 " * 200} for number in range(1500)]
    file.write_text(json.dumps({"products": rows}, ensure_ascii=False), "utf-8")
    assert file.stat().st_size > 1 << 20
    assert detect_format(file) is Format.NATIVE
    assert len(list(read_catalogue([file]))) == 1500


def test_a_file_that_breaks_off_gives_what_it_has(tmp_path):
    letters = random.Random(4)
    rows = "".join(
        json.dumps({"id": n, "title": "Lamp " + "".join(letters.choices("abcdefgh", k=900))}) + "\n"
        for n in range(3000)
    )
    packed = gzip.compress(rows.encode())
    file = tmp_path / "torn.jsonl.gz"
    file.write_bytes(packed[: len(packed) * 9 // 10])
    products, report = load_catalogue([file])
    assert len(products) > 2000
    assert "the file ends or breaks here" in report.problems[-1].reason


def test_without_a_currency_the_remedy_is_named(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("id,title,price\n1,One,5\n", "utf-8")
    (problem,) = read_catalogue([file])
    assert str(problem) == (f"{file}:2: price: '5' has no currency: name it in the file or give a default currency")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
HEADERS = st.sampled_from(
    re.findall(
        r"\S+",
        """
    id title titles description brand category price sale_price currency availability stock rating review_count 
    image url gtin attributes related reviews identifiers group @type offers hasVariant isRelatedTo aggregateRating 
    additionalProperty review weight attr_n_size attr_b_x supplier ean name sku
""",
    )
)


@pytest.mark.parametrize("format", [Format.NATIVE, Format.JSONLD, Format.ICECAT])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(row=st.dictionaries(HEADERS, ANYTHING))
def test_no_row_of_json_stops_an_import(tmp_path, format, row):
    file = tmp_path / "any.jsonl"
    good = {"@type": "Product", "id": "good", "sku": "good", "name": "Good", "title": "Good"}
    file.write_text(json.dumps({"@type": "Product", **row}) + "\n" + json.dumps(good) + "\n", "utf-8")
    *_, last = read_catalogue([file], format=format, default_currency="USD")
    assert isinstance(last, Product) or "taken" in last.reason


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    junk=st.text(alphabet='a,;"\n\r\t€标<&', max_size=80),
    format=st.sampled_from([Format.DELIMITED, Format.MERCHANT, Format.SHOPIFY]),
)
def test_no_row_of_a_table_stops_an_import(tmp_path, junk, format):
    file = tmp_path / "any.csv"
    lines = f"id,Handle,title,Title,Variant SKU,price\n{junk}\nlast,last,Last,Last,last,\n"
    file.write_bytes(lines.encode())
    list(read_catalogue([file], format=format, default_currency="USD"))


@pytest.mark.parametrize(
    ("name", "currency", "count"),
    [
        ("dummyjson", "USD", 194),
        ("litemall_zh", "CNY", 239),
        ("retail_demo_store", "USD", 2465),
        ("risawoz_pc_zh", "CNY", 50),
        ("icecat", None, 19406),
    ],
)
def test_shared_data_sets_read_without_a_problem(name, currency, count):
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"the shared data set {name} is not here ({folder})")
    products, report = load_catalogue([folder], default_currency=currency)
    assert (len(products), report.problems) == (count, ())
