// @ts-check
// What people supply before a request can be sent: words, and fields as JSON where words are not enough.

/** @typedef {{fields: Record<string, unknown>, trouble: string}} Filled */

/** The object that a text spells, or why it spells none. @param {string} text @returns {Filled} */
function readObject(text) {
  try {
    const fields = JSON.parse(text);
    if (fields && typeof fields === "object" && !Array.isArray(fields)) return { fields, trouble: "" };
    return { fields: {}, trouble: 'not a JSON object: write {"name": value}' };
  } catch (no) {
    return { fields: {}, trouble: `not JSON: ${no instanceof Error ? no.message : no}` };
  }
}

/** What is sent for an ask; an optional prompt that is empty is left out. @param {Ask} ask @returns {Filled} */
function filled({ asks, words, json }) {
  if (asks.field) {
    const said = words.trim();
    return { fields: { [asks.field]: said }, trouble: said ? "" : `a ${asks.label?.toLowerCase()} is needed` };
  }
  const { fields, trouble } = asks.sketch ? readObject(json) : { fields: {}, trouble: "" };
  const said = asks.prompt && words.trim() ? { prompt: words } : {};
  const mute = asks.prompt === "required" && !words.trim() ? "a prompt is needed" : "";
  return { fields: { ...fields, ...said }, trouble: trouble || mute };
}

/** @param {string} name @param {string} look @param {string} text @param {boolean} asked
 * @param {"textarea" | "input"} [kind] */
function makeField(name, look, text, asked, kind = "textarea") {
  const area = node(kind, `rb-area ${look}`);
  const root = node("label", "rb-field", node("span", "", name), area);
  area.value = text;
  root.hidden = !asked;
  return { area, root };
}

/** @param {Ask} ask */
function makeFormParts({ asks, words: said, json: spelled }) {
  const image = node("img", "rb-mini");
  const title = node("strong", "", asks.title);
  const words = asks.field
    ? makeField(asks.label || asks.field, "rb-json rb-one", said, true, "input")
    : makeField("Prompt", "", said, Boolean(asks.prompt));
  const json = makeField("Fields as JSON", "rb-json", spelled, Boolean(asks.sketch));
  const check = node("p", "rb-check");
  const alert = node("p", "rb-alert");
  const notices = makeNotices();
  const send = button("rb-strong");
  const cancel = button("rb-quiet");
  const foot = node("div", "rb-ask-foot", send, cancel, node("span", "rb-cost", asks.field ? "Enter sends" : "Ctrl+Enter sends"));
  const head = node("div", "rb-card-head", image, title);
  const body = [head, words.root, json.root, check, alert, notices.root, foot];
  const root = node(asks.sketch ? "dialog" : "div", "rb-ask", ...body);
  image.alt = "";
  json.area.spellcheck = false;
  words.area.placeholder = asks.field ? asks.example || "" : asks.prompt === "optional" ? "optional" : "";
  words.area.spellcheck = !asks.field;
  root.setAttribute("role", asks.sketch ? "dialog" : "group");
  root.setAttribute("aria-label", asks.title);
  check.setAttribute("aria-live", "polite");
  alert.setAttribute("role", "alert");
  return { root, image, words: words.area, json: json.area, check, alert, notices, send, cancel };
}

/** @param {Board} board @param {Ask} ask @param {{send(): void, cancel(): void, hide(): void}} acts */
function makeForm(board, ask, acts) {
  const parts = makeFormParts(ask);
  const { root, words, json, send } = parts;
  let sending = "";

  function showImage() {
    const url = ask.number === null ? "" : board.thumbs.url(`${ask.job}/${ask.number - 1}`);
    parts.image.hidden = !url;
    setAttribute(parts.image, "src", url || null);
  }

  function showTrouble() {
    const { trouble } = filled(ask);
    const bad = ask.button.reason || trouble;
    setLine(parts.check, bad);
    setAttribute(json, "aria-invalid", trouble ? "true" : null);
    setAttribute(send, "aria-disabled", sending || bad ? "true" : null);
  }

  function update() {
    const { button: view } = ask;
    for (const area of [words, json]) area.readOnly = Boolean(sending);
    setText(send, sending || [ask.asks.verb || view.label, view.cost].filter(Boolean).join(" · "));
    setAttribute(send, "aria-label", `Send ${view.name}`);
    setAttribute(send, "aria-busy", sending ? "true" : null);
    setText(parts.cancel, sending ? "Hide" : "Cancel"); // what is sent cannot be called back
    setLine(parts.alert, ask.refusal);
    parts.notices.update(view.notices || []);
    showImage();
    showTrouble();
  }

  root.addEventListener("input", () => {
    ask.words = words.value;
    ask.json = json.value;
    showTrouble();
  });
  root.addEventListener("close", acts.hide);
  board.on(send, acts.send);
  board.on(parts.cancel, acts.cancel);

  return {
    root,
    /** @param {string} now  what a locked form says, or nothing */
    update(now) {
      sending = now;
      update();
    },
    open() {
      if (root instanceof HTMLDialogElement) root.showModal();
      root.scrollIntoView({ block: "nearest" });
    },
    focus() {
      [words, json].find((area) => area.offsetParent)?.focus();
      if (ask.words === (ask.asks.words || "")) words.select();
    },
  };
}
