// The browser's part of a quiz question: choose, and the answer to that choice appears.
async function render({ model, el }) {
  let root = el.querySelector("form.kamen-quiz"); // a built page has the markup already
  if (!root) {
    el.innerHTML = model.get("page");
    root = el.firstElementChild;
  }
  const choices = model.get("choices"), words = model.get("words"), key = model.get("key");
  const output = root.querySelector("output"), radios = [...root.querySelectorAll("input")];
  root.querySelector(".k-answers").remove();

  function answer(i) {
    const { right, answer, show } = choices[i], verdict = document.createElement("strong");
    const text = document.createElement("span"); // the answer's markup was escaped in Python, only <code> is left
    verdict.textContent = right ? words.right : words.wrong;
    text.innerHTML = ` ${answer} `;
    output.replaceChildren(verdict, text);
    output.dataset.right = right;
    for (const [name, values] of Object.entries(show || {})) {
      const button = Object.assign(document.createElement("button"), { type: "button", name: "show", textContent: words.show });
      button.addEventListener("click", () => dispatchEvent(new CustomEvent("kamen:show", { detail: { name, values } })));
      output.append(button);
    }
  }
  radios.forEach((radio, i) => radio.addEventListener("change", () => {
    answer(i);
    try { localStorage.setItem(key, i); } catch { /* private mode: the answer is not remembered */ }
  }));
  root.addEventListener("submit", e => e.preventDefault());
  const onKey = e => {
    const i = radios.indexOf(e.composedPath()[0]), step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[e.key];
    if (i < 0 || !step) return;
    e.preventDefault();
    e.stopPropagation();
    const next = radios[(i + step + radios.length) % radios.length];
    next.focus();
    next.click();
  };
  addEventListener("keydown", onKey, true); // on the way down: JupyterLab and Notebook swallow the arrow keys
  try {
    const kept = localStorage.getItem(key);
    if (kept !== null && choices[kept]) { radios[kept].checked = true; answer(kept); }
  } catch { /* no storage, nothing to restore */ }
  root.dataset.state = "ready";
  return () => removeEventListener("keydown", onKey, true);
}

export default { render };
