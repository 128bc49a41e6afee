// Python for cells that are run in the page: the same files as the in-browser notebooks, in a thread of its own.
let python, live, lite;

async function boot(address, language) {
  lite = new URL(address);
  const config = await (await fetch(new URL("jupyter-lite.json", lite), { cache: "no-cache" })).json();
  const settings = config["jupyter-config-data"].litePluginSettings["@jupyterlite/pyodide-kernel-extension:kernel"];
  const main = new URL(settings.pyodideUrl, lite);
  const { loadPyodide } = await import(main.href);
  python = await loadPyodide({
    indexURL: new URL(".", main).href,
    lockFileURL: new URL(settings.loadPyodideOptions.lockFileURL, lite).href,
    packages: ["kamen-core", "tqdm"],
    env: { HOME: "/home/pyodide", KAMEN_LANG: language, MPLBACKEND: "svg" },
  });
  live = python.pyimport("kamen_core._live");
}

async function run({ cells, code }) {
  let before = "";
  try { before = live.needed(cells, code); } catch { /* a syntax error is told by run() */ }
  await python.loadPackagesFromImports(before + "\n" + code).catch(() => {});
  const more = live.packages(before + code).toJs();
  if (more.length) await python.loadPackage(more);
  return live.run(cells, code);
}

let turn = Promise.resolve();
onmessage = ({ data }) => {
  turn = turn.then(async () => {
    try {
      if (data.boot) { await boot(data.boot, data.language); return postMessage({ id: data.id, events: "[]" }); }
      const events = data.values
        ? live.change(data.call, python.toPy(data.values))
        : await run({ cells: python.toPy(data.cells), code: data.code });
      postMessage({ id: data.id, events });
    } catch (error) {
      postMessage({ id: data.id, failed: String(error.message || error) });
    }
  });
};
