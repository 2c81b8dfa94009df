// @ts-check
// One bubble per board: why a button is grey, what it costs for those who do not hover, "copied".

const HINT_MS = 2400;

/** @param {HTMLElement} root */
function makeHint(root) {
  const bubble = node("div", "rb-hint");
  let timer = 0;
  bubble.hidden = true;
  root.append(bubble);

  function hide() {
    clearTimeout(timer);
    bubble.hidden = true;
  }

  /** @param {Element} beside */
  function place(beside) {
    const frame = root.getBoundingClientRect();
    const spot = beside.getBoundingClientRect();
    const room = Math.max(4, frame.width - bubble.offsetWidth - 4);
    bubble.style.left = `${Math.min(Math.max(4, spot.left - frame.left), room)}px`;
    bubble.style.top = `${spot.bottom - frame.top + 4}px`;
  }

  /** @param {Element} beside @param {string} text @param {"polite" | "off"} live */
  function put(beside, text, live) {
    setAttribute(bubble, "aria-live", live);
    bubble.hidden = false;
    setText(bubble, text);
    place(beside);
  }

  return {
    hide,
    stop: hide,
    /** Shows a text while a button has the focus; screen readers have it from the title.
     * @param {Element} beside @param {string} text */
    show(beside, text) {
      clearTimeout(timer);
      put(beside, text, "off");
    },
    /** Says a text for a moment, aloud too. @param {Element} beside @param {string} text @param {number} [pause] */
    say(beside, text, pause = HINT_MS) {
      clearTimeout(timer);
      put(beside, text, "polite");
      timer = setTimeout(hide, pause);
    },
  };
}

/** The way for pages without a clipboard, which plain http pages are.
 * @param {HTMLElement} root @param {string} text */
function copyBySelection(root, text) {
  const before = document.activeElement;
  const area = node("textarea", "rb-unseen");
  area.value = text;
  root.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  return copied;
}

/** @param {Board} board @param {Element} beside @param {string} text */
async function copy(board, beside, text) {
  let copied = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copied = copyBySelection(board.root, text);
  }
  board.hint.say(beside, copied ? "copied" : "the browser refused to copy");
}
