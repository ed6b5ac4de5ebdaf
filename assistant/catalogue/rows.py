"""One row of any table or JSON catalogue, as (header, cell) pairs, to one typed product."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import ROUND_HALF_UP, Decimal

from assistant.catalogue import values
from assistant.catalogue.attributes import attributes_of
from assistant.catalogue.fields import Column, column_of, language_tag
from assistant.catalogue.text import language_of, plain_text
from assistant.product import Attribute, Availability, LocalText, Money, Product, Relation, Review

Pairs = Iterable[tuple[str, object]]
_Cell = tuple[Column, str, object]
_LIST_FIELDS = frozenset(("title", "description", "image", "gtin", "attributes", "related"))
_IMAGE_BREAK = re.compile(r"[,;|]\s*(?=https?://)|[|\n]")
_REVIEW_KEYS = {
    "rating": ("rating", "stars", "score", "评分"),
    "text": ("text", "comment", "body", "content", "review", "内容", "评论"),
    "title": ("title", "headline", "标题"),
    "author": ("author", "reviewer_name", "reviewerName", "user_name", "昵称"),
    "date": ("date", "created_at", "createdAt", "日期"),
    "language": ("language", "lang"),
}


@contextmanager
def _field(name: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        value = value.get("name") or ""
    if isinstance(value, (list, tuple)):
        value = next(iter(value), "")
    return plain_text(str(value))


class _Row:
    """The cells of a row by field, best first, and those that no field took."""

    def __init__(self, pairs: Pairs) -> None:
        self.cells: dict[str, list[_Cell]] = {}
        self.free: list[tuple[str, object]] = []
        for header, value in pairs:
            column = column_of(header)
            if column is None:
                self.free.append((header, value))
            elif not values.is_blank(value):
                self.cells.setdefault(column.field, []).append((column, header, value))
        for name, cells in self.cells.items():
            cells.sort(key=lambda cell: cell[0].rank)
            if name not in _LIST_FIELDS:
                self.free.extend((header, value) for _, header, value in cells[1:])
                del cells[1:]

    def all(self, name: str) -> list[_Cell]:
        return self.cells.get(name, [])

    def one(self, name: str) -> object:
        cells = self.all(name)
        return cells[0][2] if cells else None

    def local(self, name: str, *, lines: bool) -> LocalText:
        """Return the texts of a field by language; what does not fit (a second name) is set free."""
        named: LocalText = {}
        guessed: LocalText = {}
        others: list[str] = []
        for column, header, value in self.all(name):
            if isinstance(value, Mapping):
                for tag, text in value.items():
                    if (language := language_tag(str(tag))) and not values.is_blank(text):
                        named.setdefault(language, plain_text(str(text), lines=lines))
                    else:
                        others.append(str(tag))
            elif isinstance(value, (list, tuple)):
                raise ValueError(f"{name}: expected a text or an object by language, found a list")
            else:
                text = plain_text(str(value), lines=lines)
                language = column.language or language_of(text)
                chosen = named if column.language else guessed
                if chosen.setdefault(language, text) != text:
                    self.free.append((header, value))
        texts = {language: text for language, text in (guessed | named).items() if text}
        if name == "title" and not texts:
            kinds = f"only {', '.join(sorted(set(others))[:5])}" if others else "none"
            raise ValueError(f"title: expected an English or Chinese one, found {kinds}")
        return texts


def _category(value: object) -> tuple[str, ...]:
    if isinstance(value, (list, tuple)):
        parts = [_text(part) for part in value]
    else:
        text = _text(value)
        parts = re.split(r"\s*(?:->|[>›»＞])\s*", text)
        if len(parts) == 1:
            parts = re.split(r"\s*[/／]\s*", text)
    return tuple(part for part in parts if part)


def _price(row: _Row, name: str, default: str | None) -> Money | None:
    for column, _, value in row.all(name):
        with _field(name):
            return values.parse_money(value, column.currency or default)
    return None


def _prices(row: _Row, default: str | None) -> tuple[Money | None, Money | None]:
    currency = row.one("currency")
    if currency is not None:
        with _field("currency"):
            code = values.currency_of(str(currency), default)
            if code is None:
                raise ValueError(f"{values.shown(currency)} is not an ISO 4217 code such as USD or CNY")
            default = code
    price, sale, full = (_price(row, name, default) for name in ("price", "sale_price", "list_price"))
    if sale is not None:
        price, full = sale, full or price
    if price is None:
        return full, None
    return price, full if full and full.currency == price.currency and full.amount > price.amount else None


def _supply(row: _Row) -> tuple[Availability, int | None]:
    stock: int | None = None
    kind: Availability | None = None
    for name in ("stock", "availability"):
        value = row.one(name)
        # Shops put words under "stock" and numbers under "availability".
        if isinstance(value, bool) or (isinstance(value, str) and not re.search(r"\d", value)):
            with _field(name):
                kind = values.parse_availability(value) or kind
        elif value is not None:
            with _field(name):
                stock = values.parse_count(value)
    return kind or (Availability.OUT_OF_STOCK if stock == 0 else Availability.IN_STOCK), stock


def _images(row: _Row) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for _, _, value in row.all("image"):
        for item in value if isinstance(value, (list, tuple)) else _IMAGE_BREAK.split(str(value)):
            source = (item.get("url") or item.get("src")) if isinstance(item, Mapping) else item
            if source and (address := values.web_address(source)):
                found[address] = None
    return tuple(found)


def _reviews(value: object) -> Iterator[Review]:
    if not isinstance(value, (list, tuple)):
        raise ValueError("reviews: expected a list")
    for place, item in enumerate(value):
        if not isinstance(item, Mapping):
            raise ValueError(f"reviews.{place}: expected an object, found {values.shown(item)}")
        cell = {name: next((item[key] for key in keys if not values.is_blank(item.get(key))), None)
                for name, keys in _REVIEW_KEYS.items()}  # fmt: skip
        text = plain_text(str(cell["text"] or ""), lines=True)
        with _field(f"reviews.{place}.rating"):
            stars = values.parse_rating(cell["rating"])
        if stars is None or not text:
            continue
        title = _text(cell["title"]) if cell["title"] else None
        yield Review(
            rating=int(stars.quantize(Decimal(1), rounding=ROUND_HALF_UP)),
            text=text,
            language=language_tag(str(cell["language"])) or language_of(text),
            title=title,
            author=_text(cell["author"]) if cell["author"] else None,
            date=_date(cell["date"]),
        )


def _date(value: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _related(row: _Row) -> Iterator[Relation]:
    for _, _, value in row.all("related"):
        if not isinstance(value, (list, tuple)):
            raise ValueError("related: expected a list of objects with kind and id")
        for item in value:
            yield item if isinstance(item, Relation) else Relation.model_validate(item)


def _identifiers(row: _Row) -> dict[str, str]:
    given = row.one("identifiers")
    codes = {str(key): _text(code) for key, code in given.items()} if isinstance(given, Mapping) else {}
    for name in ("sku", "mpn"):
        if (value := row.one(name)) is not None:
            codes[name] = _text(value)
    candidates: list[object] = [codes.pop("gtin", None)]
    for _, _, value in row.all("gtin"):
        candidates.extend(value if isinstance(value, (list, tuple)) else [value])
    if valid := next((code for value in candidates if value and (code := values.gtin(value))), None):
        codes["gtin"] = valid
    return {key: code for key, code in codes.items() if code}


def _digest(facts: object) -> str:
    return hashlib.sha256(json.dumps(facts, default=str, sort_keys=True).encode()).hexdigest()[:16]


def has_id(pairs: Pairs) -> bool:
    """Tell whether a row has a column that can be an id, be it empty."""
    return any((column := column_of(header)) and column.field in ("id", "sku", "gtin", "mpn") for header, _ in pairs)


def _id(row: _Row, codes: Mapping[str, str], keyed: bool, facts: object) -> str:
    if (own := row.one("id")) is not None:
        return _text(own)
    for name in ("sku", "gtin", "mpn"):
        if name in codes:
            return codes[name]
    if row.all("gtin"):
        raise ValueError(
            f"id: the only one is the GTIN {values.shown(row.one('gtin'))}, whose check digit or length is wrong"
        )
    if keyed:
        raise ValueError("id: expected an id, sku, gtin or mpn, found none")
    return _digest(facts)


def product_from(pairs: Pairs, *, currency: str | None = None, keyed: bool = True) -> Product:
    """Return the product of one row; headers that no field knows become attributes.

    `currency` (ISO 4217) is for prices that name none. In a catalogue without ids (`keyed` false) the id
    is a digest of title, brand, category and attributes, so that it outlives a change of price.

    Raises:
        ValueError: with one reason, `field: what is wrong`; pydantic's own for what is left.
    """
    row = _Row(pairs)
    titles = row.local("title", lines=False)
    descriptions = row.local("description", lines=True)
    price, list_price = _prices(row, currency)
    availability, stock = _supply(row)
    rating, count = row.one("rating"), row.one("review_count")
    if isinstance(rating, Mapping):
        count = count if count is not None else rating.get("count")
        rating = next((rating[key] for key in ("rate", "average", "value") if key in rating), None)
    reviews = row.one("reviews")
    if reviews is not None and not isinstance(reviews, (list, tuple)):
        reviews, count = None, count if count is not None else reviews
    with _field("rating"):
        stars = values.parse_rating(rating)
    with _field("review_count"):
        opinions = values.parse_count(count)
    said = tuple(_reviews(reviews)) if reviews else ()
    brand = _text(row.one("brand") or "") or None
    category = _category(row.one("category") or ())
    attributes = tuple(_attributes(row))
    identifiers = _identifiers(row)
    group, url = row.one("group"), row.one("url")
    facts = (titles, brand, category, [attribute.model_dump(mode="json") for attribute in attributes])
    return Product(
        id=_id(row, identifiers, keyed, facts),
        titles=titles,
        descriptions=descriptions,
        brand=brand,
        category=category,
        price=price,
        list_price=list_price,
        availability=availability,
        stock=stock,
        rating=stars,
        review_count=max(opinions or 0, len(said)),
        images=_images(row),
        url=values.web_address(url) if url else None,
        attributes=attributes,
        related=tuple(_related(row)),
        identifiers=identifiers,
        group=(_text(group) or None) if group is not None else None,
        reviews=said,
        seller=_text(row.one("seller") or "") or None,
    )


def _attributes(row: _Row) -> Iterator[Attribute]:
    seen: set[tuple[str, object, str | None]] = set()
    own: list[tuple[str, object]] = []
    for _, header, value in row.all("attributes"):
        own.append(("" if isinstance(value, (Mapping, list, tuple)) else header, value))
    for header, value in own + row.free:
        for attribute in attributes_of(header, value):
            fact = (attribute.name, attribute.value, attribute.unit)
            if fact not in seen:
                seen.add(fact)
                yield attribute
