"""Predicates over a product, such as `price <= 200 and brand != "Apple"`: a small part of Python's grammar, never run as code."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from assistant.conversations.measure import Measure, measure_of
from assistant.product import Availability, Product

Facts = Mapping[str, tuple[Any, ...]]
"""Values by name; a product may state several (colours), or none."""
Predicate = Callable[[Facts], bool]

NAMES = frozenset({"price", "rating", "reviews", "brand", "category", "title", "id", "stock", "available"})
"""What every product has a name for, whatever its attributes are."""
_NUMBERS = frozenset({"price", "rating", "reviews", "stock"})
_LONGEST = 1000
_ORDERS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


class PredicateError(ValueError):
    """A predicate can't be read; says where and why."""


def facts_of(product: Product) -> Facts:
    """Return what a product states, under the names that predicates use."""
    facts: dict[str, tuple[Any, ...]] = {
        "price": (product.price.amount,) if product.price else (),
        "rating": (product.rating,) if product.rating is not None else (),
        "reviews": (Decimal(product.review_count),),
        "brand": (product.brand,) if product.brand else (),
        "category": product.category,
        "title": tuple(product.titles.values()),
        "id": (product.id,),
        "stock": (Decimal(product.stock),) if product.stock is not None else (),
        "available": (product.availability is not Availability.OUT_OF_STOCK and product.stock != 0,),
    }
    for attribute in product.attributes:
        value: Any = attribute.value
        if isinstance(value, Decimal):
            value = Measure(value, attribute.unit)
        facts[attribute.name] = (*facts.get(attribute.name, ()), value)
    return facts


def predicate(text: str) -> Predicate:
    """Read a predicate.

    A comparison holds when one of the product's values meets it; `!=` and `not in` hold when none is equal. What a
    product does not state is equal to nothing. Texts are compared without case; `matches(title, "regex")` searches. A
    measure is compared with a text such as "900 g" in its unit, with a number as `Measure.number` says.

    Raises `PredicateError` with the place of what is not allowed.
    """
    return _read(_parsed(text), text)


def names_of(text: str) -> set[str]:
    """Return the names of properties that a predicate or a demand reads.

    Raises `PredicateError` when it can't be read.
    """
    tree = _parsed(text.removeprefix("ideally "))
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called}


def _parsed(text: str) -> ast.expr:
    if len(text) > _LONGEST:
        raise PredicateError(f"{text[:40]!r}…: {len(text)} characters, at most {_LONGEST} are read")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise PredicateError(f"{text!r}: {error.msg} at character {error.offset or 1}") from error
    except (RecursionError, MemoryError) as error:
        raise PredicateError(f"{text[:40]!r}…: nested too deeply") from error


def _read(node: ast.expr, text: str) -> Predicate:
    if isinstance(node, ast.BoolOp):
        parts = [_read(value, text) for value in node.values]
        quantifier = all if isinstance(node.op, ast.And) else any
        return lambda facts: quantifier(part(facts) for part in parts)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = _read(node.operand, text)
        return lambda facts: not inner(facts)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return _comparison(_name(node.left, text), node.ops[0], _constant(node.comparators[0], text), node, text)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "matches":
        if len(node.args) != 2 or node.keywords:
            raise _error(node, text, "matches needs a name and a pattern")
        name, pattern = _name(node.args[0], text), _pattern(node.args[1], text)
        return lambda facts: any(pattern.search(str(value)) for value in facts.get(name, ()))
    if isinstance(node, ast.Name):
        name = node.id
        return lambda facts: any(value is True for value in facts.get(name, ()))
    raise _error(node, text, "expected a comparison such as price <= 200")


