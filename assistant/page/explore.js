/* The Explore tab: a press, or a key, on anything with data-go is sent to Python as an event of the picture. */
window.exploreTrigger = trigger;
if (!window.exploring) {
  window.exploring = true;
  let inPicture = false;
  const go = (action) => window.exploreTrigger("click", { go: action });

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-go]");
    if (!pressed || pressed.disabled) return;
    inPicture = Boolean(pressed.closest(".xp-picture, .xp-trail"));
    go(pressed.dataset.go);
  });

  // The nodes of a picture are one stop of the Tab key; arrows move among them, by where they stand.
  const next = (node, key) => {
    const all = [...node.closest("svg").querySelectorAll(".xp-node")];
    const at = (one) => {
      const box = one.querySelector("rect").getBBox();
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };
    const here = at(node);
    const column = Number(node.dataset.column);
    const vertical = key === "ArrowUp" || key === "ArrowDown";
    const wanted = all.filter((one) => {
      if (one === node) return false;
      const there = at(one);
      const other = Number(one.dataset.column);
      if (!vertical) return key === "ArrowLeft" ? there.x < here.x && other < column : there.x > here.x && other > column;
      const below = key === "ArrowDown" ? there.y > here.y : there.y < here.y;
      return below && (other === column || column === 0 || node.closest(".xp-narrow"));
    });
    const far = (one) => {
      const there = at(one);
      return vertical ? Math.abs(there.y - here.y) : Math.abs(there.x - here.x) * 10 + Math.abs(there.y - here.y);
    };
    return wanted.sort((a, b) => far(a) - far(b))[0];
  };

  document.addEventListener("keydown", (event) => {
    const node = event.target.closest?.(".xp-node");
    if (!node || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") {
      inPicture = true;
      go(node.dataset.go);
    } else if (event.key === "Backspace") {
      inPicture = true;
      go("back");
    } else if (event.key.startsWith("Arrow")) {
      const other = next(node, event.key);
      if (other) {
        node.setAttribute("tabindex", "-1");
        other.setAttribute("tabindex", "0");
        other.focus();
      }
    } else return;
    event.preventDefault();
  });

  // After a walk the focus is on the new middle, and what was pressed further down is out of the way.
  window.explored = () => {
    const shown = [...document.querySelectorAll("#xp-picture .xp-picture")].find((svg) => svg.getClientRects().length);
    if (!shown) return;
    if (inPicture) shown.querySelector(".xp-centre")?.focus({ preventScroll: true });
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const top = document.querySelector("#xp-picture").getBoundingClientRect().top;
    if (top < 0 || top > window.innerHeight * 0.6)
      document.querySelector("#xp-picture").scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
  };
}
watch("value", () => window.explored());
