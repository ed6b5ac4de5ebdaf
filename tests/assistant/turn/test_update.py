from decimal import Decimal

import pytest

from assistant.constraint import Constraint, Operator
from assistant.state import ShoppingState
from assistant.turn.update import Act, merged, relaxed, removed, settled, update
from assistant.understanding.understood import Parse, Understood

MOST, LEAST, BELOW, ABOVE = Operator.AT_MOST, Operator.AT_LEAST, Operator.BELOW, Operator.ABOVE
PHONES, LAPTOPS = "Electronics > Phones", "Electronics > Laptops"


def is_(attribute, value, said=""):
    return Constraint(attribute=attribute, operator=Operator.EQUAL, value=value, said=said)


def not_(attribute, value):
    return Constraint(attribute=attribute, operator=Operator.NOT_EQUAL, value=value)


def price(operator, value, said=""):
    return Constraint(attribute="price", operator=operator, value=Decimal(value), said=said)


def heard(*constraints, query="", product=None, facets=(), language="en"):
    parse = Parse(text=query, intent="x", confidence=1)
    return Understood(
        parse=parse, language=language, query=query, product=product, constraints=constraints, facets=facets
    )


RED_PHONES = ShoppingState(
    turn=3,
    query=("red phones", "for travel"),
    constraints=(
        is_("category", PHONES, "phones"),
        is_("colour", "red", "red"),
        is_("brand", "Zento"),
        price(MOST, 300),
    ),
    ranked=("a", "b"),
    shown=("a",),
    offset=1,
)


def kept(state):
    return {(c.attribute, c.operator.value, str(c.value)) for c in state.constraints}


def test_a_new_thing_replaces_all():
    state = update(RED_PHONES, Act.SEARCH, heard(is_("category", LAPTOPS), query="a laptop", product="laptop"))
    assert state.query == ("a laptop",)
    assert kept(state) == {("category", "=", LAPTOPS)}
    assert (state.ranked, state.shown, state.offset, state.turn) == ((), (), 0, 4)


def test_a_search_that_names_no_thing_refines():
    state = update(RED_PHONES, Act.SEARCH, heard(price(MOST, 200), query=""))
    assert kept(state) == {
        ("category", "=", PHONES),
        ("colour", "=", "red"),
        ("brand", "=", "Zento"),
        ("price", "<=", "200"),
    }


def test_a_refinement_without_a_search_is_one():
    state = update(ShoppingState(), Act.REFINE, heard(is_("colour", "red"), query="red"))
    assert (state.query, kept(state)) == (("red",), {("colour", "=", "red")})


def test_refine_adds_and_forgets_what_was_ranked():
    state = update(RED_PHONES, Act.REFINE, heard(not_("brand", "Korvo"), query="but no Korvo"))
    assert kept(state) == kept(RED_PHONES) | {("brand", "!=", "Korvo")}
    assert (state.ranked, state.offset) == ((), 0)


def test_words_that_are_no_demand_are_searched_for():
    assert update(RED_PHONES, Act.REFINE, heard(query="light")).query == ("red phones", "for travel", "light")


@pytest.mark.parametrize(
    ("old", "new", "result"),
    [
        # The same side is replaced, the other side stays.
        ([price(MOST, 300)], [price(MOST, 200)], ["<=200"]),
        ([price(MOST, 300)], [price(BELOW, 200)], ["<200"]),
        ([price(LEAST, 100)], [price(ABOVE, 150)], [">150"]),
        ([price(LEAST, 100)], [price(MOST, 200)], [">=100", "<=200"]),
        ([price(LEAST, 100), price(MOST, 200)], [price(LEAST, 150), price(MOST, 400)], [">=150", "<=400"]),
        # What contradicts gives way to what was said last.
        ([price(LEAST, 300)], [price(MOST, 200)], ["<=200"]),
        ([price(MOST, 200)], [price(LEAST, 300)], [">=300"]),
        ([price(BELOW, 200)], [price(ABOVE, 200)], [">200"]),
        ([is_("brand", "Zento")], [is_("brand", "Korvo")], ["=Korvo"]),
        ([is_("brand", "Zento")], [not_("brand", "Zento")], ["!=Zento"]),
        ([not_("brand", "Zento")], [is_("brand", "Zento")], ["=Zento"]),
        ([not_("brand", "Zento")], [not_("brand", "Korvo")], ["!=Zento", "!=Korvo"]),
        ([not_("brand", "Zento")], [not_("brand", "Zento")], ["!=Zento"]),
    ],
)
def test_merged(old, new, result):
    assert [f"{c.operator.value}{c.value}" for c in merged(old, new)] == result


