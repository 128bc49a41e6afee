// Runs in a page of the book: the kernel of the in-browser notebooks, without their application around it.
async lite => {
  const config = await (await fetch(new URL("jupyter-lite.json", lite))).json();
  const settings = config["jupyter-config-data"].litePluginSettings["@jupyterlite/pyodide-kernel-extension:kernel"];
  const main = new URL(settings.pyodideUrl, lite);
  const { loadPyodide } = await import(main.href);
  const begin = performance.now();
  const python = await loadPyodide({
    indexURL: new URL(".", main).href,
    lockFileURL: new URL(settings.loadPyodideOptions.lockFileURL, lite).href,
    packages: settings.loadPyodideOptions.packages,
    stdout: () => {},
  });
  await python.runPythonAsync("import pyodide_kernel");
  const module = python.globals.get("pyodide_kernel"), kernel = module.kernel_instance;
  kernel._parent_header = python.toPy({ header: {} });
  kernel.interpreter.send_comm = () => {};
  const said = [];
  for (const stream of [module.stdout_stream, module.stderr_stream]) stream.publish_stream_callback = (_, text) => said.push(text);
  const shell = kernel.interpreter;
  for (const name of ["display_data_callback", "update_display_data_callback", "clear_output_callback"]) shell.display_pub[name] = () => {};
  shell.displayhook.publish_execution_result = () => {};
  window.kamen = {
    async run(code) { // {status, ename, evalue, said}
      said.length = 0;
      const answer = (await kernel.run(code)).toJs({ dict_converter: Object.fromEntries });
      return { status: answer.status, ename: answer.ename, evalue: answer.evalue, said: said.join("") };
    },
    async notebook(name) { // what each code cell came to
      shell.reset();
      const { cells } = await (await fetch(new URL(`files/${name}.ipynb`, lite))).json();
      const all = [];
      for (const [number, cell] of cells.entries())
        if (cell.cell_type === "code")
          all.push({ number, kept: (cell.outputs || []).map(o => [].concat(o.text || o.data["text/plain"]).join("")).join(""), ...await this.run([].concat(cell.source).join("")) });
      return all;
    },
  };
  return Math.round(performance.now() - begin);
}
