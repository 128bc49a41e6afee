/* The page's own few lines: theme switch, copy buttons, scroll boxes that the keyboard can reach. */
(() => {
  const here = document.currentScript.src;
  const root = document.documentElement, words = document.currentScript.dataset; // in the page's language

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => { try { return localStorage.getItem("kamen-theme"); } catch { return null; } };
  const theme = document.querySelector(".theme-switch");
  theme.hidden = false;
  theme.addEventListener("click", () => {
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    try { localStorage.setItem("kamen-theme", root.dataset.theme); } catch { /* the choice lasts for this page */ }
  });
  dark.addEventListener("change", () => { if (!stored()) root.dataset.theme = dark.matches ? "dark" : "light"; });

  // paper is white
  let shown = null;
  addEventListener("beforeprint", () => { shown = root.dataset.theme; root.dataset.theme = "light"; });
  addEventListener("afterprint", () => { if (shown) root.dataset.theme = shown; shown = null; });

  // The same page in the other language: at the same heading, its figures in the same state. The hash carries both;
  // a choice goes by its number ("~2"), because its name is in the page's language.
  const other = document.querySelector(".lang-switch"), note = document.querySelector(".suggest");
  const query = () => new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
  const choose = lang => { try { localStorage.setItem("kamen-lang", lang); } catch { /* asked again on the next page */ } };
  const across = e => {
    const q = query(), heads = [...document.querySelectorAll("article section[id]")];
    const here = scrollY > 200 ? heads.filter(h => h.firstElementChild?.getBoundingClientRect().top < innerHeight / 3).at(-1)?.id : "";
    q.delete("at");
    for (const [key, value] of [...q]) {
      const [, figure, name] = key.match(/^(.*)\.([^.]*)$/) || [];
      const box = figure && document.querySelector(`[data-kamen-name="${CSS.escape(figure)}"]`);
      const list = box?.querySelector(`select[name="${CSS.escape(name)}"]`);
      const pick = list ? list.selectedIndex : box?.querySelector(`input[type=radio][name="${CSS.escape(name)}"]:checked`)?.value ?? -1;
      q.set(key, pick >= 0 ? `~${pick}` : value);
    }
    const state = String(q), place = here ? (state ? `at=${encodeURIComponent(here)}&` : encodeURIComponent(here)) : "";
    const url = new URL(e.currentTarget.getAttribute("href"), location);
    url.search = location.search;
    url.hash = place + state;
    e.currentTarget.href = url;
    choose(other.lang);
  };
  for (const link of [other, note.querySelector("a")]) link.addEventListener("click", across);
  note.querySelector("button").addEventListener("click", () => { choose(root.lang); note.hidden = true; });
  const arrive = () => document.getElementById(query().get("at"))?.scrollIntoView();
  arrive();
  addEventListener("load", arrive);
  const chosen = (() => { try { return localStorage.getItem("kamen-lang"); } catch { return null; } })();
  note.hidden = !!chosen || !(navigator.language || "").startsWith(other.lang.slice(0, 2));

  // Ctrl+K or / goes to the search box, except where the reader is typing
  addEventListener("keydown", e => {
    const typing = e.target.closest?.("input, textarea, select, [contenteditable]");
    if ((e.key === "k" && (e.ctrlKey || e.metaKey)) || (e.key === "/" && !typing && !e.ctrlKey && !e.metaKey && !e.altKey)) {
      e.preventDefault();
      document.querySelector(".search input").focus();
    }
  });

  if (navigator.clipboard) for (const code of document.querySelectorAll(".cell_input .highlight, article > section div.highlight")) {
    if (code.closest(".cell_output") || code.querySelector(".copy")) continue;
    const button = document.createElement("button");
    button.className = "copy"; button.type = "button";
    button.title = words.copy; button.setAttribute("aria-label", words.copy);
    button.innerHTML = '<svg class="icon" aria-hidden="true" viewBox="0 0 24 24"><path d="M9 9h10v11H9zM15 9V5H5v10h4"/></svg>';
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.querySelector("pre").innerText.replace(/\n$/, ""));
      button.classList.add("done"); button.setAttribute("aria-label", words.copied);
      setTimeout(() => { button.classList.remove("done"); button.setAttribute("aria-label", words.copy); }, 1500);
    });
    code.append(button);
  }

  // "Try it live": the script that runs a cell is asked for when it is wanted, or where the reader left edits
  for (const offer of document.querySelectorAll(".live-offer")) {
    const number = JSON.parse(offer.dataset.live).number, script = new URL("kamen-live.js", here);
    const open = options => import(script).then(live => live.open(offer, options));
    offer.hidden = false;
    offer.querySelector("button").addEventListener("click", () => open(), { once: true });
    let kept = null;
    try { kept = localStorage.getItem(`kamen-live:${location.pathname}:${number}`); } catch { /* then there are none */ }
    if (kept !== null) open({ run: false });
  }

  // a box that scrolls sideways must be reachable without a mouse
  const reach = new ResizeObserver(entries => {
    for (const { target: box } of entries) box.scrollWidth > box.clientWidth + 1 ? box.tabIndex = 0 : box.removeAttribute("tabindex");
  });
  for (const box of document.querySelectorAll("article pre, .katex-display, .output.text_html, .table-box")) reach.observe(box);

  // What is further down is laid out when it comes near (kamen.css), or when the page has come to rest: unseen, a
  // section at a time, so that nobody waits. A jump needs to know at once how long everything is.
  const whole = () => root.classList.remove("lazy"), idle = window.requestIdleCallback || (f => setTimeout(f, 1));
  const sections = [...document.querySelectorAll("article > section > section")];
  const rest = () => {
    sections.shift()?.lastElementChild?.getBoundingClientRect(); // asking lays it out
    sections.length ? idle(rest, { timeout: 1000 }) : whole();
  };
  addEventListener("click", e => { if (e.target.closest?.('a[href^="#"]')) whole(); }, true);
  addEventListener("hashchange", whole);
  addEventListener(document.querySelector("[data-kamen-model]") ? "kamen:awake" : "load", () => idle(rest, { timeout: 1000 }));

  // the section being read, in the list at the side
  const links = new Map([...document.querySelectorAll(".page-toc a")].map(a => [a.hash.slice(1), a]));
  const heads = [...links.keys()].filter(Boolean).map(id => document.getElementById(id)).filter(Boolean);
  if (heads.length && "IntersectionObserver" in window) {
    const seen = new Set();
    const watch = new IntersectionObserver(entries => {
      for (const e of entries) e.isIntersecting ? seen.add(e.target) : seen.delete(e.target);
      const now = heads.filter(h => seen.has(h)).at(-1);
      if (now) for (const [id, a] of links) id === now.id ? a.setAttribute("aria-current", "true") : a.removeAttribute("aria-current");
    }, { rootMargin: "-10% 0px -70% 0px" });
    heads.forEach(h => watch.observe(h));
  }
})();
