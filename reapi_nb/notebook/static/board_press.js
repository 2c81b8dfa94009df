// @ts-check
// Presses that may cost money: one message each, then locked until Python says it has it.

const PATIENCE_MS = 30000;
const SENDING = "sending…";
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

/** @param {string} action @param {string} job @param {number | null} number */
function pressKey(action, job, number) {
  return JSON.stringify([action, job, number]);
}

/** Why a press was refused, "" when it was taken, nothing as long as Python has not seen it.
 * @param {BoardView} view @param {string} nonce */
function verdict(view, nonce) {
  return nonce && view.acks.includes(nonce) ? view.refusals?.[nonce] || "" : undefined;
}

/**
 * @param {Model} model
 * @param {() => void} changed
 */
function makePresses(model, changed) {
  /** @type {Map<string, {nonce: string, timer: number, text: string}>} */
  const waiting = new Map();

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
    text: (action, job, number) => waiting.get(pressKey(action, job, number))?.text || "",

    /** The nonce of the message, or nothing when an earlier one is still under way.
     * @param {ButtonView} pressed @param {string} job @param {number | null} number
     * @param {Record<string, unknown>} [fields]  what a form was told */
    press(pressed, job, number, fields) {
      const { action } = pressed;
      const key = pressKey(action, job, number);
      if (waiting.has(key)) return "";
      const nonce = freshNonce();
      const timer = setTimeout(() => late(key, pressed.paid !== false), PATIENCE_MS);
      const heard = told(model, { kind: "press", nonce, action, job, number, ...(fields && { fields }) });
      waiting.set(key, { nonce, timer, text: heard ? SENDING : KERNEL_GONE });
      if (!heard) clearTimeout(timer);
      changed();
      return nonce;
    },

    /** Frees what was answered; the nonces of it. @param {string[]} nonces */
    acked(nonces) {
      const answered = [...waiting].filter(([, press]) => nonces.includes(press.nonce));
      for (const [key] of answered) free(key);
      return answered.map(([, press]) => press.nonce);
    },

    awaits: () => [...waiting.values()].some((press) => press.text !== KERNEL_GONE),

    stop: () => [...waiting.keys()].forEach(free),
  };
}
