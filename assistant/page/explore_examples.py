"""Queries to begin with; each has an answer on the demo catalogue."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.product import Language


@dataclass(frozen=True)
class Example:
    """A query, and what it finds in a few words."""

    title: dict[Language, str]
    query: str


EXAMPLES = (
    Example(
        {"en": "Cheapest 27-inch monitors", "zh": "最便宜的 27 英寸显示器"},
        """\
SELECT ?product ?name ?price WHERE {
  ?category skos:prefLabel "Monitors"@en .
  VALUES ?label { "screen size"@en "display diagonal"@en }
  ?size schema:propertyID/skos:prefLabel ?label ; schema:value ?inches ; schema:unitText "in" .
  ?product schema:category ?category ; schema:additionalProperty ?size ; schema:name ?name ; shop:price ?price .
  FILTER(?inches = 27 && LANG(?name) = "en")
} ORDER BY ?price LIMIT 10""",
    ),
    Example(
        {"en": "Printers with the most supplies and accessories", "zh": "耗材和配件最多的打印机"},
        """\
SELECT ?printer ?name (COUNT(DISTINCT ?part) AS ?parts) WHERE {
  ?category skos:prefLabel "Printers"@en . ?kind skos:broader* ?category .
  ?printer schema:category ?kind ; schema:name ?name .
  ?part schema:isConsumableFor|schema:isAccessoryOrSparePartFor ?printer .
  FILTER(LANG(?name) = "en")
} GROUP BY ?printer ?name ORDER BY DESC(?parts) LIMIT 10""",
    ),
    Example(
        {"en": "What phones differ in", "zh": "手机在哪些方面不同"},
        """\
SELECT ?property (COUNT(DISTINCT ?fact) AS ?values) (COUNT(?product) AS ?products) WHERE {
  ?category skos:prefLabel "Phones"@en .
  ?product schema:category ?category ; schema:additionalProperty ?fact .
  ?fact schema:propertyID ?property .
} GROUP BY ?property ORDER BY DESC(?values)""",
    ),
    Example(
        {"en": "Brands with their number of products and mean price", "zh": "各品牌的商品数和均价"},
        """\
SELECT ?brand ?name (COUNT(?product) AS ?products) (ROUND(AVG(?price)) AS ?mean) WHERE {
  ?product schema:brand ?brand ; shop:price ?price .
  ?brand schema:name ?name .
} GROUP BY ?brand ?name ORDER BY DESC(?products) LIMIT 20""",
    ),
    Example(
        {"en": "What was worked out, and by which method", "zh": "哪些内容是推导得出的，用了什么方法"},
        """\
SELECT ?method ?how ?predicate (COUNT(*) AS ?triples) WHERE {
  GRAPH ?method { ?subject ?predicate ?object }
  OPTIONAL { ?method prov:wasGeneratedBy/rdfs:comment ?how }
  FILTER(STRSTARTS(STR(?object), "urn:shop:") && !STRSTARTS(STR(?subject), "urn:shop:relation:")
         && !STRSTARTS(STR(?subject), "urn:shop:membership:"))
} GROUP BY ?method ?how ?predicate ORDER BY DESC(?triples)""",
    ),
    Example(
        {"en": "The tree of categories, as a graph to download", "zh": "类别树（可下载的图）"},
        """\
CONSTRUCT { ?category skos:broader ?above ; skos:prefLabel ?label }
WHERE { ?category a skos:Concept ; skos:prefLabel ?label OPTIONAL { ?category skos:broader ?above } }""",
    ),
)