def _comparison(name: str, op: ast.cmpop, wanted: Any, node: ast.expr, text: str) -> Predicate:  # noqa: ANN401
    if isinstance(op, ast.Eq | ast.NotEq | ast.In | ast.NotIn):
        listed = isinstance(op, ast.In | ast.NotIn)
        if listed is not isinstance(wanted, list):
            raise _error(
                node, text, "in needs a list" if listed else "== and != need one value; several are compared with in"
            )
        some = [_folded(w) for w in (wanted if isinstance(wanted, list) else [wanted])]
        if name in _NUMBERS and not all(isinstance(w, Decimal) for w in some):
            raise _error(node, text, f"{name} is compared with a number")
        refused = isinstance(op, ast.NotEq | ast.NotIn)
        return lambda facts: any(_equal(v, w) for v in facts.get(name, ()) for w in some) is not refused
    limit = wanted if isinstance(wanted, Decimal) else measure_of(wanted) if isinstance(wanted, str) else None
    if type(op) in _ORDERS and limit is not None and (isinstance(limit, Decimal) or name not in NAMES):
        holds = _ORDERS[type(op)]
        pairs = lambda facts: (_pair(value, limit) for value in facts.get(name, ()))  # noqa: E731
        return lambda facts: any(pair is not None and holds(*pair) for pair in pairs(facts))
    raise _error(node, text, 'only numbers and measures such as "900 g" are ordered')


def _pair(value: Any, limit: Decimal | Measure) -> tuple[Decimal, Decimal] | None:  # noqa: ANN401 (a product's value)
    if isinstance(value, Measure):
        return value.compared(limit)
    return (value, limit) if isinstance(value, Decimal) and isinstance(limit, Decimal) else None


def _equal(value: Any, wanted: Any) -> bool:  # noqa: ANN401 (a product's value and a literal)
    if isinstance(value, Measure):
        limit = measure_of(wanted) if isinstance(wanted, str) else wanted
        pair = _pair(value, limit) if isinstance(limit, Decimal | Measure) else None
        return pair is not None and pair[0] == pair[1]
    return type(value) is type(wanted) and bool(_folded(value) == wanted)


def _folded(value: Any) -> Any:  # noqa: ANN401 (a product's value)
    return value.casefold() if isinstance(value, str) else value


def _name(node: ast.expr, text: str) -> str:
    if isinstance(node, ast.Name):
        return node.id
    raise _error(node, text, "expected the name of a property")


def _constant(node: ast.expr, text: str) -> Any:  # noqa: ANN401 (a literal)
    if isinstance(node, ast.Constant) and isinstance(node.value, bool | str):
        return node.value
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return Decimal(str(node.value))
    if isinstance(node, ast.List | ast.Tuple) and not any(isinstance(item, ast.List | ast.Tuple) for item in node.elts):
        return [_constant(item, text) for item in node.elts]
    raise _error(node, text, "expected a number, a text, True, False or a list of these")


def _pattern(node: ast.expr, text: str) -> re.Pattern[str]:
    pattern = _constant(node, text)
    if not isinstance(pattern, str):
        raise _error(node, text, "expected a regular expression in quotes")
    try:
        return re.compile(pattern, re.I)
    except re.error as error:
        raise _error(node, text, f"{pattern!r} is no regular expression ({error})") from error


def _error(node: ast.AST, text: str, why: str) -> PredicateError:
    return PredicateError(f"{text!r}: {why} at character {getattr(node, 'col_offset', 0) + 1}")


def demand(text: str) -> tuple[bool, str, str, tuple[Any, ...]]:
    """Read an expected demand, `[ideally] price <= 200`: (soft, attribute, operator, values)."""
    soft = text.startswith("ideally ")
    tree = _parsed(text.removeprefix("ideally "))
    if not (isinstance(tree, ast.Compare) and len(tree.ops) == 1):
        raise _error(tree, text, "expected a demand such as price <= 200")
    signs = {ast.Eq: "=", ast.NotEq: "!=", ast.LtE: "<=", ast.GtE: ">=", ast.Lt: "<", ast.Gt: ">", ast.In: "="}
    sign = signs.get(type(tree.ops[0]))
    if sign is None:
        raise _error(tree, text, "expected ==, !=, <=, >=, <, > or in")
    value = _constant(tree.comparators[0], text)
    if isinstance(tree.ops[0], ast.In) is not isinstance(value, list):
        raise _error(tree, text, "alternatives are written as: colour in [...]")
    values: Iterable[Any] = value if isinstance(value, list) else [value]
    return soft, _name(tree.left, text), sign, tuple(map(_folded, values))
