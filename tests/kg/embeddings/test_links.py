from assistant.product import Product, Relation, RelationKind
from kg.derivations import Derivation, Derived
from kg.embeddings.links import links
from kg.store import build, open_graph


def test_stated_and_derived_links_are_read_once_each(tmp_path, glossary):
    phone = Product(id="a phone?", titles={"en": "Phone"}, related=(Relation(kind="accessory", id="case"),))
    others = [Product(id=name, titles={"en": name}) for name in ("case", "手机", "charger")]
    found = [
        Derived("a phone?", RelationKind.SIMILAR, "手机", 0.7, "same screen"),
        Derived("charger", RelationKind.ACCESSORY_OF, "a phone?", 0.9, "same plug"),
    ]
    derivations = [Derivation("specification", "By facts.", ("screen",), tuple(found))]
    build(tmp_path / "graph", [phone, *others], glossary, lambda _: None, derivations)
    assert links(open_graph(tmp_path / "graph")) == [
        ("a phone?", "similar", "手机"), ("case", "accessory_of", "a phone?"), ("charger", "accessory_of", "a phone?"),
    ]  # fmt: skip


def test_links_of_a_catalogue_are_those_of_its_products(catalogue, products):
    ids = {product.id for product in products}
    stated = {(r.id, product.id) for product in products for r in product.related if r.kind == "accessory"}
    found = {(head, tail) for head, kind, tail in links(catalogue.graph) if kind == "accessory_of"}
    assert found == stated
    assert {other for _, other in found} <= ids
