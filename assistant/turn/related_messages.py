"""What is said about products that belong together; `messages.say` finds these too."""

from __future__ import annotations

from assistant.product import Language

RELATED_MESSAGES: dict[str, dict[Language, tuple[str, ...]]] = {
    # Reasons: what the product on the card is to the one that was asked about
    "is_accessory": {"en": ("an accessory for the {title}",), "zh": ("{title}的配件",)},
    "is_accessory_of": {"en": ("goes with the {title}",), "zh": ("可搭配{title}",)},
    "is_consumable": {"en": ("a supply for the {title}",), "zh": ("{title}的耗材",)},
    "is_consumable_of": {"en": ("takes the {title}",), "zh": ("可使用{title}",)},
    "is_compatible": {"en": ("works with the {title}",), "zh": ("与{title}兼容",)},
    "is_similar": {"en": ("can take the place of the {title}",), "zh": ("可替代{title}",)},
    "is_bought_together": {"en": ("bought together with the {title}",), "zh": ("常与{title}一起购买",)},
    "is_similar_taste": {"en": ("also bought by buyers of the {title}",), "zh": ("买{title}的人也买",)},
    "is_in_series": {"en": ("of the series {series}, like the {title}",), "zh": ("与{title}同属{series}系列",)},
    "how_stated": {"en": ("the catalogue says so",), "zh": ("商品资料注明",)},
    "how_sure": {"en": ("{share} % sure",), "zh": ("推断得出，可信度{share}%",)},
    "with_how": {"en": ("{reason} ({how})",), "zh": ("{reason}（{how}）",)},
    "why_shared": {
        "en": ("it shares {facts} with the {title}",),
        "zh": ("和{title}同样是{facts}",),
    },
    "why_one_shared": {"en": ("“{fact}” ({count} products here)",), "zh": ("“{fact}”（店里共{count}款）",)},
    # Answers
    "goes_with_lead": {"en": ("Here is what goes with the {title}.",), "zh": ("和{title}搭配的有这些。",)},
    "made_for_lead": {"en": ("These are made for the {title}.",), "zh": ("这些是{title}的配件和耗材。",)},
    "fitted_by_lead": {"en": ("The {title} fits these.",), "zh": ("{title}适用于这些商品。",)},
    "bought_with_lead": {"en": ("Buyers of the {title} also took these.",), "zh": ("买{title}的顾客还买了这些。",)},
    "in_series_of_lead": {
        "en": ("The {title} belongs to the series {series}; here is the rest of it.",),
        "zh": ("{title}属于{series}系列，同系列的还有这些。",),
    },
    "related_none": {
        "en": (
            "I find no {what} here that the catalogue links to the {title}.",
            "The catalogue names no {what} that go with the {title}, and I'd rather not guess.",
        ),
        "zh": ("店里没有查到和{title}配套的{what}。", "商品资料里没有写哪些{what}能配{title}，我不乱猜。"),
    },
    "related_none_at_all": {
        "en": ("The catalogue doesn't say what goes with the {title}.",),
        "zh": ("商品资料里没有写什么和{title}配套。",),
    },
    "series_none": {
        "en": ("The catalogue doesn't name a series for the {title}.",),
        "zh": ("商品资料里没有写{title}属于哪个系列。",),
    },
    "bought_none": {
        "en": ("I don't know yet what else buyers of the {title} take.",),
        "zh": ("还没有数据说明买{title}的顾客还买了什么。",),
    },
    "listed_in_words": {
        "en": ("Its {label} reads: “{text}”",),
        "zh": ("它的“{label}”写着：“{text}”",),
    },
    "bundle": {
        "en": ("To go with the {title} I'd add {things}. Together that's {total}, all in stock.",),
        "zh": ("配{title}，可以加上{things}，一共{total}，都有现货。",),
    },
    "bundle_thing": {"en": ("the {title} ({price})",), "zh": ("{title}（{price}）",)},
    "pair_yes": {"en": ("Yes: the {other} is {reason}.",), "zh": ("可以：{other}是{reason}。",)},
    "pair_yes_takes": {"en": ("Yes: the {other} {reason}.",), "zh": ("可以：{other}{reason}。",)},
    "pair_listed": {
        "en": ("Yes: the {label} of the {title} names “{words}”.",),
        "zh": ("可以：{title}的“{label}”里写有“{words}”。",),
    },
    "pair_no": {
        "en": ("The catalogue doesn't say that the {title} and the {other} go together, so I can't promise it.",),
        "zh": ("商品资料里没有写{title}和{other}能配套，我没法保证。",),
    },
    "pair_unknown": {
        "en": ("“{words}” isn't in this shop's catalogue, and the {title} doesn't name it, so I can't say.",),
        "zh": ("店里没有“{words}”，{title}的资料里也没提到它，我没法确定。",),
    },
    "related_which": {
        "en": ("Which product do you mean? Name it, or look for it first, and I'll say what goes with it.",),
        "zh": ("您说的是哪款商品？告诉我名称或先找到它，我再看看有什么和它配套。",),
    },
    "quick_goes_with": {"en": ("What goes with it?",), "zh": ("有什么配件？",)},
}
