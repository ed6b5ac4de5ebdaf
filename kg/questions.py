"""Every question that the assistant asks the graph, in SPARQL. Shoppers' words are bound, never put into a query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from rdflib import Dataset, Literal, URIRef
from rdflib.term import Identifier

from assistant.constraint import RELATIVES, Constraint, Operator, Relative, each
from assistant.product import Attribute, Availability, Language, Money, Offer, Product, Review
from kg import vocabulary as v
from kg.scales import conversions
from kg.store import select

Bindings = dict[str, Identifier]
Terms = dict[str, list[Any]]
"""RDF terms by predicate."""
Facts = dict[str, list[tuple[Any, Terms]]]
"""What is said of a product: by predicate, the objects with what is said of them."""


def _rows(graph: Dataset, query: str, bindings: Bindings | None = None) -> Iterator[Any]:
    """Yield the rows of a SELECT as RDF terms (where the language of a text matters)."""
    yield from graph.query(query, initBindings=bindings or {})


# One fragment a kind of constraint; {n} is the constraint's position, {op} one of the operators below.
_BRAND = "?product schema:brand ?brand{n} ."
_CATEGORY = "?product schema:category/skos:broader* ?category{n} ."
# The few kinds below a category first: else the engine walks up from every product (26 ms for 331 ms of 19,406 products).
_OF_KIND = "{{ SELECT ?kind{n} ?category{n} WHERE {{ ?kind{n} skos:broader* ?category{n} }} }} ?product schema:category ?kind{n} ."
_NUMBER = {
    "price": "?product shop:price ?number{n} . FILTER(?number{n} {op} ?limit{n})",
    "rating": "?product schema:aggregateRating/schema:ratingValue ?number{n} . FILTER(?number{n} {op} ?limit{n})",
}
_AVAILABLE = "?product shop:availability ?availability{n} ."
_FACT = "?product schema:additionalProperty ?fact{n} ."
_MEASURE = (
    "?fact{n} schema:propertyID ?key{n} ; schema:value ?value{n} . FILTER(?value{n} {op} ?limit{n}) "
    "?product schema:additionalProperty ?fact{n} ."
)
_MEASURED = (
    "?fact{n} schema:propertyID ?key{n} ; schema:value ?value{n} ; schema:unitText ?said{n} . FILTER({tests}) "
    "?product schema:additionalProperty ?fact{n} ."
)
_PARTS = "schema:isAccessoryOrSparePartFor|schema:isConsumableFor"
_WORKS = "shop:compatibleWith|^shop:compatibleWith"
_WAYS = {
    Relative.GOES_WITH: f"{_PARTS}|^schema:isAccessoryOrSparePartFor|^schema:isConsumableFor|{_WORKS}",
    Relative.MADE_FOR: _PARTS,
    Relative.FITTED_BY: f"^schema:isAccessoryOrSparePartFor|^schema:isConsumableFor|{_WORKS}",
    Relative.BOUGHT_WITH: "shop:boughtTogetherWith|^shop:boughtTogetherWith|shop:similarTasteTo|^shop:similarTasteTo",
    Relative.IN_SERIES_OF: "shop:inSeries/^shop:inSeries",
}
"""Property paths from a product to the one that it is demanded to be related to."""
_RELATED = "?product ({way}) ?other{n} . FILTER(?product != ?other{n})"
_COMPARISONS = {
    Operator.AT_MOST: "<=",
    Operator.AT_LEAST: ">=",
    Operator.BELOW: "<",
    Operator.ABOVE: ">",
    Operator.EQUAL: "=",
    Operator.NOT_EQUAL: "!=",
}


def _number(value: object) -> Literal:
    if not isinstance(value, Decimal):
        raise ValueError(f"{value!r} is compared as a number, expected a Decimal")
    return Literal(value)


def _fragment(constraint: Constraint, n: int) -> tuple[str, Bindings]:
    """Return a pattern over `?product` and the bindings of its variables."""
    if not constraint.alternatives:
        return _single(constraint, str(n))
    texts: list[str] = []
    bindings: Bindings = {}
    for place, single in enumerate(each(constraint)):
        text, more = _single(single, f"{n}_{place}")
        # A variable that only one branch binds is bound from outside in all of them: that leaves the others alone.
        texts.append(f"{{ {text} }}")
        bindings |= more
    return " UNION ".join(texts), bindings


def _single(constraint: Constraint, n: str) -> tuple[str, Bindings]:
    op = _COMPARISONS[constraint.operator]
    if template := _NUMBER.get(constraint.attribute):
        return template.format(n=n, op=op), {f"limit{n}": _number(constraint.value)}
    exact = constraint.operator in (Operator.EQUAL, Operator.NOT_EQUAL)
    if not exact:
        key: Bindings = {f"key{n}": URIRef(v.property_iri(constraint.attribute))}
        if not constraint.unit:
            return _MEASURE.format(n=n, op=op), key | {f"limit{n}": _number(constraint.value)}
        return _measured(constraint, n, op, key)
    text: str
    bindings: Bindings
    if constraint.attribute == "brand":
        text, bindings = _BRAND.format(n=n), {f"brand{n}": URIRef(v.brand_iri(str(constraint.value)))}
    elif constraint.attribute == "category":
        # What a FILTER tests is correlated with the product, which a SELECT of its own is not.
        template = _CATEGORY if constraint.operator is Operator.NOT_EQUAL else _OF_KIND
        text = template.format(n=n)
        bindings = {f"category{n}": URIRef(v.category_iri(str(constraint.value).split(" > ")))}
    elif constraint.attribute in RELATIVES:
        text = _RELATED.format(n=n, way=_WAYS[Relative(constraint.attribute)])
        bindings = {f"other{n}": URIRef(v.product_iri(str(constraint.value)))}
    elif constraint.attribute == "availability":
        text = _AVAILABLE.format(n=n)
        bindings = {f"availability{n}": v.AVAILABILITY[Availability(str(constraint.value))]}
    else:
        fact = v.value_iri(constraint.attribute, constraint.value, constraint.unit)
        text, bindings = _FACT.format(n=n), {f"fact{n}": URIRef(fact)}
    if constraint.operator is Operator.NOT_EQUAL:
        return f"FILTER NOT EXISTS {{ {text} }}", bindings
    return text, bindings


def _measured(constraint: Constraint, n: str, op: str, bindings: Bindings) -> tuple[str, Bindings]:
    """Return a pattern that compares in every unit of the same scale: 1 TB is at least 512 GB."""
    limit = _number(constraint.value).toPython()
    tests = []
    for place, (unit, factor) in enumerate(((constraint.unit, Decimal(1)), *conversions(constraint.unit))):
        name = f"{n}_u{place}"
        tests.append(f"(?said{n} = ?unit{name} && ?value{n} {op} ?limit{name})")
        bindings |= {f"unit{name}": Literal(unit), f"limit{name}": Literal(limit * factor)}
    return _MEASURED.format(n=n, tests=" || ".join(tests)), bindings


def _place(constraint: Constraint) -> int:
    """Return how early a fragment stands: the engine keeps the written order where it knows no better.

    What few products have comes first (a measure after a category takes 50 times as long as before it); what nearly
    all have (a price) and what is refused comes last.
    """
    if constraint.operator is Operator.NOT_EQUAL:
        return 5
    if constraint.attribute in RELATIVES:
        return 0
    if constraint.attribute in ("price", "rating", "availability"):
        return 4
    if constraint.attribute in ("brand", "category"):
        return 2 if constraint.attribute == "brand" else 3
    return 1 if constraint.operator is Operator.EQUAL else 0


def pattern(constraints: Sequence[Constraint]) -> tuple[str, Bindings]:
    """Return the graph pattern over `?product` of all `constraints`, and the bindings of its variables.

    Oxigraph binds only what is projected: a query with this pattern has to select every bound name.
    """
    parts: list[str] = []
    bindings: Bindings = {}
    for n, constraint in enumerate(sorted(constraints, key=_place)):
        text, more = _fragment(constraint, n)
        if bindings and constraint.attribute in _NUMBER and not constraint.alternatives:
            # Looked up for the few that are left, where a plain join takes the numbers of all products.
            text = f"OPTIONAL {{ {text} }} FILTER(BOUND(?number{n}))"
        parts.append(text)
        bindings |= more
    # Only products have what is demanded; that a node is one costs more to ask than all the rest.
    if all(c.operator is Operator.NOT_EQUAL for c in constraints):
        parts.append("?product a schema:Product .")
    return "\n  ".join(parts), bindings


def constraint_query(constraints: Sequence[Constraint]) -> tuple[str, Bindings]:
    """Return the SPARQL that finds the products meeting all `constraints`, and its bindings."""
    body, bindings = pattern(constraints)
    bound = "".join(f" ?{name}" for name in bindings)
    return f"SELECT DISTINCT ?product{bound} WHERE {{\n  {body}\n}}", bindings


def matching(graph: Dataset, constraints: Sequence[Constraint]) -> list[str]:
    """Return the ids of the products that meet every constraint."""
    query, bindings = constraint_query(constraints)
    return [v.product_id(str(row[0])) for row in select(graph, query, bindings)]


_PRICES = """
SELECT (MIN(?price) AS ?least) (MAX(?price) AS ?most) (SAMPLE(?currency) AS ?any) (COUNT(?price) AS ?count)
WHERE { ?offer schema:price ?price ; schema:priceCurrency ?currency }
"""


def currency(graph: Dataset) -> str | None:
    """Return the catalogue's currency code (of one offer), or None when nothing has a price."""
    row = next(_rows(graph, _PRICES))
    return str(row.any) if row.any is not None else None


