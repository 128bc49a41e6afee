// "Try it live" in the page: an editor in place of the cell, Python in a worker, sliders that are the browser's own.
// Loaded on the first click; every word it shows comes from the page.
let worker, ready, next = 0;
const waiting = new Map();

const make = (name, attributes = {}, ...children) => {
  const element = Object.assign(document.createElement(name), attributes);
  element.append(...children.filter(c => c !== undefined));
  return element;
};

function ask(message) {
  return new Promise((done, failed) => {
    const id = ++next;
    waiting.set(id, { done, failed });
    worker.postMessage({ id, ...message });
  });
}

function start(address, language) {
  if (ready) return ready;
  worker = new Worker(new URL("kamen-live-worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => {
    const { done, failed } = waiting.get(data.id);
    waiting.delete(data.id);
    data.failed ? failed(new Error(data.failed)) : done(JSON.parse(data.events));
  };
  const broken = new Promise((_, failed) => worker.onerror = e => { e.preventDefault?.(); failed(new Error(e.message || "worker")); });
  ready = Promise.race([ask({ boot: address, language }), broken]);
  ready.catch(stop);
  return ready;
}

function stop() {
  worker?.terminate();
  worker = ready = undefined;
  for (const { failed } of waiting.values()) failed(new Error("stopped"));
  waiting.clear();
}

function drawn(events, words, onChange) {
  return events.map(event => {
    if (event.kind === "text") return make("pre", { textContent: event.text });
    if (event.kind === "figure" || event.kind === "html") {
      const box = make("div", { className: event.kind === "figure" ? "live-figure" : "live-html" });
      box.innerHTML = event.svg || event.html;
      box.querySelector("svg")?.setAttribute("role", "img");
      return box;
    }
    if (event.kind === "interact") return interactive(event, words, onChange);
    return make("div", { className: "live-error" },
      make("p", {}, make("strong", { textContent: event.last })),
      make("details", {}, make("summary", { textContent: words.traceback }), make("pre", { textContent: event.traceback })));
  });
}

// The controls of one interact() call and what its function shows; the latest value wins while Python is busy.
function interactive(event, words, onChange) {
  const output = make("div", { className: "live-shown" }, ...drawn(event.events, words, onChange));
  const values = Object.fromEntries(event.controls.map(c => [c.name, c.value]));
  let busy = false, again = false;
  const changed = async () => {
    again = true;
    if (busy) return;
    busy = true;
    output.setAttribute("aria-busy", "true");
    while (again) {
      again = false;
      const events = await onChange(event.call, { ...values });
      if (events) output.replaceChildren(...drawn(events, words, onChange));
    }
    busy = false;
    output.removeAttribute("aria-busy");
  };
  return make("div", { className: "live-interact" }, ...event.controls.map(c => control(c, values, changed)), output);
}

function control(c, values, changed) {
  const set = value => { values[c.name] = value; changed(); };
  if (c.kind === "int" || c.kind === "float" || c.kind === "log") {
    const at = c.kind === "log" ? Math.log(c.value) / Math.log(c.base) : c.value;
    const input = make("input", { type: "range", name: c.name, min: c.min, max: c.max, step: c.kind === "float" ? "any" : c.step });
    input.value = at;
    const value = () => c.kind === "log" ? c.base ** +input.value : +input.value;
    const text = () => c.kind === "int" ? String(value()) : String(+value().toPrecision(4));
    const shown = make("output", { textContent: text() });
    input.setAttribute("aria-valuetext", text());
    if (c.kind === "float") input.addEventListener("keydown", e => { // "any" leaves the arrow keys to the browser
      const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[e.key];
      if (!by) return;
      e.preventDefault();
      input.value = +input.value + by * c.step;
      input.dispatchEvent(new Event("input"));
    });
    input.addEventListener("input", () => {
      shown.textContent = text();
      input.setAttribute("aria-valuetext", text());
      set(value());
    });
    return make("label", {}, make("span", { textContent: c.label }), input, shown);
  }
  let input;
  if (c.kind === "choice") {
    input = make("select", { name: c.name }, ...c.options.map(([label], i) => make("option", { textContent: label, value: i })));
    input.value = c.options.findIndex(([, v]) => v === c.value);
    input.addEventListener("change", () => set(c.options[+input.value][1]));
  } else if (c.kind === "truth") {
    input = make("input", { type: "checkbox", name: c.name, checked: c.value });
    input.addEventListener("change", () => set(input.checked));
  } else {
    input = make(c.kind === "lines" ? "textarea" : "input", { name: c.name, value: c.value, spellcheck: false });
    if (c.kind === "lines") input.rows = Math.min(12, String(c.value).split("\n").length + 1);
    input.addEventListener("input", () => set(input.value));
  }
  return make("label", {}, make("span", { textContent: c.label }), input);
}

const stored = {
  get: key => { try { return localStorage.getItem(key); } catch { return null; } },
  set: (key, text) => { try { text === null ? localStorage.removeItem(key) : localStorage.setItem(key, text); } catch { /* kept for this visit */ } },
};

/** Turn the cell after `offer` into an editor, and run it, unless it is only to show an earlier edit. */
export async function open(offer, { run = true } = {}) {
  const { words, notebook, lite, number } = JSON.parse(offer.dataset.live);
  const cell = offer.nextElementSibling, key = `kamen-live:${location.pathname}:${number}`;
  const source = cell.querySelector(".cell_input pre").textContent.replace(/\n$/, "");
  const editor = make("textarea", { value: stored.get(key) ?? source, spellcheck: false, rows: 3, autocapitalize: "off" });
  editor.setAttribute("aria-label", words.editor);
  const fit = () => { editor.rows = Math.min(30, editor.value.split("\n").length + 1); };
  const go = make("button", { type: "button", textContent: words.run, title: "Shift+Enter" });
  const halt = make("button", { type: "button", textContent: words.stop, hidden: true });
  const reset = make("button", { type: "button", textContent: words.reset, hidden: editor.value === source });
  const status = make("p", { className: "live-status" });
  status.setAttribute("role", "status");
  const output = make("div", { className: "live-output" });
  const box = make("div", { className: "live-cell" }, editor, make("div", { className: "live-buttons" }, go, halt, reset, status), output);
  offer.hidden = cell.querySelector(".cell_input").hidden = true;
  cell.append(box);
  fit();

  editor.addEventListener("input", () => {
    fit();
    stored.set(key, editor.value === source ? null : editor.value);
    reset.hidden = editor.value === source;
  });
  editor.addEventListener("keydown", e => {
    if (e.key === "Enter" && (e.shiftKey || e.ctrlKey || e.metaKey)) { e.preventDefault(); execute(); }
  });
  reset.addEventListener("click", () => {
    editor.value = source;
    editor.dispatchEvent(new Event("input"));
    editor.focus();
  });
  halt.addEventListener("click", stop);
  go.addEventListener("click", execute);

  let before;
  async function chapter() { // the code cells before this one, from the notebook that the page offers for download
    const { cells } = await (await fetch(new URL(notebook, location.href))).json();
    const code = cells.filter(c => c.cell_type === "code").map(c => ({ live: c.metadata.tags?.includes("remove-output"), text: [].concat(c.source).join("") }));
    const here = code.map((c, i) => c.live ? i : -1).filter(i => i >= 0)[number];
    return code.slice(0, here).map(c => c.text);
  }

  async function guarded(action) {
    halt.hidden = false;
    try {
      return await action();
    } catch (error) {
      status.textContent = error.message === "stopped" ? words.stopped : `${words.failed} ${error.message}`;
    } finally {
      halt.hidden = true;
    }
  }

  async function execute() {
    if (go.disabled) return;
    go.disabled = true;
    box.dataset.state = "busy";
    status.textContent = ready ? words.running : words.loading;
    const onChange = (call, values) => guarded(() => ask({ call, values }));
    const events = await guarded(async () => {
      before ??= await chapter();
      await start(new URL(lite, location.href).href, document.documentElement.lang);
      status.textContent = words.running;
      return ask({ cells: before, code: editor.value });
    });
    go.disabled = false;
    box.dataset.state = events ? "done" : "failed";
    if (!events) return;
    status.textContent = events.some(e => e.kind === "error") ? words.error : words.done;
    output.replaceChildren(...drawn(events, words, onChange));
  }
  if (run) { go.focus(); await execute(); }
}
