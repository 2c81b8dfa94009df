// @ts-check
// One place in the grid: waiting, filled, or empty because the picture was filtered.

/** @typedef {{strip: StripView, slot: number, picture: PictureView | undefined}} TileView */

/** @param {number} ratio  width / height */
function boundedRatio(ratio) {
  return Number.isFinite(ratio) && ratio > 0 ? Math.min(Math.max(ratio, 0.2), 5) : 1;
}

/** @param {TileView} tile @param {boolean} shown */
function emptyText({ strip, slot, picture }, shown) {
  if (shown || picture || strip.status !== "completed") return "";
  return `#${slot + 1} filtered by review`;
}

/** Saves the original under the name that people use for it.
 * @param {Board} board @param {Element} beside @param {StripView} strip @param {PictureView} picture */
async function save(board, beside, strip, picture) {
  const full = await board.fulls.want(pictureKey(strip, picture.slot));
  const name = `${strip.task_id || strip.short}_${picture.number}`;
  if (full) download(board.root, full.url, `${name}.${full.extension}`);
  else if (beside.isConnected) board.hint.say(beside, "the full picture did not arrive; try again");
}

/** @param {Board} board @param {() => TileView} told */
function makeSaveButton(board, told) {
  const root = button("rb-save", icon("save"));
  root.title = "Save the original";
  board.on(root, async () => {
    const { strip, picture } = told();
    if (!picture || root.getAttribute("aria-busy")) return;
    setAttribute(root, "aria-busy", "true");
    await save(board, root, strip, picture);
    setAttribute(root, "aria-busy", null);
  });
  return root;
}

/** @param {Board} board @param {TileView} first @returns {Part<TileView>} */
function makeTile(board, first) {
  let told = first;
  const image = node("img", "rb-image");
  const hole = node("div", "rb-hole");
  const number = node("span", "rb-number", `${first.slot + 1}`);
  const saver = makeSaveButton(board, () => told);
  const frame = node("div", "rb-frame", image, hole, number, saver);
  const tools = makeTools(board, first.strip.job, first.slot + 1);
  const root = node("div", "rb-tile", frame, tools.root);
  image.tabIndex = 0;
  image.decoding = "async";
  number.setAttribute("aria-hidden", "true");
  board.on(image, () => board.lightbox.open(pictureKey(told.strip, told.slot), image));

  /** @param {string} url */
  function showImage(url) {
    const { strip, slot, picture } = told;
    if (url && image.getAttribute("src") !== url) image.src = url;
    if (!url) image.removeAttribute("src");
    image.hidden = !url;
    setAttribute(image, "alt", picture?.alt || `${strip.prompt} #${slot + 1}`);
    setAttribute(image, "aria-description", "Enter opens it larger");
  }

  return {
    root,
    update(view) {
      told = view;
      const { strip, slot, picture } = view;
      const url = board.thumbs.url(pictureKey(strip, slot));
      const empty = emptyText(view, Boolean(url));
      const ratio = picture ? picture.width / picture.height : strip.ratio;
      frame.style.setProperty("--ratio", String(boundedRatio(ratio)));
      frame.classList.toggle("rb-shimmer", strip.busy && !url);
      showImage(url);
      setLine(hole, empty);
      number.hidden = Boolean(empty);
      saver.hidden = !picture;
      saver.setAttribute("aria-label", `Save ${slot + 1}`);
      tools.update(picture);
    },
  };
}
