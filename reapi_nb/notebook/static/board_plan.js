// @ts-check
// Requests that wait for a yes: how many, what they cost, and each of them in a line.

/** @type {Record<string, keyof typeof STROKES>} */
const PLAN_ICONS = { waiting: "pause", sent: "check", dropped: "minus" };

/** @type {Record<string, Tone>} */
const PLAN_TONES = { waiting: "warn", sent: "good" };

function makeLines() {
  const root = node("ol", "rb-lines");
  const lines = makeKeyed(
    root,
    (/** @type {{at: number, text: string, cost: string}} */ line) => String(line.at),
    () => {
      const text = node("span", "");
      const cost = node("span", "rb-cost");
      return {
        root: node("li", "", text, cost),
        update(line) {
          setText(text, line.text);
          setText(cost, line.cost);
        },
      };
    },
  );
  root.tabIndex = 0; // it scrolls, also for those without a mouse
  setAttribute(root, "aria-label", "Requests");
  return {
    root,
    /** @param {PlanView["lines"]} told */
    update(told) {
      root.hidden = !told.length;
      lines.update(told.map((line, at) => ({ ...line, at })));
    },
  };
}

/** @param {Board} board */
function makePlan(board) {
  const title = node("strong", "rb-title");
  const sign = icon("pause");
  const state = node("span", "");
  const facts = node("p", "rb-facts");
  const lines = makeLines();
  const alert = node("p", "rb-alert");
  const actions = node("span", "rb-actions");
  const head = node("div", "rb-head", title, node("span", "rb-status", sign, state));
  const root = node("div", "rb-plan", head, facts, lines.root, alert, actions);
  const buttons = makeButtons(board, actions, "", null, (_, text) => setLine(alert, text));
  root.setAttribute("role", "group");
  alert.setAttribute("role", "alert");
  state.setAttribute("aria-live", "polite");
  alert.hidden = true;
  return {
    root,
    /** @param {PlanView | null | undefined} plan */
    update(plan) {
      root.hidden = !plan;
      if (!plan) return;
      const waits = plan.state === "waiting";
      root.dataset.tone = PLAN_TONES[plan.state] || "wait";
      setAttribute(root, "aria-label", plan.title);
      setText(title, plan.title);
      redraw(sign, PLAN_ICONS[plan.state] || "clock");
      setText(state, plan.state_text);
      setLine(facts, waits ? plan.facts.join(" · ") : "");
      lines.update(waits ? plan.lines : []);
      if (!waits) setLine(alert, "");
      buttons.update(waits ? plan.actions : []);
    },
  };
}