_PRODUCT = "SELECT ?product ?p ?o ?x ?y WHERE { ?product ?p ?o OPTIONAL { ?o ?x ?y } }"
_OFFERS = "SELECT ?product ?p ?o ?x ?y WHERE { ?product schema:offers ?p . ?p ?o ?x OPTIONAL { ?x schema:name|schema:price|rdfs:label ?y } }"


def product(graph: Dataset, id_: str) -> Product | None:
    """Read one product back from its triples, or None when the graph has no such product.

    What other products are to it (`related`) is not read here: see `kg.related`.
    """
    node = URIRef(v.product_iri(id_))
    facts: Facts = defaultdict(list)
    seen: dict[tuple[str, Identifier], Terms] = {}
    for row in _rows(graph, _PRODUCT, {"product": node}):
        predicate = str(row.p)
        if (predicate, row.o) not in seen:
            seen[predicate, row.o] = defaultdict(list)
            facts[predicate].append((row.o, seen[predicate, row.o]))
        if row.x is not None:
            seen[predicate, row.o][str(row.x)].append(row.y)
    return _read(id_, facts, _offers(graph, node)) if facts else None


def _offers(graph: Dataset, node: URIRef) -> list[Offer]:
    """Return the offers of a product in the shop's order."""
    said: dict[str, dict[str, tuple[Any, Any]]] = defaultdict(dict)
    for row in _rows(graph, _OFFERS, {"product": node}):
        said[str(row.p)][str(row.o)] = (row.x, row.y)
    return [_offer(said[iri]) for iri in sorted(said, key=v.position)]


