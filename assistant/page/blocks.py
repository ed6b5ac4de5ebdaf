"""The page's layout and what its controls do."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from html import escape
from typing import Any, Literal

import gradio as gr
import structlog
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from assistant.page.explore import explore_tab
from assistant.page.explore_desk import Desk
from assistant.page.render import cards_html, cart_html, comparison_html, decision_html
from assistant.page.texts import TEXTS, samples
from assistant.product import LANGUAGES, Language
from assistant.reply import Reply
from assistant.settings import Settings
from assistant.stack import Stack
from assistant.understanding.understood import language_of
from dialogue.client import RasaClient
from dialogue.server import RasaError, RasaState

_QUICK = 5
_POLL = 2.0
Choice = Literal["auto", "en", "zh"]
Messages = list[dict[str, Any]]
_log = structlog.get_logger("page")


def message(role: str, content: Any) -> dict[str, Any]:  # noqa: ANN401 (text or a Gradio component)
    """Return one bubble of the chat; texts are shown as they are written, never as markup."""
    return {"role": role, "content": escape(content, quote=False) if isinstance(content, str) else content}


def bubbles(reply: Reply) -> Messages:
    """Return the bubbles of a reply: its words, then what it compares, its cards, its cart."""
    shown = [message("assistant", reply.text)]
    if reply.comparison:
        shown.append(message("assistant", gr.HTML(comparison_html(reply), elem_classes="reply-table")))
    if reply.cards:
        shown.append(message("assistant", gr.HTML(cards_html(reply), elem_classes="reply-cards")))
    if reply.cart and reply.cart.lines:
        shown.append(message("assistant", gr.HTML(cart_html(reply), elem_classes="reply-cart")))
    return shown


class Page:
    """What the page's events run; holds no conversation, only the connections."""

    def __init__(self, stack: Stack) -> None:
        """Serve conversations of `stack`."""
        self._stack = stack
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._rate = RateLimitItemPerMinute(self._settings.messages_per_minute)

    @property
    def _settings(self) -> Settings:
        return self._stack.settings

    @property
    def _client(self) -> RasaClient:
        return self._stack.client

    def banner(self, language: Language) -> str:
        """Return what is wrong with the dialogue server, or nothing."""
        rasa = self._stack.rasa
        if rasa.state is RasaState.RUNNING:
            return ""
        texts = TEXTS[language]
        if rasa.state is RasaState.FAILED:
            return f'<p class="note bad" role="alert">{escape(texts["failed"].format(problem=rasa.problem))}</p>'
        return f'<p class="note" role="status">{escape(texts["starting"])}</p>'

    def refused(self, session: str, text: str, language: Language) -> str | None:
        """Say why a message is not taken, or None."""
        if len(text) > self._settings.message_length:
            return TEXTS[language]["too_long"].format(limit=self._settings.message_length)
        if not self._limiter.hit(self._rate, session):
            return TEXTS[language]["too_fast"]
        return None

    async def answer(self, session: str, text: str, choice: Choice) -> Reply:
        """Send what was typed."""
        return await self._client.send(session, text, {} if choice == "auto" else {"language": choice})

    async def take_back(self, session: str, key: str) -> Reply:
        """Remove one chip."""
        return await self._client.act(session, "relax", {"remove": key})

    async def restore(self, session: str) -> tuple[Messages, Reply | None]:
        """Return the bubbles of a conversation that goes on after a reload, and its last reply."""
        shown: Messages = []
        last = None
        try:
            said = await self._client.transcript(session)
        except Exception as error:  # whatever is wrong with the past, the page opens
            _log.warning("page.not_restored", error=type(error).__name__)
            return [], None
        for item in said:
            if isinstance(item, str):
                shown.append(message("user", item))
            else:
                shown += bubbles(item)
                last = item
        return shown, last


def new_session() -> str:
    """Issue the secret that names a conversation."""
    return secrets.token_urlsafe(24)


