"""The Explore tab: search a product, walk the graph around it, read its triples, ask SPARQL, download Turtle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from assistant.page.explore_desk import Desk, Place, Shop
from assistant.page.explore_examples import EXAMPLES
from assistant.page.explore_html import note_html
from assistant.page.explore_texts import TEXTS
from assistant.product import Language

CSS = Path(__file__).parent / "explore.css"
"""The tab's style sheet, for the page that it stands in."""
_SCRIPT = (Path(__file__).parent / "explore.js").read_text("utf-8")
_QUERY_LINES = 10
Kept = dict[str, list[str]]


def explore_tab(stack: Shop, language: gr.State, desk: Desk | None = None) -> Desk:
    """Put the tab's controls into the Blocks (or tab) that is being built; they follow `language` (`en` or `zh`).

    Returns what answers them; close it with the server.
    """
    desk = desk or Desk(stack)
    texts = TEXTS["en"]
    with gr.Column(elem_id="xp"):
        place = gr.State(None)
        with gr.Row(elem_id="xp-search"):
            words = gr.Textbox(
                label=texts["search"], placeholder=texts["search_hint"], lines=1, max_lines=1, scale=8,
                elem_id="xp-words",
            )  # fmt: skip
            find = gr.Button(texts["find"], variant="primary", scale=1, min_width=90, elem_id="xp-find")
        hits = gr.HTML(desk.start("en"), apply_default_css=False, padding=False, elem_id="xp-hits")
        picture = gr.HTML("", apply_default_css=False, padding=False, js_on_load=_SCRIPT, elem_id="xp-picture")
        with gr.Accordion(texts["triples"], open=False, elem_id="xp-triples") as triples_panel:
            table = gr.HTML(note_html(texts["no_node"]), apply_default_css=False)
            with gr.Row():
                turtle = gr.DownloadButton(
                    texts["turtle"], size="sm", interactive=False, scale=0, min_width=220, elem_id="xp-turtle"
                )
        with gr.Accordion(texts["sparql"], open=False, elem_id="xp-sparql") as sparql_panel:
            note = gr.HTML(_note(desk, "en"), apply_default_css=False)
            with gr.Row(elem_id="xp-examples"):
                examples = [gr.Button(example.title["en"], size="sm") for example in EXAMPLES]
            query = gr.Code(
                EXAMPLES[0].query, language="sql", label=texts["query"], lines=_QUERY_LINES, max_lines=24,
                wrap_lines=True, elem_id="xp-query", buttons=["copy"],
            )  # fmt: skip
            with gr.Row():
                run = gr.Button(texts["run"], variant="primary", scale=0, min_width=160, elem_id="xp-run")
            answer = gr.HTML("", apply_default_css=False, elem_id="xp-answer")
            with gr.Row():
                result = gr.DownloadButton(
                    texts["result_turtle"], size="sm", visible=False, scale=0, min_width=260, elem_id="xp-result"
                )

    def search(text: str, now: Language, request: gr.Request) -> str:
        if desk.hurried(_visitor(request), query=False):
            return note_html(TEXTS[now]["too_fast"], bad=True)
        return desk.search(text or "", now)

    for trigger in (words.submit, find.click):
        trigger(search, [words, language], hits, api_visibility="private", show_progress="minimal")

    def walk(kept: Kept | None, now: Language, request: gr.Request, pressed: gr.EventData) -> tuple[Any, ...]:
        if desk.hurried(_visitor(request), query=False):
            return note_html(TEXTS[now]["too_fast"], bad=True), gr.skip(), gr.skip(), gr.skip()
        there = Place.of(kept).after(str(pressed._data.get("go", "")))
        return *_shown(desk, there, now), there.kept()

    picture.click(
        walk, [place, language], [picture, table, turtle, place],
        api_visibility="private", show_progress="minimal", show_progress_on=[picture], trigger_mode="always_last",
    )  # fmt: skip

    def answered(text: str, now: Language, request: gr.Request) -> tuple[Any, ...]:
        if desk.hurried(_visitor(request), query=True):
            return note_html(TEXTS[now]["too_fast"], bad=True), gr.skip()
        html, file = desk.run(text or "", now)
        return html, gr.update(value=str(file) if file else None, visible=file is not None)

    run.click(
        answered, [query, language], [answer, result],
        api_visibility="private", show_progress="minimal", concurrency_limit=4,
    )  # fmt: skip
    for button, example in zip(examples, EXAMPLES, strict=True):
        button.click(lambda text=example.query: text, None, query, api_visibility="private", show_progress="hidden")
    sparql_panel.expand(desk.warm, None, None, api_visibility="private", show_progress="hidden")

    def speak(text: str, kept: Kept | None, now: Language) -> tuple[Any, ...]:
        said = TEXTS[now]
        return (
            gr.update(label=said["search"], placeholder=said["search_hint"]),
            gr.update(value=said["find"]),
            desk.search(text or "", now),
            gr.update(label=said["triples"]),
            gr.update(label=said["sparql"]),
            _note(desk, now),
            gr.update(label=said["query"]),
            gr.update(value=said["run"]),
            gr.update(label=said["result_turtle"]),
            *(gr.update(value=example.title[now]) for example in EXAMPLES),
            *_shown(desk, Place.of(kept), now),
        )

    language.change(
        speak, [words, place, language],
        [words, find, hits, triples_panel, sparql_panel, note, query, run, result, *examples, picture, table, turtle],
        api_visibility="private", show_progress="hidden",
    )  # fmt: skip
    return desk


def _shown(desk: Desk, place: Place, language: Language) -> tuple[Any, ...]:
    look = desk.look(place, language)
    file = gr.update(
        label=TEXTS[language]["turtle"], value=str(look.turtle) if look.turtle else None,
        interactive=look.turtle is not None,
    )  # fmt: skip
    return look.picture, look.triples, file


def _note(desk: Desk, language: Language) -> str:
    limits = desk.limits
    return note_html(TEXTS[language]["sparql_note"].format(seconds=f"{limits.seconds:g}", rows=limits.rows))


def _visitor(request: gr.Request) -> str:
    """Return whom a rate is kept for: a page that is open in a browser."""
    return request.session_hash or (request.client.host if request.client else "")
