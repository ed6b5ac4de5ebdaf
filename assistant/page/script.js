() => {
  // A press on a card's question sends it as if it had been typed.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-say]");
    if (!button) return;
    const box = document.querySelector("#say textarea, #say input");
    if (!box) return;
    const proto = box.tagName === "TEXTAREA" ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype;
    Object.getOwnPropertyDescriptor(proto, "value").set.call(box, button.dataset.say);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    setTimeout(() => document.querySelector("#send")?.click(), 50);
  });
}
