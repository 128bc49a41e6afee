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

  async function mount(id, el) {
    const state = states[id];
    if (state?.model_module !== "anywidget") return;
    const model = models[id] ||= new Model(state), css = model.get("_css");
    if (css && !(css in modules)) {
      modules[css] = true;
      document.head.append(Object.assign(document.createElement("style"), { textContent: css }));
    }
    const widget = await load(model.get("_esm"));
    await widget.initialize?.({ model, experimental: {} });
    await widget.render?.({ model, el, experimental: {} });
  }

  const go = async () => {
    for (const s of document.querySelectorAll(`script[type="${STATE}"]`)) Object.assign(states, JSON.parse(s.textContent).state);
    const found = [];
    for (const view of document.querySelectorAll(`[data-kamen-model], script[type="${VIEW}"]`)) {
      const id = view.dataset.kamenModel || JSON.parse(view.textContent).model_id, el = document.createElement("div");
      if (!states[id]) continue;
      el.className = "kamen-widget";
      const name = states[id].state.spec?.name;
      if (name) el.dataset.kamenName = (names[name] = (names[name] || 0) + 1) > 1 ? `${name}-${names[name]}` : name;
      if (view.dataset.kamenModel) { view.replaceWith(el); el.append(view); } // the still picture stays where it is
      else view.after(el);
      found.push([id, el]);
    }
    // What the reader sees first wakes first; each figure gets a turn of its own, so the page stays responsive.
    const offScreen = ([, el]) => el.getBoundingClientRect().top > innerHeight || el.getBoundingClientRect().bottom < 0;
    found.sort((a, b) => offScreen(a) - offScreen(b));
    for (const [id, el] of found) {
      await mount(id, el).catch(error => console.error(error)); // a script that fails leaves the still picture
      await new Promise(done => setTimeout(done));
    }
  };
  document.readyState === "loading" ? addEventListener("DOMContentLoaded", go) : go();
})();
