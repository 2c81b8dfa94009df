// @ts-check
// Presses that may cost money: one message each, then locked until Python says it has it.

const PATIENCE_MS = 30000;

/** `crypto.randomUUID` is missing on plain http pages, and many hubs are plain http. */
function freshNonce() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {Model} model
 * @param {() => void} changed
 */
function makePresses(model, changed) {
  /** @type {Map<string, {nonce: string, timer: number, text: string}>} */
  const waiting = new Map();

  /** @param {string} action @param {string} job @param {number | null} number */
  const keyOf = (action, job, number) => JSON.stringify([action, job, number]);

  /** @param {string} key */
  function free(key) {
    clearTimeout(waiting.get(key)?.timer);
    waiting.delete(key);
  }

  /** A paid press is never unlocked by time: a second message could be a second charge.
   * @param {string} key @param {boolean} paid */
  function late(key, paid) {
    const press = waiting.get(key);
    if (press && paid) press.text = "waiting for the kernel…";
    else free(key);
    changed();
  }

  return {
    /** What a locked button says, or nothing. @param {string} action @param {string} job @param {number | null} number */
    text: (action, job, number) => waiting.get(keyOf(action, job, number))?.text || "",

    /** @param {ButtonView} pressed @param {string} job @param {number | null} number */
    press(pressed, job, number) {
      const key = keyOf(pressed.action, job, number);
      if (waiting.has(key)) return;
      const nonce = freshNonce();
      const timer = setTimeout(() => late(key, pressed.paid !== false), PATIENCE_MS);
      waiting.set(key, { nonce, timer, text: "sending…" });
      model.send({ kind: "press", nonce, action: pressed.action, job, number });
      changed();
    },

    /** @param {string[]} nonces */
    acked(nonces) {
      for (const [key, press] of waiting) if (nonces.includes(press.nonce)) free(key);
    },

    stop: () => [...waiting.keys()].forEach(free),
  };
}
