// @ts-check
// A saved notebook carries a still sheet right below the board. While the board lives, one of them is enough.

/**
 * Hides only the output directly below ours, and only while it is a picture: anything else is the user's.
 * @param {HTMLElement} el
 * @param {ReturnType<typeof makeSizes>} sizes
 */
function makeTwin(el, sizes) {
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
    const picture = next?.querySelector(":scope > .jp-RenderedImage img");
    const still = picture && next instanceof HTMLElement ? next : null;
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
