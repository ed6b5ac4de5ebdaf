"""Catalogue files and directories of any known format to products and problems."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

from babel.numbers import is_currency

from assistant.catalogue.delimited import read_delimited
from assistant.catalogue.detect import EXPECTED, Format, detect_format, open_catalogue
from assistant.catalogue.icecat import read_icecat
from assistant.catalogue.jsonld import read_jsonld
from assistant.catalogue.merchant import read_merchant
from assistant.catalogue.native import read_native
from assistant.catalogue.report import CatalogueError, Found, ImportReport, Problem
from assistant.catalogue.shopify import read_shopify
from assistant.product import Product

__all__ = [
    "CatalogueError",
    "Format",
    "ImportReport",
    "Problem",
    "detect_format",
    "load_catalogue",
    "read_catalogue",
]


class Reader(Protocol):
    """What a format is: bytes, the name of their source and a currency to products with lines, or problems."""

    def __call__(self, stream: BinaryIO, source: str, *, currency: str | None = None) -> Iterator[Found]:
        """Yield a product with its line, or a problem, for each row."""
        ...


READERS: dict[Format, Reader] = {
    Format.NATIVE: read_native,
    Format.DELIMITED: read_delimited,
    Format.MERCHANT: read_merchant,
    Format.SHOPIFY: read_shopify,
    Format.JSONLD: read_jsonld,
    Format.ICECAT: read_icecat,
}


def _files(path: Path, chosen: Format | None) -> Iterator[tuple[Path, Format]]:
    if not path.is_dir():
        found = detect_format(path) if chosen is None or not path.is_file() or path.stat().st_size == 0 else chosen
        yield path, found
        return
    known = False
    for file in sorted(path.iterdir()):
        if file.is_file() and not file.name.startswith("."):
            try:
                found = detect_format(file)
            except CatalogueError:
                continue
            if chosen in (None, found):
                known = True
                yield file, found
    if not known:
        raise CatalogueError(path, "a directory without catalogue files", EXPECTED, "Name the file or its format.")


def _rows(path: Path, found: Format, currency: str | None) -> Iterator[Found]:
    source, line = str(path), 0
    try:
        with open_catalogue(path) as stream:
            for row in READERS[found](stream, source, currency=currency):
                line = row.line if isinstance(row, Problem) else row[0]
                yield row
    except (OSError, EOFError, zlib.error) as error:
        yield Problem(source, line + 1, f"the file ends or breaks here: {error}")


def _unique(
    files: Sequence[tuple[Path, Format, str]], currency: str | None
) -> Iterator[tuple[Format, Product | Problem]]:
    seen: dict[str, tuple[str, int, str]] = {}
    for path, found, source in files:
        for row in _rows(path, found, currency):
            if isinstance(row, Problem):
                yield found, row
                continue
            line, product = row
            product = product.model_copy(update={"source": source})
            if (first := seen.get(product.id)) and feed_of(first[2]) != feed_of(source):
                # Two shops number their products alike: that says nothing.
                product = product.model_copy(update={"id": apart(product.id, source)})
                first = seen.get(product.id)
            if first:
                of = "" if first[0] == str(path) else f" of {first[0]}"
                yield found, Problem(str(path), line, f"id: {product.id!r} is taken by line {first[1]}{of}")
            else:
                seen[product.id] = (str(path), line, source)
                yield found, product


def _checked(
    paths: Sequence[Path], chosen: Format | None, currency: str | None
) -> Iterator[tuple[Format, Product | Problem]]:
    if currency is not None and not is_currency(currency):
        raise ValueError(f"default currency {currency!r} is not an ISO 4217 code such as USD or CNY")
    files = [(file, found, _source(Path(path), file)) for path in paths for file, found in _files(Path(path), chosen)]
    return _unique(files, currency)


def _source(path: Path, file: Path) -> str:
    """Return the name of a file as provenance: with its folder where the folder was named."""
    name = file.name.removesuffix(".gz")
    return name if path == file else f"{path.resolve().name}/{name}"


def feed_of(source: str | None) -> str:
    """Return the feed that a source belongs to: the files of a folder are parts of one."""
    return (source or "").partition("/")[0]


def apart(id_: str, source: str) -> str:
    """Return the id of a product whose own id another feed has taken."""
    return f"{id_}@{feed_of(source)}"


def _related(products: Sequence[Product]) -> list[Product]:
    """Point relations to the ids that products were given because another feed had taken theirs."""
    ids = {product.id for product in products}

    def own(product: Product) -> Product:
        related = tuple(
            relation.model_copy(update={"id": other})
            if (other := apart(relation.id, product.source or "")) in ids
            else relation
            for relation in product.related
        )
        return product if related == product.related else product.model_copy(update={"related": related})

    return [own(product) if product.related else product for product in products]


def read_catalogue(
    paths: Sequence[Path], *, format: Format | None = None, default_currency: str | None = None
) -> Iterator[Product | Problem]:
    """Return an iterator over the products and problems of files and directories, gzip or not.

    Of a directory every file of a known format is read, in the order of names; folders in it are not.
    `format` saves the detection. `default_currency` (ISO 4217) is for prices that name none. A product
    whose id came before in the same feed is a problem that names the earlier line; where another feed has taken its id,
    the feed's name is added to it.

    Raises:
        CatalogueError: at once, before anything is read, when a path does not exist, is empty, or is in
            no known format; while reading, when a file is in an unknown encoding.
        ValueError: at once, when `default_currency` is no currency.
    """
    return (item for _, item in _checked(paths, format, default_currency))


def load_catalogue(
    paths: Sequence[Path],
    *,
    format: Format | None = None,
    default_currency: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> tuple[list[Product], ImportReport]:
    """Return all products of `paths` and the report; `progress` is told the number of rows so far.

    Raises:
        CatalogueError, ValueError: as `read_catalogue` does.
    """
    products: list[Product] = []
    problems: list[Problem] = []
    formats: dict[str, int] = {}
    for found, item in _checked(paths, format, default_currency):
        if isinstance(item, Problem):
            problems.append(item)
        else:
            products.append(item)
            formats[found.value] = formats.get(found.value, 0) + 1
        if progress is not None:
            progress(len(products) + len(problems))
    return _related(products), ImportReport(products=len(products), formats=formats, problems=tuple(problems))
