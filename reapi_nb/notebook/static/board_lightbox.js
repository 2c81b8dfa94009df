// @ts-check
// One picture over the page. A modal <dialog> is in the browser's top layer, so no notebook panel clips it.

/** All pictures of the board in order. @param {BoardView} view @returns {Shown[]} */
function picturesOf(view) {
  return view.strips.flatMap((strip) =>
    strip.pictures.map((picture) => ({ key: pictureKey(strip, picture.slot), picture, strip })),
  );
}

/** @param {HTMLElement} parent @param {boolean} backwards */
function cycleFocus(parent, backwards) {
  const stops = [...parent.querySelectorAll("button")];
  const at = stops.findIndex((stop) => stop.matches(":focus"));
  const next = (at + (backwards ? -1 : 1) + stops.length) % stops.length;
  stops[next].focus();
}

function makeLightboxParts() {
  const image = node("img", "rb-full");
  const stage = node("div", "rb-stage", image);
  const address = node("div", "rb-address");
  const facts = node("div", "rb-size");
  const words = node("p", "rb-full-prompt");
  const close = button("rb-on-dark", icon("cross"));
  const back = button("rb-on-dark rb-back", icon("back"));
  const forth = button("rb-on-dark rb-forth", icon("forth"));
  const actual = button("rb-on-dark", "1:1");
  const keep = button("rb-on-dark", icon("save"), node("span", "", "Save"));
  const about = node("div", "rb-about", address, facts);
  const top = node("div", "rb-box-top", about, actual, keep, close);
  const root = node("dialog", "rb-box", top, stage, back, forth, words);
  actual.setAttribute("aria-label", "Actual size");
  close.setAttribute("aria-label", "Close");
  back.setAttribute("aria-label", "Previous");
  forth.setAttribute("aria-label", "Next");
  root.setAttribute("role", "dialog");
  root.setAttribute("aria-modal", "true");
  root.dataset.lmSuppressShortcuts = "true";
  return { root, image, stage, address, facts, words, actual, close, back, forth, keep };
}

/** @param {Board} board */
function makeLightbox(board) {
  const parts = makeLightboxParts();
  const { root, image } = parts;
  /** @type {Shown | null} */
  let current = null;
  /** @type {HTMLElement | null} */
  let opener = null;
  board.root.append(root);

  function place() {
    const all = picturesOf(board.view);
    return { all, at: all.findIndex((one) => one.key === current?.key) };
  }

  /** @param {string} note */
  function describe(note) {
    if (!current) return;
    const { strip, picture } = current;
    const { all, at } = place();
    setText(parts.address, `${strip.task_id || strip.short}#${picture.number}`);
    setText(parts.facts, `${at + 1} of ${all.length} · ${picture.width} × ${picture.height} px${note}`);
    setText(parts.words, strip.prompt);
    setAttribute(root, "aria-label", `Picture ${at + 1} of ${all.length}`);
    setAttribute(parts.keep, "aria-label", `Save ${picture.number}`);
    setAttribute(parts.back, "aria-disabled", at > 0 ? null : "true");
    setAttribute(parts.forth, "aria-disabled", at < all.length - 1 ? null : "true");
  }

  /** @param {Shown} shown */
  function showThumb({ key, picture }) {
    setAttribute(image, "src", board.thumbs.url(key) || null);
    setAttribute(image, "alt", picture.alt);
    image.style.maxWidth = `${picture.width}px`;
    image.style.maxHeight = `${picture.height}px`;
  }

  /** @param {boolean} on */
  function zoom(on) {
    parts.stage.classList.toggle("rb-zoomed", on);
    setAttribute(parts.actual, "aria-pressed", String(on));
  }

  /** @param {Shown} shown */
  async function show(shown) {
    current = shown;
    zoom(false);
    showThumb(shown);
    describe(" · loading");
    const full = await board.fulls.want(shown.key);
    if (current !== shown) return;
    if (full) image.src = full.url;
    describe(full ? "" : " · small version, the full one did not arrive");
  }

  /** @param {number} step */
  function go(step) {
    const { all, at } = place();
    if (all[at + step]) show(all[at + step]);
  }

  function close() {
    current = null;
    if (root.open) root.close();
    image.removeAttribute("src");
    if (opener?.isConnected) opener.focus({ preventScroll: true });
    opener = null;
  }

  /** @type {Record<string, () => void>} */
  const keys = { Escape: close, ArrowLeft: () => go(-1), ArrowRight: () => go(1) };

  board.on(parts.close, close);
  board.on(parts.stage, close);
  for (const switcher of [image, parts.actual]) {
    board.on(switcher, () => zoom(!parts.stage.classList.contains("rb-zoomed")));
  }
  board.on(parts.back, () => go(-1));
  board.on(parts.forth, () => go(1));
  board.on(parts.keep, () => {
    if (current) save(board, parts.keep, current.strip, current.picture);
  });

  return {
    root,
    close,
    /** @param {string} key @param {HTMLElement} from */
    open(key, from) {
      const shown = picturesOf(board.view).find((one) => one.key === key);
      if (!shown) return;
      opener = from;
      board.hint.hide();
      root.showModal();
      parts.close.focus();
      show(shown);
    },
    /** @param {KeyboardEvent} event */
    press(event) {
      if (event.key === "Tab") cycleFocus(root, event.shiftKey);
      else if (keys[event.key]) keys[event.key]();
      else return;
      event.preventDefault();
    },
  };
}
