"""What the assistant says, in both languages: sentence patterns whose gaps are filled with facts from the graph."""

from __future__ import annotations

from assistant.product import Language
from assistant.turn.cart_messages import CART_MESSAGES
from assistant.turn.product_messages import PRODUCT_MESSAGES
from assistant.turn.related_messages import RELATED_MESSAGES
from assistant.turn.search_messages import SEARCH_MESSAGES
from assistant.turn.watch_messages import WATCH_MESSAGES

_MESSAGES: dict[str, dict[Language, tuple[str, ...]]] = {
    "greet": {
        "en": (
            "Hi! I know everything in this shop. What are you looking for today?",
            "Hello! Tell me what you need, and a budget if you have one.",
            "Welcome! Name a kind of product, a brand or a gift you have in mind.",
        ),
        "zh": (
            "你好！店里的商品我都熟悉，今天想找点什么？",
            "您好！告诉我想买什么，有预算的话也可以说一声。",
            "欢迎光临！想看哪类商品、哪个品牌，或者送人的礼物，直接说就行。",
        ),
    },
    "goodbye": {
        "en": ("Goodbye, and thanks for stopping by!", "See you soon. Enjoy your day!", "Bye! Come back any time."),
        "zh": ("再见，欢迎下次再来！", "慢走，祝您一天愉快！", "拜拜，有需要随时来。"),
    },
    "thanks": {
        "en": (
            "You're welcome! Anything else you'd like to see?",
            "My pleasure. Shall I look for something else?",
            "Glad to help! Is there more you need?",
        ),
        "zh": ("不客气！还想看看别的吗？", "很高兴帮到您，还需要别的吗？", "应该的！还有什么想看的？"),
    },
    "start_over": {
        "en": ("All right, a fresh start. What are you looking for?",),
        "zh": ("好的，我们重新开始。您想找什么？",),
    },
    "off_topic": {
        "en": (
            "That's outside what I can help with. I can find products here, narrow them down and tell you about them.",
            "I'm only good with this shop's products, so I can't help with that. Shall we look for something?",
            "That one I have to pass on: I find, compare and explain the products of this shop.",
        ),
        "zh": (
            "这个我帮不上忙。我可以帮您在店里找商品、按条件筛选、介绍商品详情。",
            "我只熟悉店里的商品，这个问题答不了。要不要一起挑点什么？",
            "这个我答不上来，我擅长的是找商品、比较商品和介绍商品。",
        ),
    },
    "clarify": {
        "en": ("I'm not sure I got that. What kind of product are you looking for?",),
        "zh": ("我没太明白，您想找哪一类商品？",),
    },
    "clarify_searching": {
        "en": ("I'm not sure I got that. Should I narrow these down by price, brand or a feature?",),
        "zh": ("我没太明白。要按价格、品牌还是功能来缩小范围？",),
    },
    "found_one": {
        "en": ("There is one match among the {what}: {title}{reason}.",),
        "zh": ("符合要求的{what}只有一款：{title}{reason}。",),
    },
    "more": {
        "en": ("Here are {count} more {what}.", "And {count} more {what}:", "The next {count} {what}:"),
        "zh": ("再看{count}款{what}。", "还有这{count}款{what}：", "接下来{count}款{what}："),
    },
    "more_one": {
        "en": ("Here is one more among the {what}.", "And one more of the {what}:", "The last of the {what}:"),
        "zh": ("还有1款{what}。", "再看这1款{what}。", "最后1款{what}："),
    },
    "no_more": {
        "en": ("That was all I have for this. Shall I loosen one of your wishes?",),
        "zh": ("符合条件的就这些了，要不要放宽某个条件？",),
    },
    "nothing_to_show": {
        "en": ("Nothing to show yet. What are you looking for?",),
        "zh": ("还没有可以看的商品，您想找什么？",),
    },
    "cheaper": {
        "en": ("Below {limit}, I have {count} {what}. First pick: {title}{reason}.",),
        "zh": ("{limit}以下还有{count}款{what}，首推{title}{reason}。",),
    },
    "dearer": {
        "en": ("Above {limit}, I have {count} {what}. First pick: {title}{reason}.",),
        "zh": ("{limit}以上还有{count}款{what}，首推{title}{reason}。",),
    },
    "cheapest_already": {
        "en": ("Nothing below {limit} meets your other wishes: these are the cheapest.",),
        "zh": ("满足其他条件的商品没有低于{limit}的了，这些已经是最便宜的。",),
    },
    "dearest_already": {
        "en": ("Nothing above {limit} meets your other wishes: these are at the top.",),
        "zh": ("满足其他条件的商品没有高于{limit}的了，这些已经是最高价位。",),
    },
    "nothing": {
        "en": ("I found nothing for that. Try other words, or take back one of your wishes.",),
        "zh": ("没有找到合适的商品，换个说法或者放宽条件试试。",),
    },
    "which": {
        "en": ("Which one do you mean? Say its number, for example “the second one”.",),
        "zh": ("您指的是哪一款？说出序号就行，比如“第二个”。",),
    },
    "no_such_place": {
        "en": ("There {are} only {count} on screen. Which one do you mean?",),
        "zh": ("屏幕上只有{count}款，您指的是哪一款？",),
    },
    "details": {
        "en": ("{title}{price}. {description}",),
        "zh": ("{title}{price}。{description}",),
    },
    "details_facts": {"en": ("In detail: {facts}.",), "zh": ("主要参数：{facts}。",)},
    "details_rating": {
        "en": ("Rated {rating} out of 5 by {count} buyers.",),
        "zh": ("评分 {rating}（满分5分），{count}人评价。",),
    },
    "details_review": {"en": ("One buyer wrote: “{text}”",), "zh": ("有买家说：“{text}”",)},
    "stock_in": {"en": ("{count} in stock.",), "zh": ("现货{count}件。",)},
    "stock_yes": {"en": ("In stock.",), "zh": ("有现货。",)},
    "stock_no": {"en": ("Out of stock at the moment.",), "zh": ("暂时缺货。",)},
    "stock_preorder": {"en": ("Can be pre-ordered.",), "zh": ("可以预订。",)},
    "products": {"en": ("products",), "zh": ("商品",)},
    "products_of": {"en": ("{kind} products",), "zh": ("{kind}类商品",)},
    "priced": {"en": (" at {price}",), "zh": ("，售价{price}",)},
    "why_not": {"en": ("not {value}",), "zh": ("不是{value}",)},
    "why_within": {"en": ("{price} is within your budget",), "zh": ("{price}，在预算以内",)},
    "why_cheaper": {"en": ("{price} is cheaper than what you saw",), "zh": ("{price}，比刚才看的便宜",)},
    "why_dearer": {"en": ("{price}, as high as you asked for",), "zh": ("{price}，高于您给的下限",)},
    "why_rating": {"en": ("rated {rating} by {count} buyers",), "zh": ("{count}人评价，评分{rating}",)},
    "why_text": {"en": ("a close match to your words",), "zh": ("与您的描述很匹配",)},
    "why_sale": {"en": ("reduced from {price}",), "zh": ("原价{price}，现已降价",)},
    "up_to": {"en": ("up to {limit}",), "zh": ("不超过{limit}",)},
    "below": {"en": ("below {limit}",), "zh": ("低于{limit}",)},
    "from": {"en": ("from {limit}",), "zh": ("{limit}起",)},
    "above": {"en": ("above {limit}",), "zh": ("高于{limit}",)},
    "said": {"en": ("{limit} (“{said}”)",), "zh": ("{limit}（“{said}”）",)},
    "quick_cheaper": {"en": ("Cheaper",), "zh": ("便宜一点",)},
    "quick_more": {"en": ("Show more",), "zh": ("再看几款",)},
    "quick_second": {"en": ("Tell me about the first one",), "zh": ("介绍一下第一款",)},
    "quick_start_over": {"en": ("Start over",), "zh": ("重新开始",)},
    "quick_without": {"en": ("Forget the {facet}",), "zh": ("{facet}不限",)},
    "quick_category": {"en": ("Show me {category}",), "zh": ("看看{category}",)},
    "quick_brand": {"en": ("Only {brand}",), "zh": ("只看{brand}",)},
    "separator": {"en": (", ",), "zh": ("、",)},
    "colon": {"en": (": ",), "zh": ("：",)},
}
_MESSAGES |= PRODUCT_MESSAGES | CART_MESSAGES | SEARCH_MESSAGES | RELATED_MESSAGES | WATCH_MESSAGES


def say(key: str, language: Language, turn: int = 0, **gaps: object) -> str:
    """Return message `key` with its gaps filled; `turn` varies the wording."""
    variants = _MESSAGES[key][language]
    return variants[turn % len(variants)].format(**gaps)
