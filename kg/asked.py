"""What shoppers ask of the whole catalogue, in SPARQL: the most, the least, how many, which ones, from where to where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from rdflib import Dataset, Literal, URIRef

from assistant.constraint import Constraint
from kg import vocabulary as v
from kg.questions import Bindings, pattern
from kg.scales import SCALES
from kg.store import select

_OWN = {
    "price": "?product shop:price ?number .",
    "rating": "?product schema:aggregateRating/schema:ratingValue ?number .",
    "review_count": "?product schema:aggregateRating/schema:reviewCount ?number .",
    "stock": "?product shop:stock ?number .",
}
"""Numbers that are no attributes; all others are found by their key."""
# On its own, the few facts of the key first: ten times as fast as within the rest, where the engine takes all facts.
_FACT = """{ SELECT ?product ?number ?written ?key WHERE {
    ?said schema:propertyID ?key ; schema:value ?number . ?product schema:additionalProperty ?said
    FILTER(isNumeric(?number)) OPTIONAL { ?said schema:unitText ?written } } }"""
_UNITS = " ".join(f'("{unit}" "{base}" {factor:f})' for unit, (base, factor) in SCALES.items())
# Measures are compared in one unit, else 900 g would be more than 1.2 kg.
_SCALED = f"""BIND(COALESCE(?written, "") AS ?unit)
  OPTIONAL {{ VALUES (?unit ?counted ?factor) {{ {_UNITS} }} }}
  BIND(COALESCE(?counted, ?unit) AS ?base) BIND(?number * COALESCE(?factor, 1) AS ?scaled)"""


_STEP = " > "


@dataclass(frozen=True)
class Extreme:
    """A product with its value, counted in `unit` (the base of the units in which the catalogue measures it)."""

    id: str
    value: Decimal
    unit: str


@dataclass(frozen=True)
class Spread:
    """From where to where the values of `count` products go; `middle` is the low median."""

    count: int
    least: Decimal
    middle: Decimal
    most: Decimal
    unit: str


@dataclass(frozen=True)
class Counted:
    """A value, the number of products that have it, and of models (the variants of one count once; 0: not counted)."""

    value: bool | Decimal | str
    unit: str | None
    count: int
    models: int = 0


def _narrowed(constraints: Sequence[Constraint]) -> tuple[str, str, Bindings]:
    """Return a pattern that yields each product that meets `constraints` once, the names it binds, and the bindings."""
    body, bindings = pattern(constraints)
    bound = "".join(f" ?{name}" for name in bindings)
    return f"{{ SELECT DISTINCT ?product{bound} WHERE {{\n  {body} }} }}", bound, bindings


def _number(attribute: str) -> tuple[str, str, Bindings]:
    """Return a pattern over `?product ?scaled ?base` of a numeric attribute, the name it binds, and the binding."""
    if attribute in _OWN:
        return _OWN[attribute] + ' BIND(?number AS ?scaled) BIND("" AS ?base)', "", {}
    return f"{_FACT}\n  {_SCALED}", " ?key", {"key": URIRef(v.property_iri(attribute))}


def count(graph: Dataset, constraints: Sequence[Constraint]) -> int:
    """Return how many products meet every constraint."""
    body, bindings = pattern(constraints)
    bound = "".join(f" ?{name}" for name in bindings)
    group = f"GROUP BY{bound}" if bound else ""
    query = f"SELECT (COUNT(DISTINCT ?product) AS ?found){bound} WHERE {{\n  {body} }} {group}"
    return next((int(row[0]) for row in select(graph, query, bindings)), 0)


def _bases(graph: Dataset, attribute: str, constraints: Sequence[Constraint]) -> list[tuple[str, int]]:
    """Return the units in which an attribute is counted with the number of products, most first."""
    narrow, bound, bindings = _narrowed(constraints)
    number, key, more = _number(attribute)
    query = f"""SELECT ?base (COUNT(DISTINCT ?product) AS ?uses){bound}{key} WHERE {{
  {narrow}
  {number} }} GROUP BY ?base{bound}{key} ORDER BY DESC(?uses) ?base"""
    return [(str(row[0]), int(row[1])) for row in select(graph, query, bindings | more)]


def extreme(
    graph: Dataset, attribute: str, constraints: Sequence[Constraint], *, descending: bool, limit: int = 3
) -> list[Extreme]:
    """Return the products with the most (`descending`) or least of `attribute`, best first; of equals, what can be had.

    Of equals, those with more ratings come first, then the id decides. Where products measure an attribute in units
    that do not compare (hours and mAh), those in the commonest one count.
    """
    bases = _bases(graph, attribute, constraints)
    if not bases:
        return []
    narrow, bound, bindings = _narrowed(constraints)
    number, key, more = _number(attribute)
    best, order = ("MAX", "DESC") if descending else ("MIN", "ASC")
    query = f"""SELECT ?product ({best}(?scaled) AS ?best) ?wanted{bound}{key} WHERE {{
  {narrow}
  {number} FILTER(?base = ?wanted)
  ?product shop:availability ?availability BIND(IF(?availability = schema:InStock, 0, 1) AS ?gone)
  OPTIONAL {{ ?product schema:aggregateRating/schema:reviewCount ?written_of }} BIND(COALESCE(?written_of, 0) AS ?ratings)
}} GROUP BY ?product ?wanted ?gone ?ratings{bound}{key} ORDER BY {order}(?best) ?gone DESC(?ratings) ?product LIMIT {int(limit)}"""
    unit = bases[0][0]
    rows = select(graph, query, bindings | more | {"wanted": Literal(unit)})
    return [Extreme(v.product_id(row[0]), Decimal(row[1]), unit) for row in rows]


def spread(graph: Dataset, attribute: str, constraints: Sequence[Constraint]) -> Spread | None:
    """Return the range of a numeric attribute over what meets `constraints`, or None where nothing states it."""
    bases = _bases(graph, attribute, constraints)
    if not bases:
        return None
    unit, found = bases[0]
    narrow, bound, bindings = _narrowed(constraints)
    number, key, more = _number(attribute)
    bindings = bindings | more | {"wanted": Literal(unit)}
    each = f"""SELECT ?product (MIN(?scaled) AS ?least) (MAX(?scaled) AS ?most) ?wanted{bound}{key} WHERE {{
  {narrow}
  {number} FILTER(?base = ?wanted) }} GROUP BY ?product ?wanted{bound}{key}"""
    middle = next(select(graph, f"{each} ORDER BY ?least ?product LIMIT 1 OFFSET {(found - 1) // 2}", bindings))
    ends = next(
        select(
            graph,
            f"SELECT (MIN(?least) AS ?low) (MAX(?most) AS ?high) ?wanted{bound}{key} "
            f"WHERE {{ {{ {each} }} }} GROUP BY ?wanted{bound}{key}",
            bindings,
        )
    )
    return Spread(found, Decimal(ends[0]), Decimal(middle[1]), Decimal(ends[1]), unit)


_MODEL = "OPTIONAL { ?product schema:isVariantOf ?group } BIND(COALESCE(?group, ?product) AS ?model)"
# OPTIONAL makes the engine look up what each product of the narrow few has, where a plain join takes what all have.
_VALUES = """SELECT ?value ?unit (COUNT(?product) AS ?uses) ?key{bound} WHERE {{
  {narrow}
  {{ SELECT ?product ?said ?value ?key WHERE {{
    ?said schema:propertyID ?key ; schema:value ?value . ?product schema:additionalProperty ?said }} }}
  OPTIONAL {{ ?said schema:unitText ?unit }}
}} GROUP BY ?said ?value ?unit ?key{bound}"""
_BRANDS = """SELECT ?value ?uses ?models{bound} WHERE {{
  {{ SELECT ?brand (COUNT(?product) AS ?uses) (COUNT(DISTINCT ?model) AS ?models){bound} WHERE {{
    {narrow}
    {model}
    OPTIONAL {{ ?product schema:brand ?brand }} FILTER(BOUND(?brand))
  }} GROUP BY ?brand{bound} }}
  ?brand schema:name ?value }}"""
_KINDS = """SELECT ?path ?uses{bound} WHERE {{
  {{ SELECT ?kind (COUNT(?product) AS ?uses){bound} WHERE {{
    {narrow}
    OPTIONAL {{ ?product schema:category ?kind }} FILTER(BOUND(?kind))
  }} GROUP BY ?kind{bound} }}
  ?kind skos:notation ?path }}"""


def values(graph: Dataset, attribute: str, constraints: Sequence[Constraint]) -> list[Counted]:
    """Return the values of `attribute` (or of `brand`) over what meets `constraints`, most frequent first."""
    narrow, bound, bindings = _narrowed(constraints)
    if attribute == "brand":
        rows = select(graph, _BRANDS.format(narrow=narrow, bound=bound, model=_MODEL), bindings)
        found = [Counted(str(name), None, int(uses), int(models)) for name, uses, models, *_ in rows]
    else:
        bindings = bindings | {"key": URIRef(v.property_iri(attribute))}
        rows = select(graph, _VALUES.format(narrow=narrow, bound=bound), bindings)
        found = [Counted(value, None if unit is None else str(unit), int(uses)) for value, unit, uses, *_ in rows]
    return sorted(found, key=lambda c: (-c.count, str(c.value), c.unit or ""))


_STATED = """SELECT ?said (COUNT(?product) AS ?uses) (COUNT(DISTINCT ?model) AS ?models){bound} WHERE {{
  {narrow}
  {model}
  OPTIONAL {{ ?product schema:additionalProperty ?said }} FILTER(BOUND(?said))
}} GROUP BY ?said{bound}"""
_SAID = """SELECT ?said ?value ?unit WHERE {{
  VALUES ?said {{ {facts} }} ?said schema:value ?value . OPTIONAL {{ ?said schema:unitText ?unit }} }}"""
_PRICES = """SELECT ?price (COUNT(?product) AS ?uses) (COUNT(DISTINCT ?model) AS ?models){bound} WHERE {{
  {narrow}
  {model}
  OPTIONAL {{ ?product shop:price ?price }} FILTER(BOUND(?price))
}} GROUP BY ?price{bound} ORDER BY ?price"""


def facets(graph: Dataset, constraints: Sequence[Constraint], *, least: int = 1) -> dict[str, list[Counted]]:
    """Return the values of each attribute over what meets `constraints`, by attribute key.

    Attributes with fewer than `least` facts stated by all those products together are left out.
    """
    narrow, bound, bindings = _narrowed(constraints)
    by_key: dict[str, dict[str, tuple[int, int]]] = {}
    for fact, uses, models, *_ in select(graph, _STATED.format(narrow=narrow, bound=bound, model=_MODEL), bindings):
        by_key.setdefault(v.value_key(fact), {})[fact] = int(uses), int(models)
    counts = {f: n for told in by_key.values() if sum(n for n, _ in told.values()) >= least for f, n in told.items()}
    found: dict[str, list[Counted]] = {}
    # Facts are the graph's own nodes, and what they say is looked up for those that matter.
    query = _SAID.format(facts=" ".join(f"<{fact}>" for fact in counts))
    for fact, value, unit in select(graph, query):
        counted = Counted(value, None if unit is None else str(unit), *counts[fact])
        found.setdefault(v.value_key(fact), []).append(counted)
    return found


def prices(graph: Dataset, constraints: Sequence[Constraint]) -> list[Counted]:
    """Return the prices of what meets `constraints`, least first, with the numbers of products and models."""
    narrow, bound, bindings = _narrowed(constraints)
    rows = select(graph, _PRICES.format(narrow=narrow, bound=bound, model=_MODEL), bindings)
    return [Counted(Decimal(row[0]), None, int(row[1]), int(row[2])) for row in rows]


def models(graph: Dataset, constraints: Sequence[Constraint]) -> int:
    """Return how many models (products, the variants of one counted once) meet every constraint."""
    narrow, bound, bindings = _narrowed(constraints)
    group = f"GROUP BY{bound}" if bound else ""
    query = f"SELECT (COUNT(DISTINCT ?model) AS ?found){bound} WHERE {{\n  {narrow}\n  {_MODEL} }} {group}"
    return next((int(row[0]) for row in select(graph, query, bindings)), 0)


def kinds(graph: Dataset, path: str | None, constraints: Sequence[Constraint] = ()) -> list[Counted]:
    """Return the categories one step below `path` (None: the topmost) with their products, most frequent first."""
    narrow, bound, bindings = _narrowed(constraints)
    above = [step.casefold() for step in path.split(_STEP)] if path else []
    counts: Counter[str] = Counter()
    for own, uses, *_ in select(graph, _KINDS.format(narrow=narrow, bound=bound), bindings):
        steps = str(own).split(_STEP)
        if len(steps) > len(above) and [step.casefold() for step in steps[: len(above)]] == above:
            counts[_STEP.join(steps[: len(above) + 1])] += int(uses)
    found = [Counted(kind, None, count) for kind, count in counts.items()]
    return sorted(found, key=lambda c: (-c.count, str(c.value)))
