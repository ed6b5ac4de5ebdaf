"""What is said about a search: relaxing, contradictions, questions that narrow down, going back."""

from __future__ import annotations

from assistant.product import Language

SEARCH_MESSAGES: dict[str, dict[Language, tuple[str, ...]]] = {
    "found": {
        "en": (
            "I found {count} {what} that fit. My first pick: {title}{reason}.",
            "{count} {what} fit that. I'd start with {title}{reason}.",
            "There are {count} {what} for that. Have a look at {title}{reason} first.",
        ),
        "zh": (
            "为您找到{count}款{what}，首推{title}{reason}。",
            "有{count}款{what}符合要求，先看看{title}{reason}。",
            "符合的{what}有{count}款，我先推荐{title}{reason}。",
        ),
    },
    "found_some": {
        "en": (
            "Here is what comes closest. My first pick: {title}{reason}.",
            "These come closest. I'd start with {title}{reason}.",
            "This is what I have in that direction, {title}{reason} first.",
        ),
        "zh": (
            "这些最接近您的要求，首推{title}{reason}。",
            "最接近的是这几款，先看看{title}{reason}。",
            "按您说的找了这几款，可以先看{title}{reason}。",
        ),
    },
    "ordered": {
        "en": (
            "By {label}, first of {count} {what}: {title}, {value}.",
            "{title} leads the {count} {what} on {label}: {value}.",
            "Of {count} {what}, {title} comes first on {label} ({value}).",
        ),
        "zh": (
            "按{label}排，{count}款{what}里排第一的是{title}，{value}。",
            "{count}款{what}按{label}比较，第一是{title}：{value}。",
            "{what}共{count}款，{label}上领先的是{title}（{value}）。",
        ),
    },
    "relaxed_offer": {
        "en": (
            "Nothing meets all of that. Without “{blame}” I have {count}, shown here. Shall I drop {them}?",
            "No match for everything at once: it's “{blame}” that leaves none. Without {them}: {count}. Shall I go on so?",
            "All of that together finds nothing. If “{blame}” may go, I have {count}. Shall I leave {them} out?",
        ),
        "zh": (
            "没有商品同时满足所有条件，卡在“{blame}”。去掉后有{count}款，先放在下面。要去掉{them}吗？",
            "全部条件加起来没有结果。不要求“{blame}”的话有{count}款，要放宽{them}吗？",
            "一款都不满足，问题出在“{blame}”。不算{them}的话有{count}款，可以吗？",
        ),
    },
    "ordered_one": {
        "en": ("Only one among the {what} fits: {title}, {label} {value}.",),
        "zh": ("符合的{what}只有一款：{title}，{label}{value}。",),
    },
    "nothing_to_relax": {
        "en": (
            "There was no such demand to drop; the list stays as it is.",
            "You hadn't asked for that, so nothing changes.",
            "That wasn't among your wishes, so the list stays.",
        ),
        "zh": (
            "您之前没提过这个要求，结果不变。",
            "本来就没有这个条件，列表不变。",
            "这个没有限制过，还是原来的结果。",
        ),
    },
    "ask_kind": {
        "en": (
            "What kind of product shall it be?",
            "Which kind do you have in mind?",
            "Which kind of thing are you after?",
        ),
        "zh": ("想看哪一类商品？", "您想要哪一类的？", "您要找哪一种商品？"),
    },
    "yes_which": {
        "en": ("Which {facet} shall it be?", "Gladly. Which {facet}?", "Tell me the {facet}, and I'll narrow it down."),
        "zh": ("好的，{facet}想要哪种？", "那{facet}要怎样的？", "请说一下{facet}，我来缩小范围。"),
    },
    "yes_what": {
        "en": ("Gladly. Which one?", "Good. Tell me which.", "Fine. What exactly?"),
        "zh": ("好的，具体是哪个？", "好，请说具体一点。", "可以，要哪一个？"),
    },
    "replaced": {
        "en": ("All right, {new} from now on.", "OK, {new} it is.", "Changed: {new}."),
        "zh": ("好的，改成“{new}”。", "行，以“{new}”为准。", "已改为“{new}”。"),
    },
    "as_before": {"en": ("With your demands from before: {demands}.",), "zh": ("条件还是：{demands}。",)},
    "band": {"en": ("{least} to {most}",), "zh": ("{least}到{most}",)},
    "ask_gift_budgeted": {
        "en": (
            "Happy to help with a gift. What do they like to do?",
            "A gift, lovely! Tell me an interest of theirs.",
            "Let's find something nice. What are they into?",
        ),
        "zh": (
            "好的，帮您挑礼物。对方有什么爱好？",
            "送礼没问题！对方平时喜欢什么？",
            "一起挑个合适的。对方喜欢做什么？",
        ),
    },
    "it_one": {"en": ("it",), "zh": ("它",)},
    "it_many": {"en": ("them",), "zh": ("它们",)},
    "relaxed_done": {
        "en": ("Dropped “{blame}”.", "All right, without “{blame}”.", "OK, “{blame}” is out."),
        "zh": ("已去掉“{blame}”。", "好的，不要求“{blame}”了。", "行，“{blame}”放宽了。"),
    },
    "kept_anyway": {
        "en": (
            "All right, I'll keep it. What else shall we change?",
            "OK, it stays. Is there another wish that may go?",
            "Fine, nothing is dropped. What would you like to change instead?",
        ),
        "zh": ("好的，条件保留。还想调整哪一项？", "行，先不去掉。别的条件可以放宽吗？", "好，都保留。想改哪一条？"),
    },
    "contradiction": {
        "en": (
            "Earlier you asked for “{old}”, now for “{new}”. Shall I go with “{new}”?",
            "“{new}” goes against “{old}” from before. Shall it replace that?",
            "That can't both be: first “{old}”, now “{new}”. Shall the new one count?",
        ),
        "zh": (
            "您之前要的是“{old}”，现在是“{new}”。以“{new}”为准吗？",
            "“{new}”和刚才的“{old}”有矛盾，改成“{new}”吗？",
            "先说“{old}”，又说“{new}”，两个不能同时满足。按新的来吗？",
        ),
    },
    "contradiction_own": {
        "en": (
            "“{old}” and “{new}” can't both hold. Which one do you mean?",
            "Nothing can be both “{old}” and “{new}”. Which shall it be?",
            "“{old}” or “{new}”? Both at once is impossible.",
        ),
        "zh": (
            "“{old}”和“{new}”不能同时满足，您要哪一个？",
            "“{old}”与“{new}”有矛盾，以哪个为准？",
            "没有既“{old}”又“{new}”的商品，您指哪一个？",
        ),
    },
    "contradiction_kept": {
        "en": (
            "All right, “{old}” stays.",
            "OK, I'll keep “{old}”.",
            "Fine, still “{old}”.",
        ),
        "zh": (
            "好的，仍按“{old}”来。",
            "行，保持“{old}”。",
            "好，“{old}”不变。",
        ),
    },
    "quick_replace": {"en": ("Yes, {new}",), "zh": ("是的，{new}",)},
    "quick_keep": {"en": ("No, keep it",), "zh": ("不，保持原样",)},
    "quick_yes": {"en": ("Yes, please",), "zh": ("好的",)},
    "quick_no": {"en": ("No, thanks",), "zh": ("不用了",)},
    "ask_facet": {
        "en": (
            "Which {facet} would you like?",
            "Does the {facet} matter to you?",
            "Any {facet} you have in mind?",
        ),
        "zh": ("{facet}有什么要求吗？", "想要哪种{facet}？", "{facet}上有偏好吗？"),
    },
    "ask_price": {
        "en": ("How much would you like to spend?", "Do you have a budget?", "What price range suits you?"),
        "zh": ("预算大概多少？", "想花多少钱？", "价位上有要求吗？"),
    },
    "quick_any": {"en": ("Any {facet}",), "zh": ("{facet}不限",)},
    "declined": {
        "en": ("All right, any {facet}.", "OK, the {facet} stays open.", "Fine, any {facet} will do."),
        "zh": ("好的，{facet}不限。", "行，{facet}都可以。", "好，{facet}随意。"),
    },
    "applies_one": {"en": ("doesn't apply",), "zh": ("不适用",)},
    "applies_many": {"en": ("don't apply",), "zh": ("都不适用",)},
    "dropped": {
        "en": (
            "I've dropped {dropped}, which {apply} to {new}.",
            "For {new} I go on without {dropped}, which {apply} there.",
            "{dropped} {apply} to {new}, so I've left that out.",
        ),
        "zh": (
            "{dropped}{apply}于{new}，已去掉。",
            "看{new}时先去掉{dropped}（{apply}）。",
            "已去掉{dropped}，对{new}{apply}。",
        ),
    },
    "dropped_old": {
        "en": (
            "I've left {dropped} with the {old}; the {new} start afresh.",
            "For the {new} I start afresh: {dropped} only counted for the {old}.",
            "{dropped} counted for the {old}, so the {new} start without.",
        ),
        "zh": (
            "{dropped}是针对{old}的，看{new}时不再算。",
            "重新看{new}，之前对{old}的{dropped}先去掉。",
            "{new}从头看起，{old}的{dropped}不再算数。",
        ),
    },
    "kept_only": {
        "en": ("I've kept {kept}.", "{kept} still counts.", "Still with {kept}."),
        "zh": ("保留了{kept}。", "{kept}仍然有效。", "条件{kept}不变。"),
    },
    "dropped_kept": {
        "en": (
            "I've dropped {dropped}, which {apply} to {new}, and kept {kept}.",
            "{dropped} {apply} to {new}, so I've left that out; {kept} still counts.",
            "Kept {kept}; dropped {dropped}, which {apply} to {new}.",
        ),
        "zh": (
            "{dropped}{apply}于{new}，已去掉；保留了{kept}。",
            "已去掉{dropped}（对{new}{apply}），{kept}仍然有效。",
            "保留了{kept}，去掉了{dropped}，对{new}{apply}。",
        ),
    },
    "undone": {
        "en": ("One step back.", "Undone.", "Back to where we were."),
        "zh": ("已退回上一步。", "撤销好了。", "回到刚才的条件。"),
    },
    "nothing_to_undo": {
        "en": ("There's nothing to take back yet.", "We are at the start, nothing to undo.", "No step to take back."),
        "zh": ("还没有可以撤销的操作。", "已经是最开始了。", "没有上一步可退。"),
    },
    "back_to": {
        "en": ("Back to the {what}.", "Here are the {what} again.", "These are the {what} from before."),
        "zh": ("回到{what}。", "这是刚才的{what}。", "继续看{what}。"),
    },
    "no_topic": {
        "en": ("We haven't looked at that yet. What are you looking for?",),
        "zh": ("之前还没看过这个。您想找什么？",),
    },
    "ask_gift": {
        "en": (
            "Happy to help with a gift. What do they like, and how much would you like to spend?",
            "A gift, lovely! Tell me an interest of theirs and a budget.",
            "Let's find something nice. What are they into, and what is the budget?",
        ),
        "zh": (
            "好的，帮您挑礼物。对方喜欢什么？预算大概多少？",
            "送礼没问题！说说对方的爱好和预算吧。",
            "一起挑个合适的。对方平时有什么爱好，预算多少？",
        ),
    },
    "affirm": {
        "en": ("Great. What would you like to see next?", "Good! Anything else?", "Fine. How can I go on helping?"),
        "zh": ("好的，还想看什么？", "嗯嗯，需要我继续帮您找吗？", "好，接下来看点什么？"),
    },
    "deny": {
        "en": ("No problem. Anything else?", "All right. Just tell me when you need something.", "OK, as you like."),
        "zh": ("没关系，还需要别的吗？", "好的，有需要随时说。", "行，听您的。"),
    },
    "clarify_again": {
        "en": (
            "Sorry, I still don't follow. These are kinds of things I have:",
            "I didn't catch that either. Perhaps one of these kinds?",
            "Still not clear to me, sorry. You could start from one of these:",
        ),
        "zh": (
            "抱歉，还是没明白。店里有这些种类，可以直接点：",
            "还是没听懂，不如从这些种类开始？",
            "不好意思，我没理解。可以先看看这几类：",
        ),
    },
    "order_most": {"en": ("{label}: highest first",), "zh": ("{label}从高到低",)},
    "order_least": {"en": ("{label}: lowest first",), "zh": ("{label}从低到高",)},
    "preferred": {"en": ("ideally {value}",), "zh": ("最好{value}",)},
    "or": {"en": (" or ",), "zh": ("或",)},
}
