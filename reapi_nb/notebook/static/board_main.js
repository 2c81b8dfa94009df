// @ts-check
// The board: draws what Python tells, sends back presses, and leaves nothing behind.

const TICK_MS = 500;
const ALREADY_MS = 8000;
const ALREADY = "already made: nothing was paid; Reroll makes a new one";

/** Keys without modifiers stay on the board: in the notebook "d d" deletes a cell.
 * @param {KeyboardEvent} event */
function staysHere(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  return !(event.key === "Tab" || event.key === "Escape" || (event.shiftKey && event.key === "Enter"));
}

/** @param {HTMLElement} root @param {HTMLElement} target */
function flash(root, target) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  target.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  const glow = `0 0 0 3px ${getComputedStyle(root).getPropertyValue("--rb-brand")}`;
  target.querySelector("img")?.focus({ preventScroll: true });
  target.animate([{ boxShadow: glow }, { boxShadow: glow }, { boxShadow: "none" }], 1400);
}

/** Clicks and keys, caught once at the root; nodes only say what they do.
 * @param {HTMLElement} root @param {AbortSignal} signal */
function makeClicks(root, signal) {
  /** @type {WeakMap<Element, (event: UIEvent) => void>} */
  const acts = new WeakMap();
  /** @type {Element | null} */
  let before = null;
  /** @param {UIEvent} event */
  const act = (event) => {
    let target = event.target instanceof Element ? event.target : null;
    while (target && target !== root && !acts.has(target)) target = target.parentElement;
    // What moved under the pointer between the clicks of a double click was not meant.
    if (event.detail > 1 && target !== before) return;
    before = target;
    if (target) acts.get(target)?.(event);
  };
  root.addEventListener("click", act, { signal });
  root.addEventListener(
    "keydown",
    (event) => {
      const { key, target, repeat } = event;
      const onImage = target instanceof HTMLImageElement && (key === "Enter" || key === " ");
      const held = target instanceof HTMLButtonElement && key === "Enter" && repeat; // would press on and on
      if (onImage || held) event.preventDefault();
      if (onImage) act(event);
    },
    { signal },
  );
  return (/** @type {Element} */ target, /** @type {(event: UIEvent) => void} */ tell) => void acts.set(target, tell);
}

/** @param {Board} board @param {AbortSignal} signal */
function guardKeys(board, signal) {
  const listen = (/** @type {KeyboardEvent} */ event) => {
    const open = board.lightbox.root.open;
    if (open) board.lightbox.press(event);
    if (board.asks.press(event) || open || staysHere(event)) event.stopPropagation();
  };
  board.root.addEventListener("keydown", listen, { signal });
  board.lightbox.root.addEventListener("close", board.lightbox.close, { signal });
}

/** Who does not hover sees cost and reason when a button gets the focus.
 * @param {Board} board @param {AbortSignal} signal */
function hintOnFocus(board, signal) {
  const show = (/** @type {FocusEvent} */ event) => {
    const { target } = event;
    if (!(target instanceof HTMLButtonElement) || !target.title) return;
    if (target.matches(":focus-visible")) board.hint.show(target, target.title);
  };
  board.root.addEventListener("focusin", show, { signal });
  board.root.addEventListener("focusout", board.hint.hide, { signal });
}

/** Who stood on a button that is gone goes on from the board; a button next to it could cost money.
 * @param {Board} board */
function catchFocus({ root, hint }) {
  hint.hide();
  root.tabIndex = -1;
  root.focus({ preventScroll: true });
  root.addEventListener("blur", () => root.removeAttribute("tabindex"), { once: true });
}

/** Listens to traits, also to those that come into being with a strip. @param {Model} model */
function makeEars(model) {
  /** @type {Map<string, () => void>} */
  const ears = new Map();
  return {
    /** @param {string} event @param {() => void} hear */
    listen(event, hear) {
      if (ears.has(event)) return;
      ears.set(event, hear);
      model.on(event, hear);
    },
    stop: () => ears.forEach((hear, event) => model.off(event, hear)),
  };
}

/** @param {HTMLElement} el */
function makeShell(el) {
  const badge = node("span", "rb-badge", "sandbox");
  const strips = node("div", "rb-strips");
  const root = node("div", "rb-board", badge, strips);
  root.setAttribute("role", "region");
  el.append(root);
  return { root, badge, strips };
}