def _offer(said: dict[str, tuple[Any, Any]]) -> Offer:
    s, nothing = v.SCHEMA, (None, None)
    availability = {iri: kind for kind, iri in v.AVAILABILITY.items()}
    currency = said.get(str(s.priceCurrency), nothing)[0]

    def money(amount: Any) -> Money | None:  # noqa: ANN401 (an RDF literal)
        return None if amount is None else Money(amount=amount.toPython(), currency=str(currency))

    stock, url = said.get(str(s.inventoryLevel), nothing)[0], said.get(str(s.url), nothing)[0]
    seller, source = said.get(str(s.seller), nothing)[1], said.get(str(v.PROV.wasDerivedFrom), nothing)[1]
    return Offer(
        seller=None if seller is None else str(seller),
        price=money(said.get(str(s.price), nothing)[0]),
        list_price=money(said.get(str(s.priceSpecification), nothing)[1]),
        availability=availability[said[str(s.availability)][0]],
        stock=None if stock is None else int(stock),
        url=None if url is None else str(url),
        source=None if source is None else str(source),
    )


def _text(terms: list[Any], default: str | None = None) -> str | None:
    return str(terms[0]) if terms else default


def _read(id_: str, facts: Facts, offers: Sequence[Offer]) -> Product:
    s = {name: str(v.SCHEMA[name]) for name in _NAMES}
    rating = facts[s["aggregateRating"]][0][1] if facts[s["aggregateRating"]] else {}
    category = facts[s["category"]]
    return Product(
        id=id_,
        titles={_language(term): str(term) for term, _ in facts[s["name"]]},
        descriptions={_language(term): str(term) for term, _ in facts[s["description"]]},
        brand=_text(facts[s["brand"]][0][1][s["name"]]) if facts[s["brand"]] else None,
        category=tuple(str(category[0][1][str(v.SKOS.notation)][0]).split(" > ")) if category else (),
        **dict(offers[0]),
        other_offers=tuple(offers[1:]),
        rating=rating[s["ratingValue"]][0].toPython() if rating.get(s["ratingValue"]) else None,
        review_count=int(rating[s["reviewCount"]][0]) if rating else 0,
        images=tuple(str(about[s["contentUrl"]][0]) for _, about in _in_order(facts[s["image"]])),
        attributes=tuple(
            sorted((_attribute(fact) for _, fact in facts[s["additionalProperty"]]), key=lambda a: a.name)
        ),
        identifiers=dict(_identifiers(facts)),
        group=v.group_name(str(facts[s["isVariantOf"]][0][0])) if facts[s["isVariantOf"]] else None,
        reviews=tuple(_review(about) for _, about in _in_order(facts[s["review"]])),
    )


