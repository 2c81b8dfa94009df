// @ts-check
// Presses that may cost money: one message each, then locked until Python says it has it.

const PATIENCE_MS = 30000;
const KERNEL_GONE = "kernel is gone: run the cell again";

/** `crypto.randomUUID` is missing on plain http pages, and many hubs are plain http. */
function freshNonce() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether the kernel could be told; a board that outlived its kernel cannot tell it anything.
 * @param {Model} model @param {object} message */
function told(model, message) {
  try {
    model.send(message);
    return true;
  } catch {
    return false;
  }
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
      const heard = told(model, { kind: "press", nonce, action: pressed.action, job, number });
      waiting.set(key, { nonce, timer, text: heard ? "sending…" : KERNEL_GONE });
      if (!heard) clearTimeout(timer);
      changed();
    },

    /** @param {string[]} nonces */
    acked(nonces) {
      for (const [key, press] of waiting) if (nonces.includes(press.nonce)) free(key);
    },

    stop: () => [...waiting.keys()].forEach(free),
  };
}
