// @ts-check
// One job on the board: head, progress, grid, card, caption. A follow-up hangs below its parent.

const DEEPEST = 3;
const TONES = ["wait", "good", "warn", "bad"];

/** Statuses in which all places of the grid are shown, filled or not. */
const OPEN_GRID = ["queued", "held", "sending", "processing", "saving", "completed"];

/** How many parents of a strip are on this board. @param {BoardView} view @param {StripView} strip */
function depthOf(view, strip) {
  let depth = 0;
  /** @type {StripView | undefined} */
  let above = strip;
  while (above && depth < DEEPEST) {
    const parent = /** @type {ParentView | null} */ (above.parent);
    above = parent ? view.strips.find((one) => one.job === parent.job) : undefined;
    if (above) depth += 1;
  }
  return depth;
}

/** @param {StripView} strip @returns {TileView[]} */
function tilesOf(strip) {
  const pictures = new Map(strip.pictures.map((picture) => [picture.slot, picture]));
  const count = OPEN_GRID.includes(strip.status) ? strip.slots : 0;
  const slots = new Set([...Array(count).keys(), ...pictures.keys()]);
  return [...slots].sort((a, b) => a - b).map((slot) => ({ strip, slot, picture: pictures.get(slot) }));
}

function makeStatus() {
  const sign = icon("clock");
  const text = node("span", "");
  const root = node("span", "rb-status", sign, text);
  text.setAttribute("aria-live", "polite");
  return {
    root,
    /** @param {StripView} strip */
    update(strip) {
      redraw(sign, STATUS_ICONS[strip.status] || "question");
      setText(text, strip.status_text);
    },
  };
}

/** @param {Board} board */
function makeGrid(board) {
  const root = node("div", "rb-grid");
  const tiles = makeKeyed(root, (/** @type {TileView} */ tile) => String(tile.slot), (tile) => makeTile(board, tile));
  return {
    root,
    find: (/** @type {number} */ slot) => tiles.parts.get(String(slot))?.root,
    /** @param {TileView[]} views */
    update(views) {
      tiles.update(views);
      root.hidden = !views.length;
      root.dataset.columns = String(Math.min(views.length, 4));
      const ratio = boundedRatio(views[0]?.strip.ratio);
      root.style.setProperty("--ratio", String(ratio));
      root.classList.toggle("rb-tall", ratio < 0.8);
    },
  };
}

/** @param {Board} board @param {StripView} first @returns {Part<StripView>} */
function makeStrip(board, first) {
  let told = first;
  const tell = () => told;
  const title = node("strong", "rb-title");
  const name = node("span", "rb-name");
  const chip = makeParentChip(board);
  const status = makeStatus();
  const progress = makeProgress();
  const prompt = makePrompt(board);
  const grid = makeGrid(board);
  const asking = node("div", "rb-asking");
  const question = makeQuestion(board, first.job);
  const card = makeCard();
  const notices = makeNotices();
  const facts = makeFacts(board, tell);
  const head = node("div", "rb-head", title, name, chip.root, status.root, progress.clock);
  const actions = node("span", "rb-actions");
  const foot = node("div", "rb-foot", actions, facts.root, makeCopies(board, tell));
  const body = [head, prompt.root, progress.root, grid.root, question.root, card.root, asking, notices.root, foot];
  const root = node("div", "rb-strip", ...body);
  const buttons = makeButtons(board, actions, first.job, null);
  root.setAttribute("role", "group");

  /** What to do about an error stands in its card. */
  function placeActions() {
    const home = told.error ? card.foot : foot;
    if (actions.parentNode !== home) home.prepend(actions);
  }

  return {
    root,
    tick: progress.tick,
    find: grid.find,
    asking,
    update(strip) {
      told = strip;
      setAttribute(root, "aria-label", strip.name);
      root.dataset.tone = TONES.includes(strip.tone) ? strip.tone : "wait";
      root.classList.toggle("rb-soon", strip.status === "queued");
      root.dataset.depth = String(depthOf(board.view, strip));
      setText(title, strip.title);
      setText(name, strip.name);
      for (const part of [status, progress, prompt]) part.update(strip);
      chip.update(strip.parent);
      grid.update(tilesOf(strip));
      question.update(strip.question);
      card.update(strip.error);
      facts.update();
      notices.update(strip.notices);
      placeActions();
      buttons.update(strip.actions);
    },
  };
}
