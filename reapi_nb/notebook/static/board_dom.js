// @ts-check
// The only maker of elements. What comes from outside is set as text or attribute, never as markup.

// What drives a terminal or turns the direction of writing, by which a text looks like another.
const ACTIVE = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g;

/** A text as it may be shown; what is sent or copied stays as it is. @param {string} text */
function harmless(text) {
  return String(text).replace(ACTIVE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {string} look  class names, constants of ours
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
function node(tag, look, ...children) {
  const made = document.createElement(tag);
  if (look) made.className = look;
  made.append(...children.map((one) => (typeof one === "string" ? harmless(one) : one)));
  return made;
}

/** @param {string} look @param {...(Node | string)} children */
function button(look, ...children) {
  const made = node("button", `rb-button ${look}`, ...children);
  made.type = "button";
  return made;
}

/** Writes only what changed, so that selections and live regions are left in peace.
 * @param {Element} target @param {string | null | undefined} text */
function setText(target, text) {
  const said = harmless(text || "");
  if (target.textContent !== said) target.textContent = said;
}

/** Sets a text and hides the node that has none.
 * @param {HTMLElement} target @param {string | null | undefined} text */
function setLine(target, text) {
  setText(target, text);
  target.hidden = !text;
}

/** @param {Element} target @param {string} name @param {string | null} value */
function setAttribute(target, name, value) {
  if (value === null) target.removeAttribute(name);
  else if (target.getAttribute(name) !== harmless(value)) target.setAttribute(name, harmless(value));
}

/**
 * Children of one parent, kept by key: a node stays the same node as long as its key is told,
 * so focus, scroll and loaded images survive.
 * @template T
 * @param {HTMLElement} parent  holds nothing else
 * @param {(item: T) => string} keyOf
 * @param {(item: T) => Part<T>} make
 */
function makeKeyed(parent, keyOf, make) {
  /** @type {Map<string, Part<T>>} */
  const parts = new Map();

  /** @param {Set<string>} keys */
  function drop(keys) {
    for (const [key, part] of parts) {
      if (keys.has(key)) continue;
      part.root.remove();
      parts.delete(key);
    }
  }

  /** @param {T[]} items */
  function update(items) {
    drop(new Set(items.map(keyOf)));
    items.forEach((item, index) => {
      const key = keyOf(item);
      const part = parts.get(key) || make(item);
      parts.set(key, part);
      if (parent.children[index] !== part.root) {
        parent.insertBefore(part.root, parent.children[index] || null);
      }
      part.update(item, index);
    });
  }

  return { parts, update };
}

/** Says when a node changes its size, also when it first enters the page. */
function makeSizes() {
  /** @type {WeakMap<Element, () => void>} */
  const told = new WeakMap();
  const observer = new ResizeObserver((entries) => {
    for (const entry of entries) told.get(entry.target)?.();
  });
  return {
    /** @param {Element} target @param {() => void} tell */
    watch(target, tell) {
      told.set(target, tell);
      observer.observe(target);
    },
    stop: () => observer.disconnect(),
  };
}

/** Seconds as people say them. @param {number} seconds */
function spell(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

/** @param {StripView} strip @param {number} slot */
function pictureKey(strip, slot) {
  return `${strip.job}/${slot}`;
}
