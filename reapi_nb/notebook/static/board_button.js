// @ts-check
// Buttons that ask Python for something. Neighbours of one kind stand joined: "Vary subtle | strong".

/** The words that a label has in common with the first of its segment, if any are left after them.
 * @param {string} first @param {string} label */
function sharedWords(first, label) {
  const words = label.split(" ");
  const same = first.split(" ");
  let count = 0;
  while (count < words.length - 1 && words[count] === same[count]) count += 1;
  return count ? `${words.slice(0, count).join(" ")} ` : "";
}

/** The last word of a label, where an arrow says it shorter.
 * @param {string} label @returns {"left" | "right" | "up" | "down" | undefined} */
function directionOf(label) {
  return /** @type {any} */ (/ (left|right|up|down)$/.exec(label)?.[1]);
}

/** What is told to those who rest on a button. @param {ButtonView} view @param {string} [sends] */
function tipOf(view, sends) {
  const whole = directionOf(view.label) ? view.label : "";
  return view.reason || [whole, view.cost, sends, ...(view.notices || [])].filter(Boolean).join("\n");
}

/** While a button says "sending…" its segment keeps its width, so that nothing moves under the pointer.
 * @param {HTMLElement} root @param {boolean} held */
function holdWidth(root, held) {
  const segment = root.parentElement;
  if (!segment || root.classList.contains("rb-held") === held) return;
  const pinned = [segment, root].map((one) => `0 0 ${one.getBoundingClientRect().width}px`);
  root.classList.toggle("rb-held", held);
  root.style.flex = held ? pinned[1] : "";
  segment.style.flex = segment.querySelector(".rb-held") ? pinned[0] : "";
}

/** @param {Board} board @param {string} job @param {number | null} number
 * @param {ButtonView} first @param {(beside: Element, text: string) => void} say  tells of a refusal */
function makePressButton(board, job, number, first, say) {
  const shared = node("span", "rb-unseen");
  const label = node("span", "");
  const cost = node("span", "rb-cost");
  const root = button("", shared, label, cost);
  /** @type {SVGElement | null} */
  let arrow = null;
  let told = first;
  let nonce = "";

  board.on(root, ({ detail }) => {
    if (detail > 1) return; // a double click is one press, however fast it is answered
    if (told.reason) board.hint.say(root, told.reason);
    else if (told.asks) board.asks.open(told, told.asks, job, number, root);
    else nonce = board.presses.press(told, job, number) || nonce;
  });

  /** @param {string} words  of its label, those that are shown */
  function write(words) {
    const direction = directionOf(` ${words}`);
    setText(label, direction ? words.slice(0, -direction.length) : words);
    if (direction && !arrow) label.after((arrow = icon(direction)));
    if (arrow) setAttribute(arrow, "hidden", direction ? null : "");
  }

  function hear() {
    const refusal = verdict(board.view, nonce);
    if (refusal === undefined) return;
    nonce = "";
    if (refusal) say(root, refusal);
  }

  return {
    root,
    /** @param {ButtonView} view @param {string} segmentLabel  empty for the first of a segment
     * @param {string} [sends] */
    update(view, segmentLabel, sends) {
      told = view;
      const sending = board.presses.text(view.action, job, number);
      const hidden = sharedWords(segmentLabel, view.label);
      holdWidth(root, sending === SENDING);
      setText(shared, sending ? "" : hidden);
      write(sending || view.label.slice(hidden.length));
      setLine(cost, number === null && !sending && !view.reason ? view.cost : "");
      setAttribute(root, "aria-label", view.name);
      setAttribute(root, "title", sending || tipOf(view, sends) || null);
      setAttribute(root, "aria-disabled", sending || view.reason ? "true" : null);
      setAttribute(root, "aria-busy", sending ? "true" : null);
      root.classList.toggle("rb-strong", view.action === "send");
      root.classList.toggle("rb-paid", number === null && view.paid !== false);
      hear();
    },
  };
}

/** Its group, or what comes before the variant in "vary/strong" or "vary.strong". @param {ButtonView} view */
function familyOf(view) {
  return view.group || view.action.split(/[./]/)[0];
}

/** @param {ButtonView[]} views @returns {ButtonView[][]} */
function segmentsOf(views) {
  /** @type {Map<string, ButtonView[]>} */
  const families = new Map();
  for (const view of views) {
    const family = families.get(familyOf(view));
    if (family) family.push(view);
    else families.set(familyOf(view), [view]);
  }
  return [...families.values()];
}

/** Buttons that have nothing to do with each other. @param {ButtonView[]} views */
function apart(views) {
  return views.map((view) => ({ ...view, group: view.action }));
}

/** Buttons in segments, one segment per kind of action.
 * @param {Board} board @param {HTMLElement} parent @param {string} job @param {number | null} number
 * @param {(beside: Element, text: string) => void} [say] */
function makeButtons(board, parent, job, number, say = board.hint.say) {
  /** @type {string | undefined} */
  let sends;
  const makeSegment = () => {
    const root = node("span", "rb-segment");
    let leading = "";
    const buttons = makeKeyed(root, (/** @type {ButtonView} */ view) => view.action, (view) => {
      const made = makePressButton(board, job, number, view, say);
      return { root: made.root, update: (now, index) => made.update(now, index ? leading : "", sends) };
    });
    /** @param {ButtonView[]} views */
    const update = (views) => {
      leading = views[0].label;
      buttons.update(views);
    };
    return { root, update };
  };
  const segments = makeKeyed(parent, (/** @type {ButtonView[]} */ views) => familyOf(views[0]), makeSegment);
  return {
    /** @param {ButtonView[]} views @param {string} [told]  how the picture is counted on the wire */
    update(views, told) {
      sends = told;
      segments.update(segmentsOf(views));
    },
  };
}
