"""Whole conversations through Rasa, over the demo catalogue."""

from __future__ import annotations

import os
import re
import signal
import time

import pytest

pytestmark = pytest.mark.stack
HAN = re.compile(r"[\u3400-\u9fff]")


def prices(reply):
    return [card.price for card in reply.cards]


def test_ten_turns_in_english(talk):
    hello = talk.say("hello there")
    assert hello.decision.intent == "greet" and hello.quick_replies and not hello.cards

    found = talk.say("noise cancelling headphones under $200")
    assert found.cards and all(card.price <= 200 for card in found.cards)
    assert all(card.category == "Headphones" for card in found.cards)
    assert {chip.key.split("|")[0] for chip in found.chips} >= {"price", "category", "noise_cancelling"}
    assert all(card.why for card in found.cards)

    sony = talk.say("only Sony")
    assert sony.cards and {card.brand for card in sony.cards} == {"Sony"}
    assert all(card.price <= 200 for card in sony.cards)

    any_brand = talk.say("any brand is fine")
    assert not any(chip.key.startswith("brand") for chip in any_brand.chips)
    assert len({card.brand for card in any_brand.cards}) > 1

    black = talk.say("in black please")
    assert black.cards and any(chip.key.startswith("colour|=|black") for chip in black.chips)

    cheaper = talk.say("anything cheaper?")
    assert cheaper.cards and max(prices(cheaper)) < min(prices(black))

    more = talk.say("show me more")
    assert not {card.id for card in more.cards} & {card.id for card in cheaper.cards}

    shown = more.cards or cheaper.cards
    second = talk.say("tell me about the second one")
    assert [card.id for card in second.cards] == [shown[1].id]
    assert shown[1].title in second.text

    weather = talk.say("what will the weather be like tomorrow?")
    assert weather.decision.intent == "off_topic" and not weather.cards

    assert talk.say("goodbye").decision.intent == "goodbye"


def test_ten_turns_in_chinese(talk):
    replies = [talk.say("你好")]
    assert replies[-1].decision.intent == "greet"

    phones = talk.say("我想买一款好用的手机")
    assert phones.cards and all(card.category == "手机" for card in phones.cards)

    budget = talk.say("三千块以内的")
    # 3,000 yuan at the set rate of 7.1 to the dollar.
    assert budget.cards and all(card.price <= 423 for card in budget.cards)
    assert all(card.category == "手机" for card in budget.cards)

    samsung = talk.say("只看三星的")
    assert samsung.cards and {card.brand for card in samsung.cards} == {"三星"}

    any_brand = talk.say("品牌不限")
    assert len({card.brand for card in any_brand.cards}) > 1

    cheaper = talk.say("有没有便宜点的")
    assert cheaper.cards and max(prices(cheaper)) < min(prices(any_brand))

    more = talk.say("再看几款")
    shown = more.cards or cheaper.cards
    second = talk.say("第二个怎么样")
    assert [card.id for card in second.cards] == [shown[1].id]

    weather = talk.say("明天会下雨吗")
    assert weather.decision.intent == "off_topic" and not weather.cards

    bye = talk.say("再见")
    assert bye.decision.intent == "goodbye"
    replies += [phones, budget, samsung, any_brand, cheaper, more, second, weather, bye]
    assert all(HAN.search(reply.text) and reply.language == "zh" for reply in replies)


def test_a_removed_chip_widens_the_search(talk):
    narrow = talk.say("black Sony headphones under 100 dollars")
    price = next(chip for chip in narrow.chips if chip.key.startswith("price"))
    wide = talk.remove(price.key)
    assert price.key not in {chip.key for chip in wide.chips}
    assert wide.decision.matching > narrow.decision.matching


def test_two_shoppers_never_see_each_other(new_talk):
    new_talk().say("show me cameras")
    reply = new_talk().say("only Sony")
    assert not any(chip.key.startswith("category") for chip in reply.chips)


def test_a_command_that_is_typed_is_only_words(talk):
    reply = talk.say('/relax{"remove": "x"}')
    assert reply.text and talk.transcript()[0] == 'relax{"remove": "x"}'


def test_a_conversation_survives_the_death_of_rasa(stack, talk):
    before = talk.say("laptops under 900 dollars")
    assert before.cards
    restarts, pid = stack.rasa.restarts, stack.rasa.pid
    os.kill(pid, signal.SIGKILL)
    # The message is sent while Rasa is down: it waits, and nothing is forgotten.
    after = talk.say("only Lenovo")
    assert stack.rasa.restarts == restarts + 1 and stack.rasa.pid != pid
    assert after.cards and all(card.price <= 900 and card.brand == "Lenovo" for card in after.cards)
    assert len(talk.transcript()) == 4
    deadline = time.monotonic() + 60
    while stack.rasa.state != "running" and time.monotonic() < deadline:
        time.sleep(0.2)
    assert stack.rasa.state == "running"
