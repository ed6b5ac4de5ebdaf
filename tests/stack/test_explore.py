"""The Explore tab in headless Chromium over an invented catalogue, without Rasa; screenshots are left in var/screenshots."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import gradio as gr
import pytest
from fastapi import FastAPI
from playwright.sync_api import expect, sync_playwright
from rdflib import Graph

from assistant.page.explore import CSS, explore_tab
from assistant.page.explore_desk import Desk
from assistant.settings import Settings, settings
from assistant.stack import BackgroundServer
from dialogue.server import free_port
from kg import vocabulary as v
from kg.explore_sparql import Limits

pytestmark = pytest.mark.stack
_WAIT = 60_000
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
              "--disable-component-update", "--disable-sync"]  # fmt: skip
BOMB = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def address(catalogue):
    shop = SimpleNamespace(
        catalogue=SimpleNamespace(get=lambda: catalogue), settings=Settings(_env_file=None), encoder=None
    )
    desk = Desk(shop, Limits(seconds=3))
    with gr.Blocks(analytics_enabled=False, fill_width=True) as page:
        language = gr.State("en")
        choice = gr.Radio(["en", "zh"], value="en", elem_id="choice", label="language")
        explore_tab(shop, language, desk)
        choice.input(lambda chosen: chosen, choice, language)
    app = gr.mount_gradio_app(FastAPI(), page, path="/", css_paths=[CSS], ssr_mode=False)
    server = BackgroundServer(app, "127.0.0.1", free_port())
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()
    desk.close()


@pytest.fixture(scope="module")
def browser():
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(params=[("light", 1280), ("dark", 390)], ids=["wide", "phone"])
def tab(request, browser, address):
    theme, width = request.param
    opened = browser.new_page(viewport={"width": width, "height": 860}, locale="en-US")
    opened.set_default_timeout(_WAIT)
    opened.goto(f"{address}/?__theme={theme}")
    expect(opened.locator("#xp-hits .xp-hit").first).to_be_visible(timeout=_WAIT)
    opened.wait_for_timeout(500)
    yield opened
    folder = settings().var / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    opened.screenshot(path=folder / f"explore-{request.node.name.replace('/', '-')}.png", full_page=True)
    opened.close()


def search(tab, words):
    box = tab.locator("#xp-words textarea, #xp-words input").first
    box.fill(words)
    box.press("Enter")
    expect(tab.locator("#xp-hits .xp-said")).to_contain_text(words, timeout=_WAIT)


def centre(tab):
    return tab.locator("#xp-picture svg:visible .xp-centre")


def node(tab, name):
    return tab.locator("#xp-picture svg:visible .xp-node").filter(has_text=name).first


def walk_to(tab, words, name):
    search(tab, words)
    tab.locator("#xp-hits .xp-hit").filter(has_text=name).first.click()
    expect(centre(tab)).to_contain_text(name, timeout=_WAIT)


def ask(tab, query):
    if not tab.locator("#xp-run").is_visible():
        tab.locator("#xp-sparql button").first.click()
    code = tab.locator("#xp-query .cm-content")
    expect(code).to_be_visible(timeout=_WAIT)
    tab.wait_for_timeout(700)  # the editor takes its first text after it has been shown
    code.fill(query)
    expect(code).to_contain_text(query[:20])
    tab.locator("#xp-run").click()


def test_a_visitor_searches_walks_and_comes_back(tab):
    walk_to(tab, "Hush 3 headphones", "Hush 3")
    assert tab.locator("#xp-picture svg:visible").count() == 1
    fact = tab.locator("#xp-picture svg:visible .xp-k-value").filter(has_text="products have this").first
    fact.click()
    expect(centre(tab)).to_contain_text("products have this", timeout=_WAIT)
    tab.locator(".xp-back").click()
    expect(centre(tab)).to_contain_text("Hush 3", timeout=_WAIT)
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), "the page scrolls sideways"
    box = tab.locator("#xp-picture").bounding_box()
    assert box["y"] < 860, "what was walked to is in view"


def test_the_keyboard_is_enough(tab):
    search(tab, "Airleaf 4 laptop")
    tab.locator("#xp-hits .xp-hit").first.focus()
    tab.keyboard.press("Enter")
    expect(centre(tab)).to_contain_text("Airleaf 4", timeout=_WAIT)
    centre(tab).focus()
    tab.keyboard.press("ArrowDown" if tab.viewport_size["width"] < 860 else "ArrowLeft")
    chosen = tab.evaluate("document.activeElement.getAttribute('aria-label')")
    assert chosen and not chosen.startswith("You are at")
    tab.keyboard.press("ArrowDown")
    below = tab.evaluate("document.activeElement.getAttribute('aria-label')")
    assert below != chosen and tab.evaluate("document.querySelectorAll('#xp-picture svg [tabindex=\"0\"]').length") == 2
    tab.keyboard.press("Enter")
    expect(centre(tab)).not_to_contain_text("Airleaf 4", timeout=_WAIT)
    tab.wait_for_timeout(400)
    assert tab.evaluate("document.activeElement.classList.contains('xp-centre')"), "the focus follows the walk"
    tab.keyboard.press("Backspace")
    expect(centre(tab)).to_contain_text("Airleaf 4", timeout=_WAIT)


def test_triples_are_read_walked_and_downloaded(tab):
    walk_to(tab, "Airleaf 2 laptop", "Airleaf 2")
    tab.locator("#xp-triples button").first.click()
    table = tab.locator("#xp-triples .xp-table").first
    expect(table).to_contain_text("schema:brand", timeout=_WAIT)
    with tab.expect_download() as waiting:
        tab.locator("#xp-turtle").click()
    saved = waiting.value
    assert saved.suggested_filename == "Airleaf-2-laptop.ttl"
    assert len(Graph().parse(saved.path(), format="turtle")) > 30
    table.locator(".xp-iri").filter(has_text="urn:shop:brand:").first.click()
    expect(centre(tab)).to_contain_text("brand", timeout=_WAIT)


def test_a_query_is_answered_walked_and_downloaded(tab):
    ask(tab, "SELECT ?p ?price WHERE { ?p schema:brand <urn:shop:brand:lumora> ; shop:price ?price } ORDER BY ?price")
    found = tab.locator("#xp-answer .xp-iri")
    expect(found.first).to_be_visible(timeout=_WAIT)
    name = found.first.get_attribute("data-go")
    found.first.click()
    expect(centre(tab)).to_have_attribute("data-go", name, timeout=_WAIT)
    ask(tab, "CONSTRUCT { ?b a schema:Brand } WHERE { ?b a schema:Brand }")
    expect(tab.locator("#xp-result")).to_be_visible(timeout=_WAIT)
    with tab.expect_download() as waiting:
        tab.locator("#xp-result").click()
    assert len(Graph().parse(waiting.value.path(), format="turtle")) == 6
    ask(tab, "DROP ALL")
    expect(tab.locator("#xp-answer [role=alert]")).to_contain_text("DROP", timeout=_WAIT)


def test_the_page_answers_while_a_bomb_is_being_stopped(tab):
    ask(tab, BOMB)
    search(tab, "kettle")
    expect(tab.locator("#xp-answer [role=alert]")).to_contain_text("stopped after 3 s", timeout=_WAIT)
    ask(tab, "ASK { ?p a schema:Product }")
    expect(tab.locator("#xp-answer")).to_contain_text("Yes", timeout=_WAIT)


def test_the_tab_follows_the_language(tab):
    walk_to(tab, "Airleaf 2 laptop", "Airleaf 2")
    tab.locator("#choice input[value=zh]").check()
    expect(centre(tab)).to_contain_text("轻叶2笔记本电脑", timeout=_WAIT)
    expect(tab.locator("#xp-find")).to_have_text("查找")
    expect(tab.locator("#xp-hits")).to_contain_text("件商品")


def test_what_a_visitor_types_is_neither_markup_nor_a_template(tab):
    words = "qqq <img src=x onerror=\"document.title='owned'\"> ${7*7} {{7}} ${document.title='owned'}"
    search(tab, words)
    tab.wait_for_timeout(500)
    assert tab.title() != "owned"
    expect(tab.locator("#xp-hits .xp-said")).to_contain_text("${7*7} {{7}}")


def test_who_wants_less_motion_gets_none(browser, address):
    for wish, name in (("reduce", "none"), ("no-preference", "xp-in")):
        opened = browser.new_page(reduced_motion=wish)
        opened.goto(address)
        search(opened, "Airleaf 2 laptop")
        opened.locator("#xp-hits .xp-hit").first.click()
        expect(opened.locator(".xp-look")).to_be_visible(timeout=_WAIT)
        assert opened.evaluate("getComputedStyle(document.querySelector('.xp-look')).animationName") == name
        opened.close()


def test_products_that_are_nobody_s_are_said_to_be_gone(browser, address):
    opened = browser.new_page()
    opened.goto(address)
    expect(opened.locator("#xp-hits .xp-hit").first).to_be_visible(timeout=_WAIT)
    opened.wait_for_timeout(1500)
    gone = v.product_iri("gone <b>")
    opened.evaluate("iri => window.exploreTrigger('click', { go: 'walk:' + iri })", gone)
    expect(opened.locator("#xp-picture [role=alert]")).to_contain_text(gone, timeout=_WAIT)
    opened.close()
