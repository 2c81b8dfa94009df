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

/** @param {Board} board @param {string} job @param {number | null} number @param {ButtonView} first */
function makePressButton(board, job, number, first) {
  const shared = node("span", "rb-unseen");
  const label = node("span", "");
  const cost = node("span", "rb-cost");
  const root = button("", shared, label, cost);
  let told = first;

  board.on(root, () => {
    if (told.reason) board.hint.say(root, told.reason);
    else board.presses.press(told, job, number);
  });

  return {
    root,
    /** @param {ButtonView} view @param {string} segmentLabel  empty for the first of a segment */
    update(view, segmentLabel) {
      told = view;
      const sending = board.presses.text(view.action, job, number);
      const hidden = sharedWords(segmentLabel, view.label);
      setText(shared, sending ? "" : hidden);
      setText(label, sending || view.label.slice(hidden.length));
      setLine(cost, number === null && !sending && !view.reason ? view.cost : "");
      setAttribute(root, "aria-label", view.name);
      setAttribute(root, "title", sending || view.reason || view.cost || null);
      setAttribute(root, "aria-disabled", sending || view.reason ? "true" : null);
      setAttribute(root, "aria-busy", sending ? "true" : null);
      root.classList.toggle("rb-strong", view.action === "send");
      root.classList.toggle("rb-paid", number === null && view.paid !== false);
    },
  };
}

/** What comes before the variant in "vary/Vary strong" or "vary.strong". @param {ButtonView} view */
function familyOf(view) {
  return view.action.split(/[./]/)[0];
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

/** Buttons in segments, one segment per kind of action.
 * @param {Board} board @param {HTMLElement} parent @param {string} job @param {number | null} number */
function makeButtons(board, parent, job, number) {
  const makeSegment = () => {
    const root = node("span", "rb-segment");
    let leading = "";
    const buttons = makeKeyed(root, (/** @type {ButtonView} */ view) => view.action, (view) => {
      const made = makePressButton(board, job, number, view);
      return { root: made.root, update: (now, index) => made.update(now, index ? leading : "") };
    });
    /** @param {ButtonView[]} views */
    const update = (views) => {
      leading = views[0].label;
      buttons.update(views);
    };
    return { root, update };
  };
  const segments = makeKeyed(parent, (/** @type {ButtonView[]} */ views) => familyOf(views[0]), makeSegment);
  return { update: (/** @type {ButtonView[]} */ views) => segments.update(segmentsOf(views)) };
}