def build(stack: Stack, secret: str, desk: Desk) -> gr.Blocks:
    """Return the page; `secret` seals the session that the browser keeps over reloads, `desk` answers the Explore tab."""
    page = Page(stack)
    first = TEXTS["en"]
    # What visitors downloaded is not kept for ever.
    with gr.Blocks(
        title=first["title"], analytics_enabled=False, fill_width=True, delete_cache=(3600, 86400)
    ) as blocks:
        session = gr.State("")
        kept = gr.BrowserState("", storage_key="assistant-session", secret=secret)
        language = gr.State("en")
        last = gr.State(None)
        with gr.Row(elem_id="top"):
            heading = gr.HTML(_heading("en"), elem_id="heading")
            choice = gr.Radio(
                [(first["auto"], "auto"), ("English", "en"), ("中文", "zh")],
                value="auto", label=first["language"], show_label=False, container=False, elem_id="language", scale=0,
                min_width=240,
            )  # fmt: skip
            fresh = gr.Button(first["new"], size="sm", scale=0, min_width=120, elem_id="new")
        banner = gr.HTML(page.banner("en"), elem_id="banner")
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab(first["tab_chat"], id="chat") as chat_tab, gr.Row():
                with gr.Column(scale=7, min_width=320):
                    chat = gr.Chatbot(
                        elem_id="chat", show_label=False, height="62vh", layout="bubble", render_markdown=False,
                        buttons=[], placeholder=_placeholder("en"), examples=[{"text": s} for s in samples("en")],
                        group_consecutive_messages=True, autoscroll=False,
                    )  # fmt: skip

                    @gr.render(inputs=[last], triggers=[last.change])
                    def quick(reply: dict[str, Any] | None) -> None:
                        with gr.Row(elem_id="quick"):
                            for suggestion in ((reply or {}).get("quick_replies") or [])[:_QUICK]:
                                button = gr.Button(suggestion["title"], size="sm", variant="secondary")
                                ask = gr.State(suggestion["payload"])
                                _wire(button.click, ask)

                    with gr.Row():
                        say = gr.Textbox(
                            elem_id="say", placeholder=first["placeholder"], show_label=False, label=first["placeholder"],
                            lines=1, max_lines=4, autofocus=True, scale=8, max_length=stack.settings.message_length,
                        )  # fmt: skip
                        send = gr.Button(first["send"], variant="primary", scale=1, min_width=90, elem_id="send")
                with gr.Column(scale=4, min_width=300):
                    chips_title = gr.HTML(f'<p class="small">{escape(first["chips"])}</p>')

                    @gr.render(inputs=[last, language], triggers=[last.change, language.change])
                    def chips(reply: dict[str, Any] | None, now: Language) -> None:
                        found = (reply or {}).get("chips") or []
                        if not found:
                            gr.HTML(f'<p class="small">{escape(TEXTS[now]["no_chips"])}</p>')
                            return
                        with gr.Row(elem_id="chips"):
                            for chip in found:
                                button = gr.Button(f"{chip['label']} ✕", size="sm")
                                key = gr.State(chip["key"])
                                button.click(
                                    remove,
                                    [key, session, chat, language],
                                    [chat, last, language],
                                    api_visibility="private",
                                )

                    with gr.Accordion(first["decision"], open=False, elem_id="decision") as panel:
                        decision = gr.HTML(f'<p class="small">{escape(first["no_decision"])}</p>')
            with gr.Tab(first["tab_explore"], id="explore") as explore_at:
                explore_tab(stack, language, desk)
        timer = gr.Timer(_POLL)

        async def respond(text: str, who: str, shown: Messages, now: Language, chosen: Choice) -> AsyncIterator[tuple]:
            text = (text or "").strip()
            if not text:
                yield shown, gr.skip(), now
                return
            spoken = language_of(text, now) if chosen == "auto" else chosen
            shown = [*shown, message("user", text[: stack.settings.message_length])]
            yield shown, gr.skip(), gr.skip()
            refusal = page.refused(who, text, spoken)
            if refusal:
                yield [*shown, message("assistant", refusal)], gr.skip(), spoken
                return
            try:
                reply = await page.answer(who, text, chosen)
            except RasaError as error:
                _log.warning("page.unanswered", error=str(error))
                yield [*shown, message("assistant", TEXTS[spoken]["down"].format(text=text))], gr.skip(), spoken
                return
            yield [*shown, *bubbles(reply)], reply.model_dump(mode="json"), reply.language

        async def remove(key: str, who: str, shown: Messages, now: Language) -> tuple:
            try:
                reply = await page.take_back(who, key)
            except RasaError:
                return [*shown, message("assistant", TEXTS[now]["down"].format(text="✕"))], gr.skip(), gr.skip()
            return [*shown, *bubbles(reply)], reply.model_dump(mode="json"), reply.language

        def _wire(event: Any, text: gr.components.Component) -> None:  # noqa: ANN401 (Gradio's event methods)
            event(
                respond, [text, session, chat, language, choice], [chat, last, language],
                show_progress="minimal", api_visibility="private", concurrency_limit=8,
            )  # fmt: skip

        pending = gr.State("")
        for trigger in (say.submit, send.click):
            # The box is emptied before the answer comes, so that the shopper can go on typing.
            taken = trigger(
                lambda text: (text, ""),
                say,
                [pending, say],
                queue=False,
                api_visibility="private",
                show_progress="hidden",
            )
            _wire(taken.then, pending)

        def example(event: gr.SelectData) -> str:
            return event.value["text"]

        _wire(chat.example_select(example, None, pending, queue=False, api_visibility="private").then, pending)

        @last.change(inputs=[last, language], outputs=decision, api_visibility="private", show_progress="hidden")
        def explain(reply: dict[str, Any] | None, now: Language) -> str:
            if not reply:
                return f'<p class="small">{escape(TEXTS[now]["no_decision"])}</p>'
            return decision_html(Reply.model_validate(reply).decision, now)

        @language.change(
            inputs=[language], outputs=[heading, choice, fresh, say, send, chips_title, panel, chat, chat_tab, explore_at],
            api_visibility="private", show_progress="hidden",
        )  # fmt: skip
        def speak(now: Language) -> tuple:
            texts = TEXTS[now]
            return (
                _heading(now),
                gr.update(
                    label=texts["language"], choices=[(texts["auto"], "auto"), ("English", "en"), ("中文", "zh")]
                ),
                gr.update(value=texts["new"]),
                gr.update(placeholder=texts["placeholder"], label=texts["placeholder"]),
                gr.update(value=texts["send"]),
                f'<p class="small">{escape(texts["chips"])}</p>',
                gr.update(label=texts["decision"]),
                gr.update(placeholder=_placeholder(now), examples=[{"text": s} for s in samples(now)]),
                gr.update(label=texts["tab_chat"]),
                gr.update(label=texts["tab_explore"]),
            )

        @choice.input(inputs=[choice, language], outputs=language, api_visibility="private", show_progress="hidden")
        def choose(chosen: Choice, now: Language) -> Language:
            return now if chosen == "auto" else chosen

        @fresh.click(outputs=[session, kept, chat, last], api_visibility="private")
        def restart() -> tuple[str, str, Messages, None]:
            issued = new_session()
            return issued, issued, [], None

        @blocks.load(inputs=[kept], outputs=[session, kept, chat, last, language], api_visibility="private")
        async def opened(before: str, request: gr.Request) -> tuple:
            if before:
                shown, reply = await page.restore(before)
                if shown:
                    spoken = reply.language if reply else "en"
                    return before, before, shown, reply.model_dump(mode="json") if reply else None, spoken
            issued = before or new_session()
            return issued, issued, [], None, _preferred(request.headers.get("accept-language", ""))

        timer.tick(page.banner, language, banner, show_progress="hidden", api_visibility="private")
    return blocks


def _preferred(header: str) -> Language:
    """Return the first of our languages that the browser asks for (RFC 9110, Accept-Language)."""
    for part in header.split(","):
        code = part.split(";")[0].strip().lower()[:2]
        if code in LANGUAGES:
            return code  # type: ignore[return-value]
    return "en"


def _heading(language: Language) -> str:
    texts = TEXTS[language]
    return f"<h1>{escape(texts['title'])}</h1><p>{escape(texts['subtitle'])}</p>"


def _placeholder(language: Language) -> str:
    texts = TEXTS[language]
    return f"### {texts['title']}\n{texts['empty']}"
