// @ts-check
// Asks before sending: one form per board, in the strip of its picture or over the page.
// What was typed is kept until Python has taken it, or until people cancel it.

/** Lists of numbers stay on one line. @param {object} sketch */
function format(sketch) {
  return JSON.stringify(sketch, null, 2).replace(/\[\n[^[\]{}"]*\]/g, (list) => list.replace(/\s+/g, " "));
}

/** @param {ButtonView} view @param {AskView} asks @param {string} job @param {number | null} number
 * @param {HTMLElement} opener @returns {Ask} */
function beginAsk(view, asks, job, number, opener) {
  const json = asks.sketch ? format(asks.sketch) : "";
  return { button: view, asks, job, number, opener, words: asks.words || "", json, nonce: "", sent: false, refusal: "" };
}

/** What the words start with where Python does not say: the prompt that needs changing.
 * @param {BoardView} view @param {string} job @param {AskView} asks @returns {AskView} */
function withWords(view, job, asks) {
  const strip = view.strips.find((one) => one.job === job);
  return { words: (asks.prompt === "required" && strip?.prompt) || "", ...asks };
}

/** The button as it is told now. @param {BoardView} view @param {Ask} ask @returns {ButtonView} */
function buttonNow(view, { button: before, job, number }) {
  const strip = view.strips.find((one) => one.job === job);
  const picture = strip?.pictures.find((one) => one.number === number);
  const buttons = number === null ? strip?.actions : picture?.buttons;
  return buttons?.find((one) => one.action === before.action) || before;
}

/** To the button, or to its picture when the button is folded away. @param {HTMLElement} opener */
function giveFocusBack(opener) {
  const image = opener.closest(".rb-tile")?.querySelector("img");
  (opener.offsetParent ? opener : image)?.focus();
}

/** @param {Board} board @param {(job: string) => HTMLElement | undefined} homeOf  the room in a strip */
function makeAsks(board, homeOf) {
  /** @type {Map<string, Ask>} */
  const kept = new Map();
  /** @type {{ask: Ask, form: ReturnType<typeof makeForm>} | null} */
  let shown = null;

  /** @param {Ask} ask */
  const sendingText = ({ button: view, job, number }) => board.presses.text(view.action, job, number);

  function hide() {
    if (!shown) return;
    const { ask, form } = shown;
    const held = ask.asks.sketch || form.root.matches(":focus-within");
    shown = null;
    setAttribute(ask.opener, "aria-expanded", null);
    form.root.remove();
    if (held) giveFocusBack(ask.opener);
  }

  function cancel() {
    const ask = shown?.ask;
    hide();
    if (ask && !sendingText(ask)) kept.delete(pressKey(ask.button.action, ask.job, ask.number));
  }

  function send() {
    if (!shown) return;
    const { ask } = shown;
    const { fields, trouble } = filled(ask);
    if (trouble || ask.button.reason || sendingText(ask)) return;
    ask.refusal = "";
    ask.nonce = board.presses.press(ask.button, ask.job, ask.number, fields);
  }

  function redrawForm() {
    if (!shown) return;
    const { ask, form } = shown;
    const home = (!ask.asks.sketch && homeOf(ask.job)) || board.root;
    if (form.root.parentNode !== home) home.append(form.root);
    ask.button = buttonNow(board.view, ask);
    form.update(sendingText(ask));
  }

  /** @param {Ask} ask */
  function show(ask) {
    if (shown?.ask === ask) return;
    hide();
    shown = { ask, form: makeForm(board, ask, { send, cancel, hide }) };
    setAttribute(ask.opener, "aria-expanded", "true");
    board.hint.hide();
    redrawForm();
    shown.form.open();
  }

  /** A form that nobody sees comes back with its refusal, unless it would cover what people do now.
   * @param {Ask} ask @param {string} refusal */
  function refuse(ask, refusal) {
    Object.assign(ask, { refusal, nonce: "", sent: false });
    if (!shown && !ask.asks.sketch) show(ask);
    else if (shown?.ask !== ask) board.hint.say(ask.opener, refusal);
  }

  /** @param {Ask} ask */
  function hear(ask) {
    const refusal = verdict(board.view, ask.nonce);
    if (refusal) refuse(ask, refusal);
    if (refusal !== "" || ask.sent) return;
    ask.sent = true;
    if (shown?.ask === ask) hide();
  }

  return {
    /** @param {ButtonView} view @param {AskView} asks @param {string} job @param {number | null} number
     * @param {HTMLElement} opener */
    open(view, asks, job, number, opener) {
      const key = pressKey(view.action, job, number);
      const before = kept.get(key);
      const ask = before && !before.sent ? before : beginAsk(view, withWords(board.view, job, asks), job, number, opener);
      kept.set(key, ask);
      show(ask);
      shown?.form.focus();
    },

    update() {
      kept.forEach(hear);
      redrawForm();
    },

    /** Whether a key is none of the notebook's business. @param {KeyboardEvent} event */
    press(event) {
      if (!shown || !(event.target instanceof Node) || !shown.form.root.contains(event.target)) return false;
      const { key, isComposing, ctrlKey, metaKey, repeat } = event;
      const { asks, words } = shown.ask;
      const sends = key === "Enter" && (ctrlKey || metaKey || Boolean(asks.field));
      const leaves = key === "Escape" && !isComposing;
      const lingers = key === "Enter" && repeat && words === asks.words; // the key that opened it is still down
      if (sends || leaves || lingers) event.preventDefault();
      if (leaves) hide();
      if (sends && !repeat && !isComposing) send();
      return leaves || key === "Enter" || Boolean(asks.sketch);
    },
  };
}
