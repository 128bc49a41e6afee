// The browser's part of a flipbook: drawings made by matplotlib, flipped here. No dependency, no network.
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

async function inflate(view) {
  const stream = new Blob([new Uint8Array(view.buffer, view.byteOffset, view.byteLength)]).stream();
  return JSON.parse(await new Response(stream.pipeThrough(new DecompressionStream("deflate"))).text());
}

let shownHere = 0;

async function render({ model, el }) {
  const spec = model.get("spec"), params = spec.params, book = await inflate(model.get("data"));
  let root = el.querySelector("figure.kamen-flipbook"); // a built page has the markup already
  if (!root) {
    el.innerHTML = await inflate(model.get("page"));
    root = el.firstElementChild;
  }
  const pageName = el.dataset.kamenName; // set by the static loader: this figure's name in the address
  const caption = root.querySelector("figcaption"), controls = root.querySelector(".k-controls");
  const pictures = [...root.querySelectorAll(".k-picture")];
  const moving = pictures.map(p => p.querySelector(".k-moving"));
  const find = name => controls.querySelector(`[name="${CSS.escape(name)}"]`);
  caption.id = `${spec.uid}-caption-${shownHere++}`;
  const stage = root.querySelector(".k-pictures");
  stage.removeAttribute("aria-label");
  stage.setAttribute("aria-labelledby", caption.id);

  // Where we are: an index for every parameter.
  const nearest = (p, v) => { // an unknown value falls back to the start
    const i = p.values.indexOf(v);
    if (i >= 0) return i;
    if (typeof v !== "number" || typeof p.values[0] !== "number") return p.values.indexOf(spec.start[p.name]);
    return p.values.reduce((best, u, j) => Math.abs(u - v) < Math.abs(p.values[best] - v) ? j : best, 0);
  };
  const read = values => params.map(p => nearest(p, values[p.name] ?? spec.start[p.name]));
  let at = read(model.get("value")), shown = -1, drawn = moving.map(() => -1);
  let timer = 0, dragging = null, late = 0;

  const inputs = params.map(p => {
    const radios = controls.querySelectorAll(`input[type=radio][name="${CSS.escape(p.name)}"]`);
    return radios.length ? [...radios] : find(p.name);
  });

  function face(d) { // one parameter's control
    const input = inputs[d], i = at[d], text = params[d].text[i];
    if (Array.isArray(input)) { input[i].checked = true; return; }
    input.value = i;
    if (input.type !== "range") return;
    input.setAttribute("aria-valuetext", text);
    if (input.nextElementSibling.textContent !== text) input.nextElementSibling.textContent = text;
  }

  function draw() { // swap only what moves
    params.forEach((_, d) => face(d));
    const k = at.reduce((k, i, d) => k * params[d].values.length + i, 0);
    if (k === shown) return;
    shown = k;
    book.frames[k].forEach((n, p) => { if (drawn[p] !== n) moving[p].innerHTML = book.drawings[drawn[p] = n]; });
    caption.textContent = book.captions[k];
  }

  function go(d, i) {
    i = Math.max(0, Math.min(params[d].values.length - 1, i));
    if (i === at[d]) return;
    at = at.map((x, j) => j === d ? i : x);
    draw();
    clearTimeout(late); // browsers limit history.replaceState and kernels choke on every frame
    late = setTimeout(save, timer || dragging ? 250 : 60);
  }

  function save() {
    model.set("value", Object.fromEntries(params.map((p, d) => [p.name, p.values[at[d]]])));
    model.save_changes();
    if (!pageName) return;
    const q = query();
    params.forEach((p, d) => {
      const key = `${pageName}.${p.name}`;
      p.values[at[d]] === spec.start[p.name] ? q.delete(key) : q.set(key, p.text[at[d]]);
    });
    history.replaceState(history.state, "", String(q) ? "#" + q : location.pathname + location.search);
  }

  function query() { // "#a-heading" is a place, "#figure.step=3" is a state
    return new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
  }

  function restore() { // the state in the page's address; unknown values fall back to the start
    const q = query();
    let mine = false;
    const wanted = params.map((p, d) => {
      const text = q.get(`${pageName}.${p.name}`);
      if (text === null) return nearest(p, spec.start[p.name]);
      mine = true;
      const i = /^~\d+$/.test(text) ? +text.slice(1) : p.text.indexOf(text), v = parseFloat(text.replaceAll(",", "").replace("−", "-")); // "~2": from the other language
      if (i >= p.text.length) return nearest(p, spec.start[p.name]);
      return i >= 0 ? i : nearest(p, Number.isFinite(v) ? v : spec.start[p.name]);
    });
    if (mine) { stop(); at = wanted; }
    draw();
    if (mine && [...q.keys()][0].startsWith(pageName + ".")) root.scrollIntoView({ block: "center" });
  }

  // Controls.
  controls.addEventListener("submit", e => e.preventDefault());
  inputs.forEach((input, d) => {
    for (const one of [input].flat()) one.addEventListener("input", () => { stop(); go(d, +one.value); });
  });
  const key = e => {
    const one = e.composedPath()[0], d = inputs.findIndex(input => [input].flat().includes(one));
    if (d < 0 || e.ctrlKey || e.altKey || e.metaKey) return;
    const n = params[d].values.length, page = Math.max(2, Math.round(n / 10));
    const to = {
      ArrowRight: at[d] + 1, ArrowUp: at[d] + 1, ArrowLeft: at[d] - 1, ArrowDown: at[d] - 1,
      PageUp: at[d] + page, PageDown: at[d] - page, Home: 0, End: n - 1,
    }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    e.stopPropagation();
    stop();
    const down = one.type !== "range" && (e.key === "ArrowDown" || e.key === "ArrowUp");
    go(d, down ? 2 * at[d] - to : to); // lists run downwards, sliders upwards
    if (Array.isArray(inputs[d])) inputs[d][at[d]].focus();
  };
  addEventListener("keydown", key, true); // on the way down: JupyterLab and Notebook swallow the arrow keys

  // Play: time-like parameters run; with reduced motion a few still pictures, a second each.
  const time = params.findIndex(p => p.name === spec.play), playButton = controls.querySelector("button[name=play]");
  const hush = quiet => { // a screen reader hears where a drag or a run ends, not every state on the way
    caption.setAttribute("aria-live", quiet ? "off" : "polite");
    if (!quiet) setTimeout(() => { caption.textContent = book.captions[shown] + " "; }, 50);
  };
  function label() {
    playButton.textContent = timer ? playButton.dataset.pause : playButton.dataset.play;
    hush(!!timer);
  }
  function start() {
    const n = params[time].values.length, stride = STILL.matches ? Math.ceil(n / 8) : 1;
    if (at[time] === n - 1) go(time, 0);
    timer = setInterval(() => {
      if (document.hidden) return;
      go(time, at[time] + stride);
      if (at[time] === n - 1) stop();
    }, STILL.matches ? 1000 : Math.max(40, Math.min(500, 8000 / n)));
    label();
  }
  function stop() {
    if (!timer) return;
    clearInterval(timer);
    timer = 0;
    label();
  }
  playButton?.addEventListener("click", () => timer ? stop() : start());
  controls.querySelector("button[name=reset]").addEventListener("click", () => {
    stop();
    at = read(spec.start);
    draw();
    save();
  });

  // Grab: a transparent area over each axes that can be dragged; the rest of the picture still scrolls the page.
  const areas = {};
  for (const g of spec.grab) (areas[`${g.panel}:${g.box}`] ||= []).push({ ...g, d: params.findIndex(p => p.name === g.name) });
  for (const grabs of Object.values(areas)) area(grabs);

  function area(grabs) {
    const { panel, box: [left, top, width, height] } = grabs[0], [W, H] = spec.size[panel];
    const div = document.createElement("div"); // HTML, not SVG: touch-action is reliable there
    div.className = "k-grab";
    const spread = v => v && Math.max(...v) - Math.min(...v) > 1;
    const x = grabs.some(g => spread(g.x)), y = grabs.some(g => spread(g.y));
    const free = x && y ? "none" : y ? "pan-x" : "pan-y"; // the direction that scrolls the page
    Object.assign(div.style, {
      left: `${100 * left / W}%`, top: `${100 * top / H}%`, width: `${100 * width / W}%`,
      height: `${100 * height / H}%`, touchAction: free, cursor: x && y ? "move" : x ? "ew-resize" : "ns-resize",
    });
    // One "x" and one "y" are a point in the plane; otherwise each grab is a handle, and the nearest is taken.
    const plane = grabs.length === 2 && grabs.filter(g => !g.y).length === 1 && grabs.filter(g => !g.x).length === 1;
    const handles = plane ? [grabs] : grabs.map(g => [g]);
    const place = e => {
      const r = div.getBoundingClientRect();
      return [left + (e.clientX - r.left) / r.width * width, top + (e.clientY - r.top) / r.height * height];
    };
    const distance = (g, i, [px, py]) => (g.x ? (g.x[i] - px) ** 2 : 0) + (g.y ? (g.y[i] - py) ** 2 : 0);
    const closest = (g, point) => {
      let best = 0;
      for (let i = 1; i < params[g.d].values.length; i++) if (distance(g, i, point) < distance(g, best, point)) best = i;
      return best;
    };
    let from = null;
    const move = e => {
      if (from) { // a swipe across the free direction is the page's, not ours
        const dx = Math.abs(e.clientX - from.clientX), dy = Math.abs(e.clientY - from.clientY);
        if (Math.max(dx, dy) < 8 || (free === "pan-y" && dy > dx) || (free === "pan-x" && dx > dy)) return;
        from = null;
      }
      const point = place(e);
      for (const g of dragging) go(g.d, closest(g, point));
    };
    div.addEventListener("pointerdown", e => {
      if (e.button) return;
      e.preventDefault();
      stop();
      const point = place(e);
      const far = h => h.reduce((s, g) => s + Math.min(distance(g, at[g.d], point), 1e3 * distance(g, closest(g, point), point)), 0);
      dragging = handles.reduce((a, b) => far(b) < far(a) ? b : a);
      hush(true);
      div.setPointerCapture(e.pointerId);
      if (e.pointerType === "touch") from = e;
      else {
        find(params[dragging[0].d].name)?.focus?.({ preventScroll: true }); // arrow keys go on where the drag ended
        move(e);
      }
    });
    div.addEventListener("pointermove", e => { if (dragging) move(e); });
    const end = e => {
      if (!dragging) return;
      if (e.type === "pointerup") { if (from && e.pointerType === "touch") tap(e); else move(e); }
      dragging = from = null;
      hush(false);
      save();
    };
    const tap = e => { from = null; move(e); };
    for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) div.addEventListener(type, end);
    pictures[panel].append(div);
  }

  // From outside: Python, the address, and "show me" buttons of the quiz.
  const follow = () => {
    const wanted = read(model.get("value"));
    if (dragging || timer || String(wanted) === String(at)) return;
    at = wanted;
    draw();
  };
  const show = e => {
    if (e.detail.name !== (pageName || spec.name)) return;
    stop();
    at = read({ ...spec.start, ...e.detail.values });
    draw();
    save();
    root.scrollIntoView({ block: "center", behavior: STILL.matches ? "auto" : "smooth" });
  };

  // On paper: a strip of telling states. It stands before the picture, whose shapes its copies would else refer to.
  const strip = document.createElement("div");
  const toPaper = () => {
    const rows = [...stage.children].map(row => [...row.children].map(p => +p.style.getPropertyValue("--k-w")));
    const width = Math.max(...rows.map(row => row.reduce((a, b) => a + b)));
    strip.className = width > 250 ? "k-strip" : "k-strip k-abreast";
    strip.style.setProperty("--k-frame", width);
    strip.replaceChildren(...spec.strip.map(k => {
      const frame = document.createElement("div"), copy = document.createElement("div"), said = document.createElement("p");
      frame.className = "k-frame";
      copy.append(...[...stage.children].map(row => row.cloneNode(true)));
      copy.querySelectorAll(".k-grab").forEach(e => e.remove());
      copy.querySelectorAll(".k-moving").forEach((g, p) => { g.innerHTML = book.drawings[book.frames[k][p]]; });
      said.textContent = book.captions[k];
      frame.append(copy, said);
      return frame;
    }));
    root.prepend(strip);
  };
  const offPaper = () => strip.remove();
  addEventListener("beforeprint", toPaper);
  addEventListener("afterprint", offPaper);

  model.on("change:value", follow);
  addEventListener("kamen:show", show);
  if (pageName) { restore(); addEventListener("hashchange", restore); } else draw();
  root.dataset.state = "ready";
  return () => {
    stop();
    clearTimeout(late);
    model.off("change:value", follow);
    removeEventListener("keydown", key, true);
    removeEventListener("kamen:show", show);
    removeEventListener("beforeprint", toPaper);
    removeEventListener("afterprint", offPaper);
    removeEventListener("hashchange", restore);
  };
}

export default { render };
