from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.catalogue.glossary import bundled
from assistant.catalogue.read import load_catalogue
from assistant.product import Attribute, Money, Product
from dialogue.nlu.data import mark, parse
from dialogue.nlu.generate import GenerationError, Vocabulary, fill, generate
from dialogue.nlu.noise import STEPS, typo
from dialogue.nlu.nouns import article, measure, plural
from dialogue.nlu.pieces import Piece, assemble, tidy
from dialogue.nlu.templates import TemplateError, expand, read_phrases
from dialogue.nlu.templates import parse as parse_template
from dialogue.nlu.values import ENTITIES, MADE_UP_BRAND, Deck, Values
from dialogue.nlu.vocabulary import Kind

ROOT = Path(__file__).parents[3]
LANGUAGES = ("en", "zh")
BRANDS = ("Sony", "Apple", "Bosch", "Xiaomi")
VOCABULARY = Vocabulary(
    kinds=tuple(
        Kind(
            names={"en": (en,), "zh": (zh,)},
            colours={"en": ("black", "red"), "zh": ("黑色", "红")},
            attributes={"en": ("16GB", "waterproof"), "zh": ("16G", "防水")},
            features={"en": ("viewfinder",), "zh": ("取景器",)},
            purposes={"en": ("the kitchen",), "zh": ("厨房",)},
            facets={"en": ("weight",), "zh": ("重量",)},
        )
        for en, zh in (("laptop", "笔记本"), ("headphones", "耳机"), ("kettle", "水壶"), ("running shoes", "跑鞋"))
    ),
    brands=tuple({"en": (name,), "zh": (name,)} for name in BRANDS),
)
TEMPLATES = [
    (language, intent, template)
    for language in LANGUAGES
    for intent, templates in read_phrases(language).by_intent().items()
    for template in templates
]
ROLES = {"not": {"brand", "colour", "attribute", "product"}, "soft": {"brand", "colour", "attribute", "price"}}


def _filled(template, language, seed):
    pick = Random(seed)
    return fill(template, Values(VOCABULARY, language, pick), language, pick)


def _check(example):
    at = 0
    for span in example.spans:
        assert at <= span.start < span.end <= len(example.text), example
        words = example.text[span.start : span.end]
        assert words == words.strip(" ,.?，。？"), example
        assert span.entity in set(ENTITIES.values()) and (span.role is None or span.entity in ROLES[span.role])
        at = span.end
    assert example.text == example.text.strip() and "  " not in example.text
    assert not set("{}[]|") & set(example.text), example
    assert parse(mark(example), example.intent) == example


@pytest.mark.parametrize(("language", "intent", "template"), TEMPLATES)
def test_a_template_yields_well_formed_text(language, intent, template):
    for seed in range(6):
        pieces = _filled(template, language, seed)
        example = assemble(pieces, intent)
        _check(example)
        values = [piece.text for piece in pieces if piece.entity]
        assert [example.text[span.start : span.end] for span in example.spans] == values


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_templates_and_each_is_there_once(language):
    for intent, templates in read_phrases(language).by_intent().items():
        assert len(templates) >= (25 if intent in ("search", "refine") else 10), intent
        assert len(set(templates)) == len(templates), intent


def test_templates_use_known_slots_and_intents_of_the_guide():
    guide = (ROOT / "dialogue" / "data" / "GUIDE.md").read_text("utf-8")
    for language, intent, template in TEMPLATES:
        assert f"| {intent} |" in guide
        for seed in range(4):
            slots = [part for part in expand(parse_template(template), Random(seed)) if not isinstance(part, str)]
            assert {slot.name for slot in slots} <= {*ENTITIES, "a", "量"}, (language, template)
            assert all(slot.role is None or ENTITIES[slot.name] in ROLES[slot.role] for slot in slots)
            if intent == "relax":
                assert all(slot.role is None for slot in slots)


@pytest.mark.parametrize("language", LANGUAGES)
def test_examples_are_well_formed_different_and_deterministic(language):
    examples = generate(VOCABULARY, language, 1500, seed=3)
    assert len({example.key for example in examples}) == len(examples) == 1500
    for example in examples:
        _check(example)
    assert {example.intent for example in examples} == set(read_phrases(language).templates)
    assert generate(VOCABULARY, language, 1500, seed=3) == examples
    assert generate(VOCABULARY, language, 1500, seed=4) != examples


def test_too_many_are_refused(monkeypatch):
    monkeypatch.setattr("dialogue.nlu.generate._TRIES", 0)
    with pytest.raises(GenerationError, match="0 different utterances could be made, not 5"):
        generate(VOCABULARY, "en", 5, seed=0)


_STEPS = [(language, step) for language, steps in STEPS.items() for _, step in steps]


