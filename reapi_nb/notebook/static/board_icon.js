// @ts-check
// Small drawn signs, so that a state is never told by colour alone and no icon font is needed.

const STROKES = {
  clock: "M8 4.5V8l2.5 1.5M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0",
  pause: "M6 4.5v7M10 4.5v7",
  spin: "M14 8a6 6 0 1 1-6-6",
  check: "M3.5 8.5l3 3 6-7",
  cross: "M4.5 4.5l7 7M11.5 4.5l-7 7",
  question: "M5.5 6a2.5 2.5 0 1 1 3.6 2.2C8.3 8.6 8 9 8 9.8M8 12.6v.2",
  bang: "M8 4.8v3.6M8 11v.2M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0",
  info: "M8 7.4V11M8 4.8v.2M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0",
  copy: "M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z",
  minus: "M4 8h8",
  back: "M9.5 3.5L5 8l4.5 4.5",
  forth: "M6.5 3.5L11 8l-4.5 4.5",
  left: "M13 8H3M7 4L3 8l4 4",
  right: "M3 8h10M9 4l4 4-4 4",
  up: "M8 13V3M4 7l4-4 4 4",
  down: "M8 3v10M4 9l4 4 4-4",
  fold: "M4.5 6.5L8 10l3.5-3.5",
  save: "M8 2.5v7M5 7l3 3 3-3M3 13.5h10",
};

/** @type {Record<string, keyof typeof STROKES>} */
const STATUS_ICONS = {
  queued: "clock",
  held: "pause",
  sending: "spin",
  processing: "spin",
  saving: "spin",
  completed: "check",
  failed: "cross",
  rejected: "cross",
  cancelled: "minus",
  unknown: "question",
  forgotten: "minus",
  empty: "minus",
  expired: "clock",
  vanished: "question",
  stale: "pause",
};

/** @param {keyof typeof STROKES} sign */
function icon(sign) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "rb-icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  redraw(svg, sign);
  return svg;
}

/** @param {Element} svg @param {keyof typeof STROKES} sign */
function redraw(svg, sign) {
  if (svg.firstElementChild) setAttribute(svg.firstElementChild, "d", STROKES[sign]);
  svg.classList.toggle("rb-spin", sign === "spin");
}
