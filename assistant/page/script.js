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

  // A picture that can't be loaded makes way for the drawing behind it.
  document.addEventListener("error", (event) => event.target.matches?.(".card img") && event.target.remove(), true);

  // A new answer is read from its start: the shopper's own words go to the top, not its last card.
  const follow = () => {
    const log = document.querySelector("#chat .bubble-wrap");
    if (!log || log.dataset.followed) return;
    log.dataset.followed = "yes";
    let seen = "";
    new MutationObserver(() => {
      const said = log.querySelectorAll(".message.user, .user-row, .user");
      const last = said[said.length - 1];
      // Whatever an answer is made of, it has words; a picture that comes late is no new answer.
      const now = `${said.length}/${log.textContent.length}`;
      if (last && now !== seen) {
        seen = now;
        requestAnimationFrame(() => {
          log.scrollTop += last.getBoundingClientRect().top - log.getBoundingClientRect().top - 8;
        });
      }
    }).observe(log, { childList: true, subtree: true });
  };
  follow();
  new MutationObserver(follow).observe(document.body, { childList: true, subtree: true });
}
