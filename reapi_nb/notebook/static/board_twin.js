// @ts-check
// A saved notebook carries a still sheet right below the board. While the board lives, one of them is enough.

/** Before its picture is drawn, the sheet is text: what a plan comes to, or a job's nick and id, a colon, its state.
 * @param {Element} output @param {BoardView} view */
function isSheet(output, view) {
  if (output.querySelector(":scope > .jp-RenderedImage img")) return true;
  const text = output.querySelector(":scope > .jp-RenderedText")?.textContent || "";
  if (view.plan && text.startsWith(`${view.plan.title}, `)) return true;
  const [nick, ...rest] = text.split(":")[0].split(" ");
  const id = rest.pop();
  return view.strips.some((one) => nick === one.nick && (id === one.short || id === one.task_id));
}

/**
 * Hides only the output directly below ours, and only if it looks like the sheet: all others are the user's.
 * @param {HTMLElement} el
 * @param {ReturnType<typeof makeSizes>} sizes
 * @param {() => BoardView} view
 */
function makeTwin(el, sizes, view) {
  /** @type {HTMLElement | null} */
  let hidden = null;
  /** @type {Element | null} */
  let watched = null;
  const observer = new MutationObserver(look);

  function restore() {
    if (hidden) hidden.style.display = "";
    hidden = null;
  }

  function look() {
    const next = el.closest(".jp-OutputArea-child")?.nextElementSibling;
    const still = next instanceof HTMLElement && isSheet(next, view()) ? next : null;
    if (still === hidden) return;
    restore();
    hidden = still;
    if (hidden) hidden.style.display = "none";
  }

  /** The board is drawn before it is put into the page, and the page may move it. */
  function settle() {
    const area = el.closest(".jp-OutputArea");
    if (area === watched) return;
    observer.disconnect();
    watched = area;
    if (area) observer.observe(area, { childList: true, subtree: true });
    look();
  }

  sizes.watch(el, settle);
  return {
    stop() {
      observer.disconnect();
      restore();
    },
  };
}
