// @ts-check
// Thumbnails: bytes in, blob addresses out. The same bytes keep the same address, so nothing flickers.

/** @param {DataView<ArrayBuffer>} data */
function bytesOf(data) {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** @param {Uint8Array} one @param {Uint8Array} other */
function sameBytes(one, other) {
  if (one.buffer === other.buffer && one.byteOffset === other.byteOffset) return true;
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

function makeThumbs() {
  /** @type {Map<string, {bytes: Uint8Array<ArrayBuffer>, url: string}>} */
  const kept = new Map();

  /** @param {string} key */
  function drop(key) {
    const thumb = kept.get(key);
    if (thumb) URL.revokeObjectURL(thumb.url);
    kept.delete(key);
  }

  /** @param {string} key @param {Uint8Array<ArrayBuffer>} bytes */
  function keep(key, bytes) {
    const before = kept.get(key);
    if (before && sameBytes(before.bytes, bytes)) {
      before.bytes = bytes;
      return;
    }
    drop(key);
    const url = URL.createObjectURL(new Blob([bytes], { type: "image/webp" }));
    kept.set(key, { bytes, url });
  }

  return {
    /** @param {string} key */
    url: (key) => kept.get(key)?.url || "",

    /** Takes all thumbnails of the board; what is not told again is let go.
     * @param {Map<string, DataView<ArrayBuffer>>} told */
    update(told) {
      for (const key of [...kept.keys()]) if (!told.has(key)) drop(key);
      for (const [key, data] of told) keep(key, bytesOf(data));
    },

    stop: () => [...kept.keys()].forEach(drop),
  };
}
