// Mounts the book's anywidgets on a static page: no require.js, no widget manager, no request to any other host.
// The page carries each widget's state; figures that share one source share one module.
(() => {
  const STATE = "application/vnd.jupyter.widget-state+json", VIEW = "application/vnd.jupyter.widget-view+json";
  const states = {}, models = {}, modules = {}, names = {};
  const bytes = text => new DataView(Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer);

  class Model { // what an anywidget expects of its model
    constructor({ state, buffers = [] }) {
      this.values = { ...state };
      this.listeners = {};
      for (const { path, data } of buffers) {
        let owner = this.values;
        for (const key of path.slice(0, -1)) owner = owner[key];
        owner[path.at(-1)] = bytes(data);
      }
    }
    get(key) { return this.values[key]; }
    set(key, value) {
      const changes = typeof key === "string" ? { [key]: value } : key;
      const changed = Object.keys(changes).filter(k => this.values[k] !== changes[k]);
      Object.assign(this.values, changes);
      for (const k of changed) this.trigger("change:" + k, this, changes[k]);
      if (changed.length) this.trigger("change", this);
    }
    save_changes() {}
    send() {}
    on(events, f) { for (const e of events.split(" ")) (this.listeners[e] ||= new Set()).add(f); }
    off(events, f) {
      for (const e of (events || Object.keys(this.listeners).join(" ")).split(" "))
        f ? this.listeners[e]?.delete(f) : delete this.listeners[e];
    }
    trigger(event, ...rest) { for (const f of [...(this.listeners[event] || [])]) f(...rest); }
  }

  const load = source => modules[source] ||= ( // the book's own widgets are scripts of the page, under their names
    source in (window.kamenWidgets || {}) ? Promise.resolve({ default: window.kamenWidgets[source] })
      : import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })))
  ).then(m => typeof m.default === "function" ? m.default() : m.default);

  // A figure's drawings may lie beside the page, in a script that says them: a page in a folder can read no other file.
  const fetched = {};
  const buffers = source => fetched[source] ||= new Promise((done, failed) => {
    const said = () => window.kamenData?.[source];
    if (said()) return done(said());
    const script = document.createElement("script");
    script.src = (document.documentElement.dataset.content_root || "") + source;
    script.onload = () => done(said());
    script.onerror = () => failed(new Error(`no ${source}`));
    document.head.append(script);
  });

  async function mount({ id, name, view }) {
    const state = states[id];
    if (state.data) state.buffers = await buffers(state.data);
    const model = models[id] ||= new Model(state), css = model.get("_css"), el = document.createElement("div");
    if (css && !(css in modules)) {
      modules[css] = true;
      document.head.append(Object.assign(document.createElement("style"), { textContent: css }));
    }
    const widget = await load(model.get("_esm"));
    el.className = "kamen-widget";
    if (name) el.dataset.kamenName = name;
    if (view.dataset.kamenModel) { view.replaceWith(el); el.append(view); } // the still picture stays where it is
    else view.after(el);
    await widget.initialize?.({ model, experimental: {} });
    await widget.render?.({ model, el, experimental: {} });
    if (state.data) performance.mark("kamen-figure");
  }

  // One after the other, each in a turn of its own, so that the page answers while they wake: first what its address
  // names, then what the reader sees, then the others, when there is nothing else to do.
  const waiting = [], idle = window.requestIdleCallback || (f => setTimeout(f, 1));
  const first = job => { waiting.splice(waiting.indexOf(job), 1); waiting.unshift(job); };
  const wake = job => job.awake ||= mount(job)
    .catch(error => console.error(error)) // a script that fails leaves the still picture
    .then(() => { job.done = true; });
  async function next() {
    const job = waiting.shift();
    if (!job) return dispatchEvent(new CustomEvent("kamen:awake")); // all of them
    if (waiting[0] && states[waiting[0].id].data) buffers(states[waiting[0].id].data).catch(() => {});
    await wake(job);
    waiting[0]?.near ? setTimeout(next) : idle(next, { timeout: 1000 });
  }

  const go = () => {
    for (const s of document.querySelectorAll(`script[type="${STATE}"]`)) Object.assign(states, JSON.parse(s.textContent).state);
    const jobs = [];
    for (const view of document.querySelectorAll(`[data-kamen-model], script[type="${VIEW}"]`)) {
      const id = view.dataset.kamenModel || JSON.parse(view.textContent).model_id;
      if (states[id]?.model_module !== "anywidget") continue;
      let name = states[id].state.spec?.name;
      if (name && (names[name] = (names[name] || 0) + 1) > 1) name += `-${names[name]}`;
      jobs.push({ id, view, name });
    }
    waiting.push(...jobs);
    for (const job of jobs) if (job.name && location.hash.includes(`${job.name}.`)) first(job);
    const see = new IntersectionObserver(entries => { // asked of the browser, not measured: the page is not laid out for it
      for (const { isIntersecting, target } of entries) {
        const job = jobs.find(({ view }) => view === target);
        if (isIntersecting && waiting.includes(job)) { job.near = true; first(job); }
        if (isIntersecting) see.unobserve(target);
      }
    }, { rootMargin: "50% 0px" });
    for (const { view } of jobs) if (view.dataset.kamenModel) see.observe(view);
    addEventListener("kamen:show", e => { // a figure that is asked to show something before it is awake
      const job = jobs.find(({ name }) => name === e.detail.name);
      if (!job || job.done) return;
      e.stopImmediatePropagation();
      wake(job).then(() => dispatchEvent(new CustomEvent("kamen:show", { detail: e.detail })));
    });
    next();
  };
  document.readyState === "loading" ? addEventListener("DOMContentLoaded", go) : go();
})();
