"""Reading what was bought."""

import gzip

import pytest

from kg.relations.transactions import read_transactions

HEAD = "InvoiceDate,InvoiceNo,StockCode,Quantity,CustomerID,Country\n"


def write(folder, text, name="t.csv"):
    file = folder / name
    file.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return file


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz"])
def test_rows_by_the_usual_names(tmp_path, name):
    text = HEAD + "2011-01-02 08:00,1,A,2,c1,UK\n2011-01-02T08:00:00+00:00,1,B,1,,UK\n"
    told = read_transactions(write(tmp_path, text, name))
    assert [(line.invoice, line.product, line.customer) for line in told.lines] == [("1", "A", "c1"), ("1", "B", None)]
    assert told.broken == ()
    assert told.source == name


def test_broken_rows_are_told_with_their_line(tmp_path):
    rows = "yesterday,1,A,1,c,UK\n2011-01-02,,A,1,c,UK\n2011-01-02,1,A,many,c,UK\n2011-01-02,1,A,NaN,c,UK\n2011-01-02,1,B,1,c,UK\n"
    told = read_transactions(write(tmp_path, HEAD + rows))
    assert [broken.line for broken in told.broken] == [2, 3, 4, 5]
    assert "'yesterday' is not an ISO 8601 time" in told.broken[0].reason
    assert "InvoiceNo: is empty" in told.broken[1].reason
    assert "'many' is not a number" in told.broken[2].reason
    assert [line.product for line in told.lines] == ["B"]


def test_returns_and_repeats_are_left_out(tmp_path):
    told = read_transactions(write(tmp_path, HEAD + "2011-01-02,1,A,-1,c,UK\n" + "2011-01-02,1,B,1,c,UK\n" * 3))
    assert [line.product for line in told.lines] == ["B"]
    assert told.broken == ()


def test_a_missing_column_is_named_with_what_would_do(tmp_path):
    with pytest.raises(ValueError, match="no column for product among time, order; expected product: one of product, "):
        read_transactions(write(tmp_path, "time,order\n2011-01-01,1\n"))


def test_chinese_names(tmp_path):
    told = read_transactions(write(tmp_path, "下单时间,订单号,商品编号,数量,客户编号\n2024-05-01,9,手机,1,王\n"))
    assert (told.lines[0].product, told.lines[0].customer) == ("手机", "王")


def test_codes_become_ids(tmp_path, make):
    told = read_transactions(
        write(tmp_path, HEAD + "".join(f"2011-01-02,1,{code},1,c,UK\n" for code in ("p1", "S-2", "POST")))
    )
    products = [make("p1", "One"), make("p2", "Two", identifiers={"sku": "S-2"})]
    assert [line.product for line in told.known_to(products).lines] == ["p1", "p2"]
