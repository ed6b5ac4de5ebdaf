"""The Explore tab without a browser: what its controls answer, how it is drawn, and that nothing in it is markup."""

import re
from collections import Counter
from html.parser import HTMLParser
from string import Formatter
from types import SimpleNamespace

import gradio as gr
import pytest
from rdflib import Graph

from assistant.catalogue.store import Store
from assistant.page.explore import explore_tab
from assistant.page.explore_desk import Desk, Place
from assistant.page.explore_examples import EXAMPLES
from assistant.page.explore_html import answer_html, picture_html, refusal_html
from assistant.page.explore_picture import Item, fitted, narrow, wide
from assistant.page.explore_texts import KINDS, PROBLEMS, RELATIONS, TEXTS
from assistant.page.explore_view import View
from assistant.product import LANGUAGES, RelationKind
from assistant.settings import ROOT, Settings
from kg import vocabulary as v
from kg.explore import Link, Neighbour, Neighbourhood, neighbourhood
from kg.explore_nodes import Node, NodeKind
from kg.explore_sparql import Answer, Limits, Problem, QueryRefused
from kg.explore_terms import Term
from kg.related import STATED

EVIL = """</title><script>alert(1)</script>' onload="x" {{7*7}} ${7*7}"""


class Parsed(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    handle_startendtag = handle_starttag

    def handle_data(self, data):
        self.text += data

    def actions(self):
        return [attributes["data-go"] for _, attributes in self.tags if "data-go" in attributes]


@pytest.fixture(scope="module")
def shop(catalogue):
    handle = SimpleNamespace(get=lambda: catalogue)
    return SimpleNamespace(catalogue=handle, settings=Settings(_env_file=None), encoder=None)


@pytest.fixture
def desk(shop):
    made = Desk(shop, Limits(seconds=5, rows=50))
    yield made
    made.close()


def at(*iris):
    return Place(tuple(iris))


def test_a_search_finds_what_the_indexes_find(desk, catalogue, encoder, shop):
    for found in (desk, Desk(SimpleNamespace(**vars(shop) | {"encoder": encoder}))):
        cards = Parsed(found.search("trail shoes", "en"))
        ids = [v.product_id(action.removeprefix("walk:")) for action in cards.actions()]
        assert set(ids[:4]) == {f"shoe-{n}" for n in range(4)}
        assert "Fleet 0 trail shoes" in cards.text and "$80" in cards.text
        found.close()


def test_an_id_and_an_iri_come_first(desk, odd_ids):
    for id_ in ("laptop-3", *odd_ids[:4]):
        for words in (id_, v.product_iri(id_)):
            assert Parsed(desk.search(words, "en")).actions()[0] == f"walk:{v.product_iri(id_)}"


def test_a_search_for_nothing_offers_the_biggest_categories(desk, products):
    first, *_ = Parsed(desk.search("  ", "zh")).actions()
    assert first == "walk:" + v.category_iri(("Electronics", "Laptops"))
    assert max(Counter(p.category for p in products).values()) == 8


def test_what_is_not_found_is_said_in_the_visitor_s_words(desk):
    html = desk.search(f"qqqqq {EVIL}", "en")
    assert "script" not in {tag for tag, _ in Parsed(html).tags} and "qqqqq" in html


def test_every_product_can_be_looked_at_in_both_languages(desk, products):
    for product in products[::3]:
        for language in LANGUAGES:
            look = desk.look(at(v.product_iri(product.id)), language)
            parsed = Parsed(look.picture)
            assert not {"script", "b", "img"} & {tag for tag, _ in parsed.tags}, product.id
            assert look.turtle and Graph().parse(look.turtle, format="turtle")
        assert product.title("zh") in parsed.text or len(product.title("zh")) > 20


def test_facts_are_named_and_counted_in_the_visitor_s_language(desk):
    chinese = Parsed(desk.look(at(v.product_iri("laptop-0")), "zh").picture).text
    assert "内存" in chinese and "8 GB" in chinese and "件商品如此" in chinese and "流光" in chinese
    english = Parsed(desk.look(at(v.product_iri("laptop-0")), "en").picture).text
    assert "memory" in english and "products have this" in english and "Lumora" in english


def test_a_shared_fact_lists_the_products_that_have_it(desk, products):
    iri = v.value_iri("noise_cancelling", True, None)
    actions = set(Parsed(desk.look(at(iri), "en").picture).actions())
    having = {f"walk:{v.product_iri(p.id)}" for p in products if any(a.name == "noise_cancelling" and a.value is True for a in p.attributes)}  # fmt: skip
    assert having and having <= actions


@pytest.mark.parametrize("iri", ["urn:shop:product:none", EVIL, "x> . ?s ?p ?o", "https://x/y", "x" * 5000])
def test_a_place_that_is_none_is_said_to_be(desk, iri):
    look = desk.look(at(iri), "en")
    assert "xp-bad" in look.picture and look.turtle is None
    assert "script" not in {tag for tag, _ in Parsed(look.picture).tags}


def test_nowhere_shows_a_hint(desk):
    look = desk.look(Place(), "en")
    assert look.picture == "" and TEXTS["en"]["no_node"] in look.triples


def test_a_walk_goes_on_back_and_to_a_step():
    there = Place().after("walk:a").after("walk:b").after("walk:c")
    assert there.trail == ("a", "b", "c")
    assert there.after("back").trail == ("a", "b") and there.after("to:0").trail == ("a",)
    assert there.after("walk:c") == there == there.after("to:9") == there.after("to:-1") == there.after("nonsense")
    opened = there.after("open:value").after("open:product")
    assert opened.opened == (NodeKind.VALUE, NodeKind.PRODUCT) and opened.after("walk:d").opened == ()
    assert opened.after("open:bomb") == opened and Place().after("open:value") == Place() == Place().after("back")
    assert Place.of(opened.kept()) == opened and Place.of(None) == Place()
    long = Place()
    for n in range(100):
        long = long.after(f"walk:{n}")
    assert len(long.trail) == 30 and long.here == "99"


def test_the_way_back_is_shown(desk):
    trail = [v.product_iri("laptop-0"), v.brand_iri("Lumora"), v.product_iri("laptop-4")]
    actions = Parsed(desk.look(at(*trail), "en").picture).actions()
    assert actions[:3] == ["back", "to:0", "to:1"]


def test_a_query_is_answered_and_what_it_constructs_can_be_downloaded(desk):
    html, file = desk.run("SELECT ?p WHERE { ?p schema:brand <urn:shop:brand:kestrelle> }", "en")
    assert len([a for a in Parsed(html).actions() if a.startswith("walk:urn:shop:product:")]) == 6 and file is None
    _, file = desk.run("CONSTRUCT { ?b schema:name ?n } WHERE { ?b a schema:Brand ; schema:name ?n }", "en")
    assert len(Graph().parse(file, format="turtle")) == 6
    html, file = desk.run("DROP ALL", "zh")
    assert "DROP" in html and "xp-bad" in html and file is None
    html, _ = desk.run("SELECT ?x { \n ?x <script>alert(1)</script> }", "en")
    assert "Line 2" in html and "script" not in {tag for tag, _ in Parsed(html).tags}
    assert TEXTS["en"]["yes"] in desk.run("ASK { ?s a schema:Brand }", "en")[0]


def test_titles_in_answers_and_triples_are_never_markup(desk, odd_ids):
    html, _ = desk.run(
        """SELECT ?p ?b ("<b>lamp</b><script>" AS ?n) WHERE { ?p a schema:Product ; schema:brand ?b }""", "en"
    )
    assert not {"b", "script"} & {tag for tag, _ in Parsed(html).tags} and "<b>lamp</b><script>" in Parsed(html).text
    for id_ in odd_ids:
        table = Parsed(desk.look(at(v.product_iri(id_)), "en").triples)
        assert not {"script", "img"} & {tag for tag, _ in table.tags}
        assert v.product_iri(id_) in table.text


def test_few_files_are_kept(desk):
    files = [desk.look(at(v.product_iri(f"laptop-{n % 8}")), "en").turtle for n in range(45)]
    assert [file.exists() for file in files] == [False] * 5 + [True] * 40
    assert files[-1].name == "Airleaf-4-laptop.ttl"
    desk.close()
    assert not files[-1].exists()


def test_who_asks_too_fast_is_told(shop):
    desk = Desk(SimpleNamespace(**vars(shop) | {"settings": Settings(_env_file=None, messages_per_minute=2)}))
    assert [desk.hurried("a", query=True) for _ in range(3)] == [False, False, True]
    assert not desk.hurried("b", query=True)
    assert [desk.hurried("a", query=False) for _ in range(9)] == [False] * 8 + [True]


def test_a_new_catalogue_gets_a_worker_of_its_own(shop, catalogue):
    now = [catalogue]
    desk = Desk(SimpleNamespace(catalogue=SimpleNamespace(get=lambda: now[0]), settings=shop.settings, encoder=None))
    first = desk._worker()
    first.warm()
    process = first._process
    assert desk._worker() is first
    now[0] = SimpleNamespace(generation=SimpleNamespace(graph=catalogue.generation.graph))
    assert desk._worker() is not first and process.poll() is not None
    desk.close()


def overlap(a, b):
    return a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height


def items(products, others):
    return [Item(NodeKind.PRODUCT, f"product {n}" * 9, "note" * 30, "", "", ("supply · 83%", "similar")) for n in range(products)] + [
        Item(NodeKind.VALUE, "黑色" * 30, "", "", "", ("a very long property" * 3,)) for _ in range(others)
    ]  # fmt: skip


@pytest.mark.parametrize("layout", [wide, narrow])
@pytest.mark.parametrize("counts", [(0, 0), (1, 0), (0, 1), (12, 20), (60, 0), (0, 61), (13, 1)])
def test_no_node_covers_another_or_leaves_the_picture(layout, counts):
    picture = layout(items(1, 0)[0], items(*counts))
    assert len(picture.spots) == sum(counts) + 1
    for place, spot in enumerate(picture.spots):
        assert spot.x >= 0 and spot.x + spot.width <= picture.width
        assert spot.y >= 0 and spot.y + spot.height <= picture.height
        assert not any(overlap(spot, other) for other in picture.spots[:place])


def test_both_columns_are_filled_alike_and_what_belongs_to_it_stands_left():
    picture = wide(items(1, 0)[0], items(9, 16))
    sides = [spot.column for spot in picture.spots[1:]]
    assert abs(sides.count(-1) - sides.count(1)) <= 1
    assert all(s.column == 1 for s in picture.spots[1:] if s.item.kind is NodeKind.PRODUCT)
    assert picture.spots[-1].edge.startswith("supply") or picture.spots[1].edge


def test_texts_are_cut_to_their_width():
    assert fitted("short", 200, 11) == "short"
    assert fitted("黑色" * 20, 110, 11) == "黑色" * 4 + "黑…"
    assert len(fitted("x" * 100, 110, 11)) == 17 and fitted("", 10, 11) == ""


def around(*neighbours, folded=None, centre=None):
    return Neighbourhood(centre or Node("urn:shop:product:p", NodeKind.PRODUCT, {"en": EVIL}), neighbours, folded or {})


def test_nothing_in_the_picture_is_markup(catalogue):
    evil = Node(v.product_iri(EVIL), NodeKind.PRODUCT, {"en": EVIL})
    link = Link("urn:p", True, RelationKind.SIMILAR, 0.5, EVIL, EVIL)
    html = picture_html(View(catalogue, "en"), around(Neighbour(evil, (link,))), [evil], "en")
    parsed = Parsed(html)
    assert {tag for tag, _ in parsed.tags} <= {"div", "nav", "button", "ol", "li", "p", "svg", "title", "g", "path", "text", "rect", "span", "i"}  # fmt: skip
    assert not any(name.startswith("on") for _, attributes in parsed.tags for name in attributes)
    assert f"walk:{v.product_iri(EVIL)}" in parsed.actions()
    answer = Answer("rows", 0.1, (EVIL,), ((Term("literal", EVIL),), (Term("iri", "urn:shop:" + EVIL),), (None,)))
    for shown in (answer_html(answer, "en"), refusal_html(QueryRefused(Problem.SYNTAX, EVIL, 1, 1), "zh")):
        assert "script" not in {tag for tag, _ in Parsed(shown).tags}


def test_relations_say_what_and_how_sure(catalogue):
    def relation(name, kind, confidence, method):
        node = Node(v.product_iri(name), NodeKind.PRODUCT, {"en": name})
        return Neighbour(node, (Link("urn:p", True, kind, confidence, method, "three baskets"),))

    view = View(catalogue, "en")
    found = view.items(
        around(relation("a", RelationKind.SIMILAR, 0.831, "facts"), relation("b", RelationKind.ACCESSORY, 1, STATED))
    )
    assert [item.edges for item in found] == [("similar · 83%",), ("accessory",)]
    assert "worked out by facts, confidence 83%: three baskets" in found[0].told
    assert "the catalogue says so" in found[1].told
    assert found[0].doubt == pytest.approx(0.169) and found[1].doubt == 0


def test_what_is_folded_can_be_opened(catalogue):
    folded = {NodeKind.VALUE: 25, NodeKind.REVIEW: 1}
    found = View(catalogue, "en").items(around(folded=folded))
    assert [(item.label, item.action) for item in found] == [("25 facts", "open:value"), ("1 review", "open:review")]
    real = neighbourhood(catalogue.graph, v.product_iri("laptop-0"))
    more = View(catalogue, "zh").items(Neighbourhood(real.centre, real.neighbours, {NodeKind.VALUE: 1}))
    assert "+ 还有 1 项属性" in [item.label for item in more]


def test_the_picture_can_be_used_without_a_mouse(desk):
    for svg in re.findall(r"<svg.*?</svg>", desk.look(at(v.product_iri("laptop-0")), "en").picture, re.DOTALL):
        parsed = Parsed(svg)
        nodes = [a for tag, a in parsed.tags if a.get("role") == "button"]
        assert parsed.tags[0][1]["role"] == "group" and parsed.tags[0][1]["aria-label"]
        assert [a["tabindex"] for a in nodes] == ["0"] + ["-1"] * (len(nodes) - 1)
        assert all(a["aria-label"] and a["data-go"] for a in nodes)


def placeholders(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_word_is_there_in_both_languages():
    assert TEXTS["en"].keys() == TEXTS["zh"].keys()
    for key, text in TEXTS["en"].items():
        assert placeholders(text) == placeholders(TEXTS["zh"][key]), key
    for kind in (KINDS, RELATIONS, PROBLEMS):
        assert all(set(words) == set(LANGUAGES) and all(words.values()) for words in kind.values())
    assert set(KINDS) == set(NodeKind) and set(RELATIONS) == set(RelationKind) and set(PROBLEMS) == set(Problem)
    for words in PROBLEMS.values():
        assert placeholders(words["en"]) == placeholders(words["zh"])
    assert all(set(example.title) == set(LANGUAGES) for example in EXAMPLES)


def test_the_tab_can_be_built_into_a_page(shop):
    with gr.Blocks() as page:
        desk = explore_tab(shop, gr.State("en"))
    assert {"xp", "xp-words", "xp-picture", "xp-query", "xp-run"} <= {
        b.elem_id for b in page.blocks.values() if b.elem_id
    }
    desk.close()


def test_every_example_has_an_answer_on_the_demo_catalogue(shop):
    generation = Store(ROOT / "var" / "store").current()
    if generation is None:
        pytest.skip("the demo catalogue is not ingested: run `make build`")
    served = SimpleNamespace(get=lambda: SimpleNamespace(generation=generation))
    desk = Desk(SimpleNamespace(catalogue=served, settings=shop.settings, encoder=None))
    for example in EXAMPLES:
        html, _ = desk.run(example.query, "en")
        assert "xp-bad" not in html, html
        if "GRAPH" not in example.query:
            assert "<tbody>" in html, example.title["en"]
    desk.close()
