"""What is said about waiting for a price or for stock; `messages.say` finds these too."""

from __future__ import annotations

from assistant.product import Language

WATCH_MESSAGES: dict[str, dict[Language, tuple[str, ...]]] = {
    "watch_price_drop": {
        "en": ("I'll tell you when {subject} costs less than {price}.",),
        "zh": ("{subject}低于{price}时我会告诉您。",),
    },
    "watch_price_below": {
        "en": ("I'll tell you when {subject} is down to {amount}; now it costs {price}.",),
        "zh": ("{subject}降到{amount}时我会告诉您，现在是{price}。",),
    },
    "watch_back_in_stock": {
        "en": ("I'll tell you when {subject} is back in stock.",),
        "zh": ("{subject}到货时我会告诉您。",),
    },
    "watch_low_stock": {
        "en": ("I'll tell you when only a few of {subject} are left.",),
        "zh": ("{subject}快卖完时我会提醒您。",),
    },
    "watch_how": {
        "en": ("You'll read it here, the next time you write.",),
        "zh": ("下次您来聊天时就能看到。",),
    },
    "watch_in_stock": {
        "en": ("{subject} is in stock now, so there is nothing to wait for.",),
        "zh": ("{subject}现在就有货，不用等。",),
    },
    "watch_already": {"en": ("{subject} costs {price} already.",), "zh": ("{subject}现在就是{price}，已经达到了。",)},
    "watch_unpriced": {
        "en": ("{subject} has no price in the catalogue, so I can't watch it.",),
        "zh": ("{subject}没有标价，没法关注降价。",),
    },
    "watch_full": {
        "en": ("You are waiting for as many products as I can keep; end one of them first.",),
        "zh": ("关注的商品已达上限，请先取消一些。",),
    },
    "watch_off": {"en": ("I can't keep such wishes here.",), "zh": ("这里没法设置提醒。",)},
    "watch_broken": {
        "en": ("I can't note that down just now. Please try again in a moment.",),
        "zh": ("暂时没法记录，请稍后再试。",),
    },
    "watch_none": {"en": ("You aren't waiting for anything at the moment.",), "zh": ("您目前没有设置提醒。",)},
    "watch_stopped": {"en": ("All right, no more news of {titles}.",), "zh": ("好的，不再提醒：{titles}。",)},
    "watch_list": {"en": ("You want to be told: {things}.",), "zh": ("您设置的提醒：{things}。",)},
    "watching_price_drop": {"en": ("when the {title} gets cheaper",), "zh": ("{title}降价",)},
    "watching_price_below": {"en": ("when the {title} is down to {amount}",), "zh": ("{title}降到{amount}",)},
    "watching_back_in_stock": {"en": ("when the {title} is back in stock",), "zh": ("{title}到货",)},
    "watching_low_stock": {"en": ("when only a few of the {title} are left",), "zh": ("{title}快卖完",)},
    "notice_price_drop": {
        "en": ("News you asked for: the {title} went from {before} down to {price}.",),
        "zh": ("您关注的消息：{title}从{before}降到了{price}。",),
    },
    "notice_price_below": {
        "en": ("News you asked for: the {title} is down to {price} (it was {before}).",),
        "zh": ("您关注的消息：{title}已降到{price}（原来{before}）。",),
    },
    "notice_back_in_stock": {
        "en": ("News you asked for: the {title} is back in stock.",),
        "zh": ("您关注的消息：{title}到货了。",),
    },
    "notice_low_stock": {
        "en": ("News you asked for: only {stock} of the {title} are left.",),
        "zh": ("您关注的消息：{title}只剩{stock}件了。",),
    },
    "notice_gone": {
        "en": ("The {title} that you were waiting for is no longer sold here.",),
        "zh": ("您关注的{title}已经下架了。",),
    },
    "quick_watch": {"en": ("Tell me when it gets cheaper",), "zh": ("降价告诉我",)},
    "quick_watch_stock": {"en": ("Tell me when it's back in stock",), "zh": ("到货通知我",)},
    "quick_unwatch": {"en": ("Stop telling me about it",), "zh": ("不用再提醒我了",)},
    "quick_see": {"en": ("Show me the {title}",), "zh": ("看看{title}",)},
}
