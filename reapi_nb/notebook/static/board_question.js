// @ts-check
// Something only people can know about a job, with the answers to choose from.

/** @param {Board} board @param {string} job */
function makeQuestion(board, job) {
  const text = node("p", "");
  const choices = node("span", "rb-actions");
  const root = node("div", "rb-card rb-question", node("div", "rb-card-head", icon("question"), text), choices);
  const buttons = makeButtons(board, choices, job, null);
  root.setAttribute("role", "note");
  return {
    root,
    /** @param {QuestionView | null | undefined} question */
    update(question) {
      root.hidden = !question;
      setText(text, question?.text);
      setAttribute(root, "aria-label", question?.text || null);
      buttons.update(apart(question?.choices || []));
    },
  };
}
