// @ts-check
// Letters that are typed in a list choose one of its lines. A notebook would take them for its own
// keys, and "d d" deletes a cell: so it is told to leave them alone, in our forms only.

/** @param {FocusEvent} event */
function keep({ target }) {
  if (target instanceof HTMLSelectElement && target.closest(".rf-form")) {
    target.setAttribute("data-lm-suppress-shortcuts", "true");
  }
}

function render() {
  const gone = new AbortController();
  document.addEventListener("focusin", keep, { signal: gone.signal });
  return () => gone.abort();
}

export default { render };
