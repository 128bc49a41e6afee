// Lighthouse over pages of a folder, served as GitHub Pages serves: gzipped, kept ten minutes, under a folder of the host.
// node measure.mjs '{"site": …, "chromium": …, "flags": […], "pages": […], "runs": 5}' writes a line of JSON for every run.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import { gzipSync } from "node:zlib";
import * as chromeLauncher from "chrome-launcher";
import lighthouse from "lighthouse";

const { site, chromium, flags, pages, runs } = JSON.parse(process.argv[2]);
const UNDER = "/kamen/";
const TYPES = {
  ".html": "text/html; charset=utf-8", ".js": "application/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml", ".json": "application/json; charset=utf-8", ".png": "image/png", ".woff2": "font/woff2",
  ".xml": "application/xml", ".txt": "text/plain; charset=utf-8", ".inv": "application/octet-stream",
};
const kept = new Map();

async function answer(path) {
  const type = TYPES[extname(path)] || "application/octet-stream";
  const body = await readFile(path), zipped = /text|javascript|json|svg|xml/.test(type);
  return {
    body: zipped ? gzipSync(body) : body,
    headers: { "content-type": type, "cache-control": "max-age=600", ...(zipped && { "content-encoding": "gzip", vary: "Accept-Encoding" }) },
  };
}

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  const path = normalize(join(site, decodeURIComponent(pathname.slice(UNDER.length)) || "index.html"));
  try {
    if (!pathname.startsWith(UNDER) || !path.startsWith(normalize(site) + sep)) throw new Error(pathname);
    if (!kept.has(path)) kept.set(path, await answer(path));
    const { body, headers } = kept.get(path);
    response.writeHead(200, { ...headers, "content-length": body.length }).end(body);
  } catch {
    response.writeHead(404, { "content-type": "text/html; charset=utf-8" }).end("<!DOCTYPE html><title>Not here</title>");
  }
});
await new Promise(ready => server.listen(0, "127.0.0.1", ready));

const METRICS = { // in milliseconds, but the shift
  fcp: "first-contentful-paint", lcp: "largest-contentful-paint", tbt: "total-blocking-time", si: "speed-index", cls: "cumulative-layout-shift",
};
const chrome = await chromeLauncher.launch({ chromePath: chromium, chromeFlags: ["--headless=new", ...flags] });
try {
  for (let run = 0; run < runs; run++) for (const page of pages) { // pages in turn, so that a busy minute meets them all
    const { lhr } = await lighthouse(`http://127.0.0.1:${server.address().port}${UNDER}${page}`, { // its default: a phone on a slow 4G
      port: chrome.port, output: "json", logLevel: "error", onlyCategories: ["performance", "accessibility", "best-practices", "seo"],
    });
    if (lhr.runtimeError) throw new Error(`${page}: ${lhr.runtimeError.message}`);
    const failed = Object.values(lhr.categories).flatMap(category => category.auditRefs
      .filter(({ id, weight }) => weight && category.id !== "performance" && lhr.audits[id].score !== null && lhr.audits[id].score < 1)
      .map(({ id }) => id));
    const figure = lhr.audits["user-timings"].details?.items.find(({ name }) => name === "kamen-first-figure");
    console.log(JSON.stringify({
      page,
      scores: Object.fromEntries(Object.values(lhr.categories).map(({ id, score }) => [id, Math.round(100 * score)])),
      metrics: Object.fromEntries(Object.entries(METRICS).map(([short, id]) => [short, lhr.audits[id].numericValue])),
      figure: figure?.startTime ?? null,
      failed,
      versions: { lighthouse: lhr.lighthouseVersion, chromium: lhr.environment.hostUserAgent.match(/Chrome\/([\d.]+)/)?.[1], benchmarkIndex: lhr.environment.benchmarkIndex },
    }));
    if (process.env.KAMEN_LHR) (await import("node:fs")).writeFileSync(`${process.env.KAMEN_LHR}/${page.replaceAll("/", "_")}.json`, JSON.stringify(lhr));
  }
} finally {
  chrome.kill();
  server.close();
}
