// @ts-check
// What went wrong, whether it was charged, and what to do next.

/** Good news is not painted red. @type {Record<string, Tone>} */
const MONEY_TONES = { "not charged": "good", "credits refunded": "good", "may have been charged": "warn" };

function makeCard() {
  const title = node("strong", "");
  const code = node("code", "rb-code");
  const message = node("p", "rb-message");
  const money = node("span", "rb-charged");
  const advice = node("p", "rb-advice");
  const request = node("p", "rb-request");
  const foot = node("div", "rb-card-foot");
  const head = node("div", "rb-card-head", icon("bang"), title, code, money);
  const root = node("div", "rb-card", head, message, advice, request, foot);
  root.setAttribute("role", "note");
  return {
    root,
    foot,
    /** @param {ErrorView | null} error */
    update(error) {
      root.hidden = !error;
      if (!error) return;
      setText(title, error.title);
      setLine(code, error.code);
      setLine(message, error.message);
      setLine(money, error.money);
      money.dataset.tone = MONEY_TONES[error.money] || "wait";
      setLine(advice, error.advice);
      setLine(request, error.request_id && `request ${error.request_id}`);
      setAttribute(root, "aria-label", error.title);
    },
  };
}
