// @ts-check
// The buttons under a picture, in the groups that people know; what is rarely wanted waits behind "More".

const GROUPS = ["Upscale", "Vary", "Remix", "Pan", "Zoom out", "Region", "Wan", "GPT"];
const RARE = "More";

/** Known groups come in their order, others after them in the order told. @param {ButtonView} view */
function rankOf(view) {
  const at = GROUPS.indexOf(view.group || "");
  return at < 0 ? GROUPS.length : at;
}

/** @param {Board} board @param {string} job @param {number} number */
function makeTools(board, job, number) {
  const groups = node("span", "rb-groups");
  const more = button("rb-unfold", node("span", "", RARE), icon("fold"));
  const extra = node("div", "rb-extra");
  const root = node("div", "rb-row", groups, more, extra);
  const usual = makeButtons(board, groups, job, number);
  const rare = makeButtons(board, extra, job, number);

  /** @param {boolean} open */
  function unfold(open) {
    extra.hidden = !open;
    setAttribute(more, "aria-expanded", String(open));
  }

  setAttribute(more, "aria-label", `${RARE} ${number}`);
  board.on(more, () => unfold(Boolean(extra.hidden)));
  unfold(false);

  return {
    root,
    /** @param {PictureView | undefined} picture */
    update(picture) {
      const buttons = picture?.buttons || [];
      const behind = buttons.filter((view) => view.group === RARE);
      const shown = buttons.filter((view) => view.group !== RARE);
      root.hidden = !buttons.length;
      more.hidden = !behind.length;
      usual.update(shown.sort((a, b) => rankOf(a) - rankOf(b)), picture?.sends);
      rare.update(apart(behind), picture?.sends);
    },
  };
}
