// The filter of the page of corrections. Without it the page is a plain list.
{
  const form = document.querySelector("form.slip-filter");
  const slips = [...document.querySelectorAll("li.slip")];
  const text = new Map(slips.map(li => [li, (li.id + " " + li.textContent).toLowerCase()]));
  const sections = new Set(slips.map(li => li.closest("section")));
  const output = form.querySelector("output");
  const { kind: kinds, chapter, text: words } = form.elements;
  const boxes = [...kinds];

  // An anchor wins: what the reader asked for by name is shown, whatever the controls say.
  const asked = () => { try { return decodeURIComponent(location.hash.slice(1)); } catch { return ""; } };
  const target = () => document.getElementById(asked())?.closest("li.slip, section");

  function show() {
    const wanted = boxes.filter(b => b.checked).map(b => b.value);
    const sought = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const named = target();
    let n = 0;
    for (const li of slips) {
      const fits = wanted.some(w => li.classList.contains(w)) && li.id.startsWith(chapter.value && chapter.value + "-") &&
        sought.every(w => text.get(li).includes(w));
      li.hidden = !fits && li !== named;
      n += !li.hidden;
    }
    for (const s of sections) s.hidden = s !== named && ![...s.querySelectorAll("li.slip")].some(li => !li.hidden);
    output.textContent = output.dataset.count.replace("{n}", n).replace("{all}", slips.length);
  }

  // The choice is kept in the page's address, so that it survives a visit elsewhere and can be passed on.
  function keep() {
    const query = new URLSearchParams();
    const off = boxes.filter(b => !b.checked).map(b => b.value);
    if (off.length) query.set("not", off.join(" "));
    if (chapter.value) query.set("chapter", chapter.value);
    if (words.value) query.set("text", words.value);
    try {
      history.replaceState(history.state, "", (String(query) && "?" + query) || location.pathname);
    } catch {} // a page opened as a file may not change its address
    show();
  }

  const query = new URLSearchParams(location.search);
  for (const b of boxes) b.checked = !(query.get("not") || "").split(" ").includes(b.value);
  chapter.value = query.get("chapter") || "";
  if (chapter.selectedIndex < 0) chapter.value = "";
  words.value = query.get("text") || "";
  form.addEventListener("input", keep);
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => {
    for (const b of boxes) b.checked = true;
    chapter.value = words.value = "";
    keep();
  }));
  addEventListener("hashchange", () => { show(); target()?.scrollIntoView(); });
  show();
  if (location.search && target()) target().scrollIntoView();
}