@pytest.mark.parametrize(("language", "step"), _STEPS, ids=lambda value: getattr(value, "__name__", value))
@given(seed=st.integers(0, 10_000), data=st.data())
@settings(max_examples=60, deadline=None)
def test_noise_keeps_spans(language, step, seed, data):
    template = data.draw(st.sampled_from([t for of, _, t in TEMPLATES if of == language]))
    pieces = _filled(template, language, seed)
    noisy = step(pieces, Random(seed), language)
    before, after = ([p for p in group if p.entity] for group in (pieces, noisy))
    assert [(p.entity, p.role) for p in before] == [(p.entity, p.role) for p in after]
    changed = [(a.text, b.text) for a, b in zip(before, after, strict=True) if a.text.casefold() != b.text.casefold()]
    assert len(changed) <= (step.__name__ == "mistype"), changed
    _check(assemble(noisy, "search"))


@given(word=st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=12), seed=st.integers())
def test_a_typo_is_one_letter_off_and_keeps_the_first(word, seed):
    spoilt = typo(word, Random(seed))
    assert spoilt[0] == word[0] and abs(len(spoilt) - len(word)) <= 1


@given(seed=st.integers(0, 1000))
@settings(deadline=None)
def test_numbers_are_never_mistyped(seed):
    pieces = (Piece("around fifty bucks", "price"), Piece(" or a 256gb "), Piece("second one", "ordinal"))
    steps = {step.__name__: step for _, step in STEPS["en"]}
    assert steps["mistype"](pieces, Random(seed), "en") == pieces


@pytest.mark.parametrize("language", LANGUAGES)
def test_kinds_and_brands_are_drawn_equally_often(language):
    pick = Random(1)
    values = Values(VOCABULARY, language, pick)
    kinds = Counter(values.kind().names["en"] for _ in range(400))
    assert set(kinds.values()) == {100}
    brands = Counter(values.draw("brand", VOCABULARY.kinds[0], ()) for _ in range(3000))
    known = [brands[name] for name in BRANDS]
    assert max(known) - min(known) <= 1
    assert abs(1 - sum(known) / 3000 - MADE_UP_BRAND) < 0.04


def test_a_deck_needs_cards():
    with pytest.raises(ValueError, match="at least one card"):
        Deck([])


@pytest.mark.parametrize("template", ["a [b", "a ]", "a (b|c", "a | b", "{brand", "{brand:never}", "(a]"])
def test_bad_templates_are_refused(template):
    with pytest.raises(TemplateError):
        parse_template(template)


@pytest.mark.parametrize(
    ("following", "expected"),
    [
        ("laptop", "a"),
        ("air fryer", "an"),
        ("USB hub", "a"),
        ("8 inch", "an"),
        ("SSD", "an"),
        ("subwoofer", "a"),
        ("unisex", "a"),
    ],
)
def test_articles(following, expected):
    assert article(following, following, Random(0)) == expected


@pytest.mark.parametrize(
    ("one", "many"),
    [("kettle", "kettles"), ("knife", "knives"), ("dress", "dresses"), ("headphones", "headphones"), ("makeup", "makeup"),
     ("computer mouse", "computer mice"), ("battery", "batteries"), ("toy", "toys"), ("耳机", "耳机")],
)  # fmt: skip
def test_plurals(one, many):
    assert plural(one) == many


def test_measure_words_fit():
    said = {measure("跑鞋", Random(seed)).removeprefix("一") for seed in range(40)}
    assert "双" in said and said <= {"双", "款", "个"}


def test_spaces_are_set_right():
    pieces = tidy(
        [Piece(" a  "), Piece("Sony", "brand"), Piece("16GB", "attribute"), Piece(" "), Piece(" , or "), Piece(" ")]
    )
    assert "".join(piece.text for piece in pieces) == "a Sony 16GB, or"


def test_a_vocabulary_is_read_from_products():
    facts = (Attribute(name="colour", value="black"), Attribute(name="viewfinder", value=True))
    product = Product(
        id="1", titles={"en": "x"}, brand="Sony", category=("Electronics", "Cameras"), attributes=facts,
        price=Money(amount=1, currency="USD"),
    )  # fmt: skip
    vocabulary = Vocabulary.from_products([product], bundled())
    kind = vocabulary.kinds[0]
    assert "camera" in kind.names["en"] and "相机" in kind.names["zh"]
    assert "black" in kind.colours["en"] and "黑色" in kind.colours["zh"]
    assert "viewfinder" in kind.features["en"] and "取景器" in kind.features["zh"]
    assert vocabulary.brands[0]["zh"][0] == "索尼"


def test_the_demo_catalogue_gives_both_languages_for_every_kind():
    products, _ = load_catalogue([ROOT / "assistant" / "demo"], default_currency="USD")
    vocabulary = Vocabulary.from_products(products, bundled())
    assert len(vocabulary.kinds) > 60 and len(vocabulary.brands) > 300
    assert "hiking" not in {name for kind in vocabulary.kinds for name in kind.names["en"]}
    for language in LANGUAGES:
        for example in generate(vocabulary, language, 1000, seed=0):
            _check(example)
