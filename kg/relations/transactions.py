"""Reads what was bought together from a CSV of transactions."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from assistant.product import Product

_ALIASES = {
    "timestamp": ("timestamp", "time", "date", "invoicedate", "ordered_at", "created_at", "下单时间", "时间", "日期"),
    "invoice": ("invoice", "invoiceno", "order", "order_id", "order_number", "basket", "订单号", "订单"),
    "product": (
        "product",
        "product_id",
        "id",
        "sku",
        "stock_code",
        "stockcode",
        "item",
        "item_id",
        "商品编号",
        "商品id",
    ),
    "quantity": ("quantity", "qty", "count", "数量"),
    "customer": ("customer_id", "customer", "customerid", "user", "user_id", "客户编号", "用户id"),
}
_NEEDED = ("timestamp", "invoice", "product")


@dataclass(frozen=True)
class Line:
    """One product in one basket; `customer` is None where nobody was known."""

    time: datetime
    invoice: str
    product: str
    customer: str | None


@dataclass(frozen=True)
class Broken:
    """A row that could not be read: its line in the file, counted from 1, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class Transactions:
    """What a file of transactions says; `broken` rows were left out."""

    source: str
    lines: tuple[Line, ...]
    broken: tuple[Broken, ...] = ()

    def known_to(self, products: Iterable[Product]) -> Transactions:
        """Return the lines about `products`, by their ids; a file may call them by SKU, part number or GTIN."""
        ids = {code: product.id for product in products for code in product.identifiers.values()}
        ids |= {product.id: product.id for product in products}
        kept = tuple(
            Line(line.time, line.invoice, ids[line.product], line.customer)
            for line in self.lines
            if line.product in ids
        )
        return Transactions(self.source, kept, self.broken)


def read_transactions(file: Path) -> Transactions:
    """Read a CSV (or .gz of it) with a header; columns go by the usual names, in any order, others are ignored.

    Rows with a quantity of 0 or less are returns or corrections and say nothing of what goes together: they are left
    out without a word. Raises `ValueError` when a needed column is missing.
    """
    with gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb") as raw:
        text = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")  # type: ignore[arg-type]
        rows = csv.DictReader(text)
        columns = _columns(rows.fieldnames or [], file)
        lines: list[Line] = []
        broken: list[Broken] = []
        for row in rows:
            try:
                if line := _line(row, columns):
                    lines.append(line)
            except ValueError as error:
                broken.append(Broken(rows.line_num, str(error)))
    return Transactions(file.name, tuple(dict.fromkeys(lines)), tuple(broken))


def _columns(names: Iterable[str], file: Path) -> dict[str, str]:
    low = {name.strip().casefold().replace(" ", "_"): name for name in names}
    columns = {
        key: low[alias] for key, aliases in _ALIASES.items() for alias in reversed(aliases) if alias in low
    }  # fmt: skip
    if missing := [key for key in _NEEDED if key not in columns]:
        wanted = "; ".join(f"{key}: one of {', '.join(_ALIASES[key])}" for key in missing)
        raise ValueError(f"{file}: no column for {', '.join(missing)} among {', '.join(low)}; expected {wanted}")
    return columns


def _line(row: dict[str, str | None], columns: dict[str, str]) -> Line | None:
    cells = {key: (row.get(name) or "").strip() for key, name in columns.items()}
    for key in _NEEDED:
        if not cells[key]:
            raise ValueError(f"{columns[key]}: is empty")
    if (quantity := cells.get("quantity", "")) and _number(quantity, columns["quantity"]) <= 0:
        return None
    try:
        time = datetime.fromisoformat(cells["timestamp"])
    except ValueError:
        raise ValueError(
            f"{columns['timestamp']}: {cells['timestamp'][:40]!r} is not an ISO 8601 time such as 2024-05-01 13:45"
        ) from None
    # Times with and without a zone cannot be ordered; a shop's own are of one zone.
    return Line(time.replace(tzinfo=None), cells["invoice"], cells["product"], cells.get("customer") or None)


def _number(text: str, column: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{column}: {text[:40]!r} is not a number") from None
    if not number.is_finite():
        raise ValueError(f"{column}: {text[:40]!r} is not a number")
    return number
