"""What is said about the cart, and what is answered to small talk and to what the assistant does not do itself."""

from __future__ import annotations

from assistant.product import Language

CART_MESSAGES: dict[str, dict[Language, tuple[str, ...]]] = {
    "added": {
        "en": (
            "Added {quantity}{subject} to your cart.",
            "Done: {quantity}{subject} is in your cart.",
            "{quantity}{subject}: it's in your cart.",
        ),
        "zh": (
            "已把{quantity}{subject}加入购物车。",
            "好的，{quantity}{subject}已放进购物车。",
            "加好了：{quantity}{subject}。",
        ),
    },
    "added_many": {
        "en": ("Added to your cart: {items}.", "These are in your cart now: {items}.", "Done, your cart got {items}."),
        "zh": ("已加入购物车：{items}。", "这些都放进购物车了：{items}。", "加好了：{items}。"),
    },
    "times": {"en": ("{count} × ",), "zh": ("{count}件",)},
    "cart_now": {
        "en": ("The subtotal is {total} for {items}.",),
        "zh": ("目前{items}，小计{total}。",),
    },
    "cart_items_one": {"en": ("1 item",), "zh": ("共1件",)},
    "cart_items": {"en": ("{count} items",), "zh": ("共{count}件",)},
    "cart_shown": {
        "en": ("In your cart: {items}.", "Your cart holds {items}.", "This is your cart: {items}."),
        "zh": ("购物车里有：{items}。", "您的购物车：{items}。", "目前购物车里是{items}。"),
    },
    "cart_line": {"en": ("{count} × {title} ({total})",), "zh": ("{title} × {count}（{total}）",)},
    "cart_line_unpriced": {"en": ("{count} × {title} (no price given)",), "zh": ("{title} × {count}（未标价）",)},
    "cart_empty": {
        "en": ("Your cart is empty.", "There's nothing in your cart yet.", "Nothing in the cart so far."),
        "zh": ("购物车还是空的。", "购物车里还没有东西。", "目前购物车是空的。"),
    },
    "cart_checkout": {
        "en": ("You pay at the shop's checkout, not here in the chat.",),
        "zh": ("付款请到店铺结算页，聊天里不收款。",),
    },
    "cart_removed": {
        "en": ("Took {items} out of your cart.", "{items}: out of your cart.", "Removed {items}."),
        "zh": ("已从购物车移除{items}。", "{items}已经拿掉了。", "好的，不要{items}了。"),
    },
    "cart_emptied": {
        "en": ("Your cart is empty now.", "All out: the cart is empty.", "I've emptied your cart."),
        "zh": ("购物车已清空。", "都拿掉了，购物车空了。", "好的，已经清空购物车。"),
    },
    "cart_which": {
        "en": ("Which one shall I take out?",),
        "zh": ("要拿掉哪一件？",),
    },
    "cart_not_in": {
        "en": ("That isn't in your cart.",),
        "zh": ("购物车里没有这件。",),
    },
    "cart_no_place": {
        "en": ("There {are} only {count} in your cart.",),
        "zh": ("购物车里只有{count}样。",),
    },
    "add_which": {
        "en": ("Which one shall I add?", "Gladly. Which one?", "Which of them would you like?"),
        "zh": ("要加哪一款？", "好的，您要哪一款？", "您想买哪一款？"),
    },
    "add_none": {
        "en": ("I can put one or more in the cart. How many shall it be?",),
        "zh": ("至少要加一件，您要几件？",),
    },
    "add_variant": {
        "en": ("{subject} comes in {values}. Which {label} would you like?",),
        "zh": ("{subject}有{values}，您要哪种{label}？",),
    },
    "add_gone": {
        "en": ("{subject} is out of stock, so I can't add it.{instead}",),
        "zh": ("{subject}缺货，没法加入购物车。{instead}",),
    },
    "add_instead": {"en": (" These are close to it and in stock:",), "zh": ("这几款相近而且有货：",)},
    "add_only": {
        "en": ("There are only {stock} of {subject}, so I put {count} in your cart.",),
        "zh": ("{subject}只剩{stock}件，已为您放入{count}件。",),
    },
    "add_no_more": {
        "en": ("All {stock} of {subject} are already in your cart.",),
        "zh": ("{subject}的{stock}件库存已经都在购物车里了。",),
    },
    "quick_take": {"en": ("Add number {place} to my cart",), "zh": ("把第{place}个加入购物车",)},
    "quick_add_named": {"en": ("Add {title} to my cart",), "zh": ("把{title}加入购物车",)},
    "quick_cart": {"en": ("Show my cart",), "zh": ("看看购物车",)},
    "quick_empty": {"en": ("Empty my cart",), "zh": ("清空购物车",)},
    "quick_go_on": {"en": ("Show me more",), "zh": ("再看看别的",)},
    "quick_remove": {"en": ("Remove number {place} from my cart",), "zh": ("从购物车删掉第{place}个",)},
    # Small talk, and what others answer
    "abusive": {
        "en": (
            "I'm sorry this isn't going well; I can look for something else, or you can ask for a person.",
            "I'd like to get this right: tell me what you need, or ask for a person.",
            "That's frustrating, I see; shall I try again, or would you rather talk to a person?",
        ),
        "zh": (
            "抱歉没让您满意，我可以重新帮您找，也可以转人工。",
            "我想把事情办好：告诉我您需要什么，或者转人工客服。",
            "理解您的心情，要我再试一次，还是转人工？",
        ),
    },
    "human": {
        "en": (
            "I'm a program, so a person has to take over here: please use the shop's contact page. Until then I can look for products.",
            "The shop's staff can help you with that; you reach them through the shop's contact page.",
            "I can't connect you from this chat yet. The shop's contact page leads to a person.",
        ),
        "zh": (
            "我是智能助手，需要人工的话请通过店铺的联系方式找客服；在那之前我可以继续帮您找商品。",
            "这件事请联系店铺的人工客服，联系方式在店铺页面上。",
            "聊天里暂时还转不了人工，请从店铺联系页面找客服。",
        ),
    },
    "faq": {
        "en": (
            "I don't have the shop's rules on that here, and I won't guess: the shop's staff can tell you.",
            "Delivery, payment and returns are questions for the shop's staff; I only know the products so far.",
            "I can't answer that from the catalogue. The shop's help page or its staff can.",
        ),
        "zh": (
            "配送、付款、退换这类规定我这里还没有资料，不乱说，请咨询店铺客服。",
            "这个问题要问店铺客服，我目前只熟悉商品。",
            "商品资料里没有这方面的说明，店铺的帮助页面或客服可以回答。",
        ),
    },
    "order": {
        "en": (
            "I can't look up orders here yet; the shop's staff can.",
            "Orders are out of my reach so far. The shop's staff can look yours up.",
            "I don't see orders from here; please ask the shop's staff about it.",
        ),
        "zh": (
            "我这里还查不了订单，请联系店铺客服。",
            "订单的事我暂时处理不了，店铺客服可以帮您查。",
            "目前看不到订单信息，请咨询店铺客服。",
        ),
    },
    "quick_human": {"en": ("Talk to a person",), "zh": ("转人工",)},
    "quick_what_sold": {"en": ("What do you sell?",), "zh": ("你们卖什么？",)},
}
