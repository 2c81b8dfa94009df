// @ts-check
// A bar that is honest about being a guess: it slows down and never arrives before the job does.

const USUAL_S = 30;

/** Percent for a share of the expected time: straight up to 80, then ever slower towards 99.
 * @param {number} share */
function forecast(share) {
  if (share <= 0.9) return (share * 80) / 0.9;
  return 80 + 19 * (1 - Math.exp((0.9 - share) * 4.68));
}

function makeProgress() {
  const bar = node("div", "rb-bar-fill");
  const root = node("div", "rb-bar", bar);
  const clock = node("span", "rb-clock");
  /** @type {StripView | null} */
  let told = null;
  let started = 0;
  let percent = 0;
  root.setAttribute("role", "progressbar");
  root.setAttribute("aria-valuemin", "0");
  root.setAttribute("aria-valuemax", "100");

  /** A job sent again starts again; otherwise the bar never goes back. @param {StripView} strip */
  function begin(strip) {
    const since = strip.started_at || 0;
    if (since !== started) percent = 0;
    started = since;
  }

  /** @param {StripView} strip */
  function sayTook(strip) {
    const known = strip.started_at !== null && strip.ended_at !== null;
    setLine(clock, known ? `took ${spell(Number(strip.ended_at) - Number(strip.started_at))}` : "");
  }

  /** @param {number} now  epoch seconds */
  function tick(now) {
    if (!told || !told.busy) return;
    const usual = told.expected_s > 0 ? told.expected_s : USUAL_S;
    const elapsed = started ? Math.max(0, now - started) : 0;
    percent = Math.max(percent, forecast(elapsed / usual));
    const late = elapsed > 1.5 * usual ? ", longer than usual" : ` of about ${spell(usual)}`;
    bar.style.transform = `scaleX(${percent / 100})`;
    setAttribute(root, "aria-valuenow", String(Math.floor(percent)));
    setAttribute(root, "aria-valuetext", `${spell(elapsed)}${late}`);
    setLine(clock, started ? `${spell(elapsed)}${late}` : "");
  }

  return {
    root,
    clock,
    tick,
    /** @param {StripView} strip */
    update(strip) {
      told = strip;
      begin(strip);
      root.hidden = !strip.busy;
      setAttribute(root, "aria-label", `Progress of ${strip.name}`);
      if (strip.busy) tick(Date.now() / 1000);
      else sayTook(strip);
    },
  };
}
