"""The page in headless Chromium, at a wide and at a phone's width; screenshots are left in var/screenshots."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

from assistant.settings import settings

pytestmark = pytest.mark.stack
_WAIT = 60_000
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
              "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="module")
def browser():
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(params=[(1280, 860), (390, 844)], ids=["wide", "phone"])
def tab(request, browser, page):
    width, height = request.param
    opened = browser.new_page(viewport={"width": width, "height": height}, locale="en-US")
    opened.set_default_timeout(_WAIT)
    opened.goto(page)
    expect(opened.locator("#say textarea")).to_be_visible(timeout=_WAIT)
    opened.wait_for_timeout(1500)
    yield opened
    folder = settings().var / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    opened.screenshot(path=folder / f"{request.node.name.replace('/', '-')}.png")
    opened.close()


def say(tab, text, cards=True):
    before = tab.locator("#chat .reply-cards, #chat .cards").count()
    tab.locator("#say textarea").fill(text)
    tab.locator("#say textarea").press("Enter")
    if cards:
        expect(tab.locator("#chat .cards")).not_to_have_count(before, timeout=_WAIT)
    else:
        expect(tab.locator("#chat")).to_contain_text(text, timeout=_WAIT)


def test_a_shopper_searches_refines_and_takes_back(tab):
    say(tab, "noise cancelling headphones under $200")
    expect(tab.locator("#chat .card").first).to_contain_text("$")
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), "the page scrolls sideways"
    chips = tab.locator("#chips button")
    expect(chips.filter(has_text="$200")).to_be_visible()
    before = chips.count()
    chips.filter(has_text="$200").click()
    expect(chips).to_have_count(before - 1)


def test_a_short_answer_behind_a_long_one_is_in_view(tab):
    say(tab, "show me kettles")
    say(tab, "show me my cart", cards=False)
    answer = tab.locator("#chat .bot").last
    expect(answer).to_contain_text("cart", timeout=_WAIT)
    tab.wait_for_timeout(700)
    log, box = tab.locator("#chat .bubble-wrap").bounding_box(), answer.bounding_box()
    assert box["y"] >= log["y"] - 1
    assert box["y"] + box["height"] <= log["y"] + log["height"] + 1


def test_the_page_follows_the_shopper_into_chinese_and_back(tab):
    say(tab, "我想买一款好用的手机")
    expect(tab.locator("#send")).to_have_text("发送")
    expect(tab.locator("#heading h1")).to_have_text("购物助手")
    say(tab, "show me laptops please")
    expect(tab.locator("#send")).to_have_text("Send")


def test_a_quick_reply_and_a_card_can_be_pressed(tab):
    say(tab, "show me kettles")
    tab.locator("#quick button").filter(has_text="Cheaper").click()
    expect(tab.locator("#chat .cards")).to_have_count(2)
    tab.locator("#chat .cards").last.locator("button.ask").nth(1).click()
    expect(tab.locator("#chat .cards")).to_have_count(3)
    expect(tab.locator("#chat")).to_contain_text("Tell me about number 2")


def test_the_panel_shows_how_it_was_decided(tab):
    say(tab, "a black phone under 400 dollars")
    tab.locator("#decision button").first.click()
    panel = tab.locator(".decision")
    expect(panel).to_contain_text("search")
    expect(panel).to_contain_text("SELECT DISTINCT ?product")
    assert panel.locator("tbody tr").count() >= 5


def test_a_reload_brings_the_conversation_back(tab):
    say(tab, "show me cameras")
    tab.reload()
    expect(tab.locator("#chat .cards")).to_have_count(1)
    expect(tab.locator("#chat")).to_contain_text("show me cameras")
    say(tab, "only Sony")
    expect(tab.locator("#chips")).to_contain_text("Sony")


def test_what_a_shopper_types_is_never_markup(tab):
    say(tab, "<img src=x onerror=\"document.title='owned'\"> <b>phones</b>", cards=False)
    tab.wait_for_timeout(1500)
    assert tab.title() != "owned"
    expect(tab.locator("#chat")).to_contain_text("<b>phones</b>")
