// Proves that every report reads well in a browser, light and dark, wide and at 320 px: axe-core finds no
// WCAG 2.2 A/AA violation, the page does not scroll sideways, asks for nothing, and logs no error.
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import { readArguments, startChromium } from "./chromium.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const SCHEMES = ["light", "dark"];
const WIDTHS = [1280, 320];
const MAX_BYTES = 500_000;

// Runs in the page: what is wrong with its structure, and what makes it too wide.
function lookAtPage() {
  const problems = [];
  const start = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 120);
  for (const image of document.querySelectorAll("img, svg:not([aria-hidden=true])")) {
    if (image.parentElement.closest("svg")) continue;
    const label = image.localName === "img" ? image.alt : image.getAttribute("aria-label");
    const title = image.querySelector(":scope > title")?.textContent;
    if (!(label || title || "").trim()) problems.push(`no alternative text: ${start(image)}`);
  }
  for (const table of document.querySelectorAll("table")) {
    if (!table.caption?.textContent.trim()) problems.push(`table without caption: ${start(table)}`);
  }
  for (const header of document.querySelectorAll("th:not([scope])")) {
    problems.push(`th without scope: ${start(header)}`);
  }
  const [wide, width] = [document.documentElement.scrollWidth, window.innerWidth];
  if (wide > width) {
    const inBox = (element) =>
      ["auto", "scroll", "hidden"].includes(getComputedStyle(element).overflowX) ||
      (element.parentElement && inBox(element.parentElement));
    const culprit = [...document.body.querySelectorAll("*")].find(
      (element) => element.getBoundingClientRect().right > width && !inBox(element),
    );
    problems.push(`the page is ${wide} px wide and scrolls sideways: ${culprit ? start(culprit) : "unknown element"}`);
  }
  return problems;
}

function describe(violation) {
  const places = violation.nodes.map((node) => `      ${node.target.join(" ")}\n        ${node.html}`);
  const more = places.length > 3 ? `\n      and ${places.length - 3} more` : "";
  return `axe ${violation.id}: ${violation.help}\n${places.slice(0, 3).join("\n")}${more}`;
}

// The page runs under its own Content-Security-Policy: `evaluate` needs no exception from it, and what
// the policy forbids becomes a console error.
async function checkReport(browser, address, { colorScheme, width, shot }) {
  const problems = [];
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, offline: true });
  try {
    const page = await context.newPage();
    page.on("request", (request) => {
      const url = request.url();
      if (url.split("#")[0] !== address && !url.startsWith("data:")) problems.push(`asks for ${url}`);
    });
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => problems.push(`page error: ${error.message}`));
    await page.goto(address, { waitUntil: "load" });
    if (shot) await page.screenshot({ path: shot, fullPage: true });
    await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
    problems.push(...(await page.evaluate(lookAtPage)));
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(
      (tags) => window.axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] }),
      TAGS,
    );
    problems.push(...violations.map(describe));
  } catch (error) {
    problems.push(`could not be checked: ${error.message}`);
  } finally {
    await context.close();
  }
  return problems;
}

const { folder, shots } = readArguments("node reports.mjs DIR [--shots OUT]");
const files = readdirSync(folder, { recursive: true })
  .filter((name) => name.endsWith(".html"))
  .map((name) => join(folder, name))
  .sort();
if (shots) mkdirSync(shots, { recursive: true });

let failed = 0;
let browser;
try {
  browser = await startChromium();
  for (const file of files) {
    const name = relative(folder, file);
    const started = Date.now();
    const bytes = statSync(file).size;
    const found = new Map(); // problem → where it is seen
    const note = (problem, where) => found.set(problem, [...(found.get(problem) ?? []), where]);
    if (bytes >= MAX_BYTES) note(`${bytes} bytes; at most ${MAX_BYTES} are allowed`, "file");
    for (const colorScheme of SCHEMES) {
      for (const width of WIDTHS) {
        const where = `${colorScheme} ${width}`;
        const shot = shots && join(shots, `${name.replace(/\W+/g, "-")}-${where.replace(" ", "-")}.png`);
        const problems = await checkReport(browser, pathToFileURL(file).href, { colorScheme, width, shot });
        problems.forEach((problem) => note(problem, where));
      }
    }
    failed += found.size > 0;
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    const verdict = found.size ? `${found.size} problems` : "good";
    console.log(`${name}  ${Math.round(bytes / 1000)} kB  ${seconds} s  ${verdict}`);
    for (const [problem, places] of found) console.log(`  - [${places.join(", ")}] ${problem}`);
  }
} catch (error) {
  console.error(error.message);
  process.exit(1);
} finally {
  await browser?.close();
}
if (!files.length) console.error(`No report below ${folder}.`);
console.log(`${files.length - failed} passed, ${failed} failed`);
process.exitCode = failed || !files.length ? 1 : 0;