_NAMES = (
    "aggregateRating ratingValue reviewCount name description brand category image contentUrl additionalProperty "
    "review isVariantOf"
).split()


def _identifiers(facts: Facts) -> Iterator[tuple[str, str]]:
    for scheme, predicate in v.CODES.items():
        yield from ((scheme, str(code)) for code, _ in facts[str(predicate)])
    for _, about in facts[str(v.SCHEMA.identifier)]:
        yield str(about[str(v.SCHEMA.propertyID)][0]), str(about[str(v.SCHEMA.value)][0])


def _in_order(things: list[tuple[Any, Terms]]) -> list[tuple[Any, Terms]]:
    return sorted(things, key=lambda thing: v.position(str(thing[0])))


def _language(term: Identifier) -> Language:
    return "zh" if isinstance(term, Literal) and term.language == "zh" else "en"


def _attribute(fact: Terms) -> Attribute:
    key = str(fact[str(v.SCHEMA.propertyID)][0])
    return Attribute(
        name=v.property_key(key),
        value=fact[str(v.SCHEMA.value)][0].toPython(),
        unit=_text(fact.get(str(v.SCHEMA.unitText), [])),
    )


def _review(about: Terms) -> Review:
    body = about[str(v.SCHEMA.reviewBody)][0]
    return Review(
        rating=int(about[str(v.SCHEMA.reviewRating)][0]),
        text=str(body),
        language=_language(body),
        title=_text(about.get(str(v.SCHEMA.headline), [])),
        author=_text(about.get(str(v.SCHEMA.author), [])),
        date=about[str(v.SCHEMA.datePublished)][0].toPython() if about.get(str(v.SCHEMA.datePublished)) else None,
    )


_TITLES = "SELECT ?name ?product WHERE { ?product schema:name ?name }"


def titles(graph: Dataset, id_: str) -> dict[Language, str]:
    """Return the titles of a product by language; empty when the graph has no such product."""
    rows = _rows(graph, _TITLES, {"product": URIRef(v.product_iri(id_))})
    return {_language(row.name): str(row.name) for row in rows}


_LABELS = """
SELECT ?node ?kind ?label ?preferred WHERE {
  { ?node skos:prefLabel ?label BIND(true AS ?preferred) } UNION { ?node skos:altLabel ?label BIND(false AS ?preferred) }
  ?node a ?kind
}
"""
_FACTS = """
SELECT ?key ?value ?unit ?path (COUNT(?product) AS ?uses) WHERE {
  ?fact a schema:PropertyValue ; schema:propertyID/skos:notation ?key ; schema:value ?value .
  ?product schema:additionalProperty ?fact
  OPTIONAL { ?fact schema:unitText ?unit }
  OPTIONAL { ?product schema:category/skos:notation ?path }
} GROUP BY ?key ?value ?unit ?path
"""
_CATEGORIES = """
SELECT ?node ?path (COUNT(?product) AS ?uses) WHERE {
  ?node a skos:Concept ; skos:notation ?path . ?product schema:category/skos:broader* ?node
} GROUP BY ?node ?path
"""
_BRANDS = "SELECT ?node ?name (COUNT(?product) AS ?uses) WHERE { ?node a schema:Brand ; schema:name ?name . ?product schema:brand ?node } GROUP BY ?node ?name"


def labels(graph: Dataset) -> dict[str, dict[Language, list[str]]]:
    """Return the labels of every shared node by IRI and language, the shown one first."""
    result: dict[str, dict[Language, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in _rows(graph, _LABELS):
        names = result[str(row.node)][_language(row.label)]
        if str(row.label) not in names:
            names.insert(0 if row.preferred.toPython() else len(names), str(row.label))
    return {node: dict(names) for node, names in result.items()}


def categories(graph: Dataset) -> list[tuple[str, int]]:
    """Return every category's path (`Electronics > Phones`) with its number of products, most first."""
    rows = [(str(row.path), int(row.uses)) for row in _rows(graph, _CATEGORIES)]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def brands(graph: Dataset) -> list[tuple[str, int]]:
    """Return every brand with its number of products, most first."""
    rows = [(str(row.name), int(row.uses)) for row in _rows(graph, _BRANDS)]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def facts(graph: Dataset) -> dict[Attribute, dict[str, int]]:
    """Return every distinct fact of the catalogue with its number of products by category path (`""`: none)."""
    result: dict[Attribute, dict[str, int]] = {}
    for key, value, unit, path, uses in select(graph, _FACTS):
        fact = Attribute(name=str(key), value=value, unit=None if unit is None else str(unit))
        result.setdefault(fact, {})[str(path or "")] = int(uses)
    return result
