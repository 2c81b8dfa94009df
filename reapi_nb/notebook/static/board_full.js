// @ts-check
// Full pictures, asked for one by one and handed over in chunks, each of them acknowledged.

const KEPT_FULLS = 6;
const QUIET_MS = 5000;
const MOST_QUIET = 6;

/** Only these become pictures; anything else could be a page. @type {Record<string, string>} */
const EXTENSIONS = { "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif" };

/** @param {Model} model */
function makeFulls(model) {
  /** @type {Map<string, FullPicture>} the one used last stands last */
  const kept = new Map();
  /** @type {Map<string, {parts: DataView<ArrayBuffer>[], tell: ((full: FullPicture | null) => void)[]}>} */
  const coming = new Map();
  let timer = 0;
  let quiet = 0;

  /** @param {string} key @param {FullPicture | null} full */
  function settle(key, full) {
    const transfer = coming.get(key);
    coming.delete(key);
    transfer?.tell.forEach((tell) => tell(full));
  }

  function giveUp() {
    for (const key of [...coming.keys()]) settle(key, null);
  }

  /** A page that was closed in the middle of a picture leaves a chunk that nobody acknowledges. */
  function nudge() {
    const standing = /** @type {Chunk | null} */ (model.get("full"));
    if (standing && !coming.has(standing.key)) acknowledge(standing);
    quiet += 1;
    if (quiet < MOST_QUIET) wait();
    else giveUp();
  }

  function wait() {
    clearTimeout(timer);
    if (coming.size) timer = setTimeout(nudge, QUIET_MS);
  }

  function beginPatience() {
    quiet = 0;
    wait();
  }

  /** @param {Chunk} chunk */
  function acknowledge({ key, seq }) {
    told(model, { kind: "ack", key, seq });
  }

  /** @param {string} key */
  function use(key) {
    const full = kept.get(key);
    if (!full) return null;
    kept.delete(key);
    kept.set(key, full);
    return full;
  }

  /** @param {string} key @param {FullPicture} full */
  function keep(key, full) {
    kept.set(key, full);
    for (const [oldest, { url }] of kept) {
      if (kept.size <= KEPT_FULLS) break;
      URL.revokeObjectURL(url);
      kept.delete(oldest);
    }
  }

  /** @param {Chunk} chunk @param {DataView<ArrayBuffer>[]} parts */
  function assemble(chunk, parts) {
    const type = chunk.mime in EXTENSIONS ? chunk.mime : "application/octet-stream";
    const url = URL.createObjectURL(new Blob(parts, { type }));
    const full = { url, extension: EXTENSIONS[type] || "bin" };
    keep(chunk.key, full);
    settle(chunk.key, full);
  }

  return {
    /** The full picture, or null when it does not come. @param {string} key @returns {Promise<FullPicture | null>} */
    want(key) {
      const full = use(key);
      if (full) return Promise.resolve(full);
      return new Promise((tell) => {
        const transfer = coming.get(key);
        if (transfer) return void transfer.tell.push(tell);
        coming.set(key, { parts: [], tell: [tell] });
        if (!told(model, { kind: "full", key })) return settle(key, null);
        beginPatience();
      });
    },

    /** Chunks that nobody here asked for belong to another view of the same board.
     * @param {Chunk | null | undefined} chunk */
    take(chunk) {
      const parts = chunk && coming.get(chunk.key)?.parts;
      if (!chunk || !parts) return;
      parts[chunk.seq] = chunk.data;
      acknowledge(chunk);
      if (chunk.total === 0) return settle(chunk.key, null); // the library does not have it
      if (Object.keys(parts).length === chunk.total) assemble(chunk, parts);
      beginPatience();
    },

    stop() {
      giveUp();
      clearTimeout(timer);
      for (const { url } of kept.values()) URL.revokeObjectURL(url);
      kept.clear();
    },
  };
}

/** @param {HTMLElement} root @param {string} url @param {string} name */
function download(root, url, name) {
  const link = node("a", "");
  link.href = url;
  link.download = name.replace(/[^\w.-]+/g, "_");
  link.hidden = true;
  root.append(link);
  link.click();
  link.remove();
}