/** @param {Model} model @returns {BoardView} */
function read(model) {
  const empty = { rev: 0, place: "", label: "", acks: [], strips: [], plan: null, refusals: {}, opened: {} };
  return { ...empty, ...model.get("view") };
}

/** The thumbnails of all strips. @param {Model} model @param {BoardView} view */
function thumbsOf(model, view) {
  /** @type {Map<string, DataView<ArrayBuffer>>} */
  const told = new Map();
  view.strips.forEach((strip, index) => {
    const pixels = model.get(`pixels_${index}`) || {};
    for (const slot of Object.keys(pixels)) told.set(pictureKey(strip, Number(slot)), pixels[slot]);
  });
  return told;
}

/** @param {{model: Model, el: HTMLElement}} context */
function render({ model, el }) {
  const { root, badge, strips: home } = makeShell(el);
  const ending = new AbortController();
  const ears = makeEars(model);
  let timer = 0;

  const on = makeClicks(root, ending.signal);
  const board = /** @type {Board} */ (/** @type {unknown} */ ({ root, view: read(model), on }));
  board.presses = makePresses(model, draw);
  board.thumbs = makeThumbs();
  board.fulls = makeFulls(model);
  board.hint = makeHint(root);
  board.sizes = makeSizes();
  board.lightbox = makeLightbox(board);
  board.asks = makeAsks(board, (job) => strips.parts.get(job)?.asking);
  const plan = makePlan(board);
  badge.after(plan.root);
  const twin = makeTwin(el, board.sizes, () => board.view);
  const strips = makeKeyed(home, (/** @type {StripView} */ strip) => strip.job, (strip) => makeStrip(board, strip));

  const again = makeAgain(model, () => board.view, board.presses.awaits);

  board.reveal = ({ job, number }) => {
    const strip = strips.parts.get(job);
    if (strip) flash(root, strip.find?.(number - 1) || strip.root);
  };

  /** A press found what was paid for before: go there. @param {string | undefined} job */
  function goTo(job) {
    const strip = job && strips.parts.get(job)?.root;
    if (!strip) return;
    flash(root, strip);
    strip.tabIndex = -1;
    strip.focus({ preventScroll: true });
    board.hint.say(strip.firstElementChild || strip, ALREADY, ALREADY_MS);
  }

  function tick() {
    for (const strip of strips.parts.values()) strip.tick?.(Date.now() / 1000);
  }

  /** @param {boolean} busy */
  function keepTime(busy) {
    if (busy && !timer) timer = setInterval(tick, TICK_MS);
    if (!busy) {
      clearInterval(timer);
      timer = 0;
    }
  }

  function draw() {
    const held = root.matches(":focus-within");
    const view = (board.view = read(model));
    view.strips.forEach((_, index) => ears.listen(`change:pixels_${index}`, draw));
    const answered = board.presses.acked(view.acks);
    board.thumbs.update(thumbsOf(model, view));
    setAttribute(root, "aria-label", view.label);
    badge.hidden = view.place !== "sandbox";
    plan.update(view.plan);
    strips.update(view.strips);
    board.asks.update();
    keepTime(view.strips.some((strip) => strip.busy));
    if (held && !root.matches(":focus-within")) catchFocus(board);
    for (const nonce of answered) goTo(view.opened[nonce]);
    again.update();
  }

  function lookAgain() {
    if (document.visibilityState === "visible" && !ending.signal.aborted) again.ask();
  }

  guardKeys(board, ending.signal);
  hintOnFocus(board, ending.signal);
  ears.listen("change:view", draw);
  ears.listen("change:full", () => board.fulls.take(model.get("full")));
  draw();
  document.addEventListener("visibilitychange", lookAgain, { signal: ending.signal });
  mendHearing(model, board.view.board || "").catch(() => {}).then(lookAgain);

  return () => {
    ending.abort();
    ears.stop();
    keepTime(false);
    board.lightbox.close();
    for (const part of [board.hint, board.presses, board.thumbs, board.fulls, board.sizes, twin, again]) part.stop();
    root.remove();
  };
}

export default { render };
