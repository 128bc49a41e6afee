// The browser's part of a quiz question: choose, and the answer to that choice appears.
async function render({ model, el }) {
  let root = el.querySelector("form.kamen-quiz"); // a built page has the markup already
  if (!root) {
    el.innerHTML = model.get("page");
    root = el.firstElementChild;
  }
  const choices = model.get("choices"), words = model.get("words"), key = model.get("key");
  const output = root.querySelector("output"), radios = [...root.querySelectorAll("input")];
  const answers = root.querySelector(".k-answers"); // from now on for paper only, and there behind the text
  answers.remove();
  const toPaper = () => {
    const text = document.querySelector("article");
    if (!text) return;
    let section = text.querySelector(".k-answers-printed");
    if (!section) {
      section = Object.assign(document.createElement("section"), { className: "k-answers-printed" });
      section.append(Object.assign(document.createElement("h2"), { textContent: answers.querySelector("summary").textContent }));
      text.append(section);
    }
    const one = document.createElement("div");
    one.append(root.querySelector("legend").textContent, answers.querySelector("ul").cloneNode(true));
    section.append(one);
  };
  const offPaper = () => document.querySelector(".k-answers-printed")?.remove();
  addEventListener("beforeprint", toPaper);
  addEventListener("afterprint", offPaper);

  function answer(i) {
    const { right, answer, show } = choices[i], verdict = document.createElement("strong");
    const text = document.createElement("span"); // the answer's markup was escaped in Python, only <code> is left
    verdict.textContent = right ? words.right : words.wrong;
    text.innerHTML = ` ${answer} `;
    output.replaceChildren(verdict, text);
    output.dataset.right = right;
    for (const [name, values] of Object.entries(show || {})) {
      const [chapter, figure] = name.split("/");
      if (figure) { // on another page: its address says the state
        const state = new URLSearchParams(Object.entries(values).map(([p, v]) => [`${figure}.${p}`, v]));
        output.append(Object.assign(document.createElement("a"), { href: `../notebooks/${chapter}.html#${state}`, textContent: words.show }), " ");
        continue;
      }
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
  return () => {
    removeEventListener("keydown", onKey, true);
    removeEventListener("beforeprint", toPaper);
    removeEventListener("afterprint", offPaper);
  };
}

export default { render };