def test_merging_leaves_other_attributes_alone():
    assert kept(
        RED_PHONES.model_copy(update={"constraints": merged(RED_PHONES.constraints, [is_("colour", "blue")])})
    ) == (kept(RED_PHONES) - {("colour", "=", "red")} | {("colour", "=", "blue")})


def test_another_kind_of_thing_keeps_price_and_brand_only():
    state = update(RED_PHONES, Act.REFINE, heard(is_("category", LAPTOPS), query="laptops instead"))
    assert kept(state) == {("category", "=", LAPTOPS), ("brand", "=", "Zento"), ("price", "<=", "300")}
    assert state.query == ("laptops instead",)


def test_relax_drops_what_is_named():
    state = update(RED_PHONES, Act.RELAX, heard(facets=("brand", "price")))
    assert kept(state) == {("category", "=", PHONES), ("colour", "=", "red")}


def test_relax_drops_the_value_that_is_named():
    assert kept(relaxed(RED_PHONES, heard(is_("colour", "red")))) == kept(RED_PHONES) - {("colour", "=", "red")}


def test_relax_that_names_nothing_drops_the_last_demand_but_not_the_category():
    assert kept(relaxed(RED_PHONES, heard())) == kept(RED_PHONES) - {("price", "<=", "300")}
    only = ShoppingState(constraints=(is_("category", PHONES),))
    assert relaxed(only, heard()).constraints == only.constraints


def test_a_demand_that_is_dropped_is_no_longer_searched_for():
    assert relaxed(RED_PHONES, heard(facets=("colour",))).query == ("phones", "for travel")


def test_only_whole_words_are_taken_back():
    state = ShoppingState(query=("hundred piece red puzzle",), constraints=(is_("colour", "red", "red"),))
    assert relaxed(state, heard(facets=("colour",))).query == ("hundred piece puzzle",)


def test_a_word_that_became_a_new_demand_replaces_the_old_one_in_the_query_too():
    state = update(RED_PHONES, Act.REFINE, heard(is_("colour", "blue", "blue"), query="blue"))
    assert "red" not in " ".join(state.query)


def test_remove_by_key():
    state = removed(RED_PHONES, RED_PHONES.constraints[1].key)
    assert kept(state) == kept(RED_PHONES) - {("colour", "=", "red")}
    assert removed(RED_PHONES, "no such key").constraints == RED_PHONES.constraints


def test_start_over_forgets_all_but_the_language():
    state = update(RED_PHONES, Act.START_OVER, heard(language="zh"))
    assert state == ShoppingState(language="zh", turn=4)


@pytest.mark.parametrize("act", [Act.GREET, Act.OFF_TOPIC, Act.ASK_PRODUCT, Act.SHOW_MORE, Act.CHEAPER])
def test_other_acts_change_no_demand(act):
    state = update(RED_PHONES, act, heard(is_("colour", "blue"), query="blue"))
    assert state == RED_PHONES.model_copy(update={"turn": 4})


@pytest.mark.parametrize(
    ("state", "understood", "act"),
    [
        (RED_PHONES, heard(), Act.CHEAPER),
        (RED_PHONES, heard(is_("category", PHONES), product="phone"), Act.CHEAPER),
        (RED_PHONES, heard(is_("category", LAPTOPS), product="laptop"), Act.SEARCH),
        (ShoppingState(), heard(product="kettle"), Act.SEARCH),
        (ShoppingState(), heard(), Act.CHEAPER),
    ],
)
def test_cheaper_is_a_search_where_another_thing_is_named(state, understood, act):
    assert settled(state, Act.CHEAPER, understood) is act
