"""Pairs for training: their grades, and that a seed fixes them."""

from decimal import Decimal

import pytest

from assistant.product import Attribute, Product
from retrieval.lexical import LexicalIndex
from retrieval.text import document, passage
from retrieval.training_data import Pair, _Wish, cross_rated_negatives, made_pairs, rated_pairs

BLACK, SILVER = Attribute(name="colour", value="black"), Attribute(name="colour", value="silver")
GB16 = Attribute(name="memory", value=Decimal(16), unit="GB")
LAPTOP = {"id": "1", "titles": {"en": "Airleaf"}, "category": ("Electronics", "Laptops")}


@pytest.mark.parametrize(
    ("brand", "facts", "of_brand", "has", "grade"),
    [
        (None, (), None, (), 3),
        ("Lumora", (BLACK, GB16), "LUMORA", (GB16, BLACK), 3),
        ("Lumora", (BLACK, GB16), "Lumora", (BLACK, SILVER), 2),
        ("Lumora", (BLACK,), "Kestrelle", (BLACK,), 2),
        ("Lumora", (BLACK, GB16), None, (BLACK,), 1),
        ("Lumora", (), "Kestrelle", (), 1),
        (None, (BLACK,), None, (SILVER,), 1),
        (None, (GB16,), None, (GB16.model_copy(update={"unit": "TB"}),), 1),
    ],
)
def test_grades_of_a_kind(brand, facts, of_brand, has, grade):
    product = Product(**LAPTOP, brand=of_brand, attributes=has)
    assert _Wish("Laptops", brand, facts).grade(product) == grade / 3
    assert _Wish("Electronics", brand, facts).grade(product) == grade / 3
    assert _Wish("Phones", brand, facts).grade(product) == 0


@pytest.fixture(scope="module")
def make(products, glossary):
    passages = {p.id: f"{passage(p, glossary.shown)} #{p.id}" for p in products}
    documents = [document(p, glossary.words) for p in products]
    index = LexicalIndex.build([p.id for p in products], documents)

    def labels(kind, name):
        return {"zh": [f"<{name}>"]} if kind == "category" else getattr(glossary, kind)(name)

    def make(seed, languages=("zh",), queries=60):
        return list(made_pairs(products, passages, labels, index, queries, languages, seed))

    return make


def test_a_seed_fixes_the_pairs(make):
    assert make(3, ("en", "zh")) == make(3, ("en", "zh"))
    assert make(3) != make(4)


def test_only_the_kind_that_is_asked_for_is_graded(make, products):
    kinds = {p.id: {step.lower() for step in p.category} for p in products}
    for pair in make(1):
        asked = pair.query[pair.query.index("<") + 1 : pair.query.index(">")].lower()
        of_kind = asked in kinds[pair.passage.rpartition(" #")[2]]
        assert (pair.grade > 0) is of_kind
        assert pair.grade in (0, 1 / 3, 2 / 3, 1)


def test_every_query_has_its_product_and_others(make):
    pairs = make(2)
    by_query = {query: [p for p in pairs if p.query == query] for query in {p.query for p in pairs}}
    assert all(max(p.grade for p in of_query) == 1 for of_query in by_query.values())
    assert {p.grade for p in pairs} == {0, 1 / 3, 2 / 3, 1}
    assert 5 <= len(pairs) / 60 <= 12


@pytest.mark.parametrize("language", ["en", "zh"])
def test_queries_are_tidy(make, language):
    for query in {pair.query for pair in make(5, (language,), 200)}:
        assert query == " ".join(query.split())
        assert not query.endswith((" with", " from", "的")) and "的的" not in query
        assert not any(gap in query for gap in ("{facts}", "{brand}", "{kind}"))


def test_rated_pairs_of_known_products(tmp_path):
    file = tmp_path / "ratings.csv"
    file.write_text("query,docid,rating\nlamp,a,3\nlamp,gone,3\nlamp,b,1\n", "utf-8")
    assert list(rated_pairs(file, {"a": "A", "b": "B"})) == [Pair("lamp", "A", 1.0), Pair("lamp", "B", 1 / 3)]


def test_negatives_were_rated_for_a_query_without_a_common_word():
    of = {"red lamp": "LAMP", "blue lamp": "BLUE", "kettle": "KETTLE", "phone": "PHONE"}
    pairs = [Pair(query, text, 1.0) for query, text in of.items()]
    made = list(cross_rated_negatives(pairs, 7, 5))
    assert made == list(cross_rated_negatives(pairs, 7, 5))
    assert len(made) == 5 * len(of) and {p.grade for p in made} == {0.0}
    assert {p.passage for p in made if p.query == "red lamp"} == {"KETTLE", "PHONE"}


def test_no_negatives_where_every_query_shares_a_word():
    # BUG retrieval/training_data.py `cross_rated_negatives`: random.choices of no others raises IndexError.
    assert list(cross_rated_negatives([Pair("red lamp", "A", 1.0), Pair("blue lamp", "B", 1.0)], 0, 2)) == []
