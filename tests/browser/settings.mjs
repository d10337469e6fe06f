// Proves that a page states at every setting of its controls what the notebook gives for those parameters: each page of
// PAGES is moved to a setting, and read beside the page that was rendered with it, SETTINGS/[es/]PLACE/NAME.html.
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { startChromium } from "./chromium.mjs";

// Runs in the page: moves the controls, and compares every text that is shown with those of the other page, in order.
async function compareAt({ place, markup }) {
  const LEFT_OUT = ".code, .pt-save, .here, .filter, #controls, .pt-narrow, [hidden], svg";
  const MOST = 30;
  const INLINE = "span, tspan, [data-whole]";
  // Texts as they are read; what follows the controls may be wrapped here and not there, so that a span is no boundary.
  const texts = (root) => {
    const parts = [];
    const walk = (node) => {
      if (node.nodeType === Node.TEXT_NODE) parts.push(node.data.replace(/\s+/g, " "));
      if (node.nodeType !== Node.ELEMENT_NODE || node.matches(LEFT_OUT)) return;
      const boundary = node.matches(INLINE) ? "" : "\n";
      parts.push(boundary);
      node.childNodes.forEach(walk);
      parts.push(boundary);
    };
    walk(root);
    return parts.join("").split("\n").map((text) => text.trim()).filter(Boolean);
  };
  // A drawing's scale is that of all settings, which begins what is written in it; the rest has to be the same.
  const drawn = (root) =>
    [...root.querySelectorAll("figure svg:not(.pt-tiles)")]
      .filter((svg) => !svg.closest(".pt-narrow"))
      .map((svg) => [...svg.querySelectorAll("text")].map((text) => text.textContent.trim()))
      .map((written) => written.slice(written.findIndex((text) => !/^−?[\d.]+%?$/.test(text))));
  const controls = document.getElementById("controls");
  const [effect, level] = [controls.querySelector("[name=effect]"), controls.querySelector("[name=level]")];
  const effects = Number(effect.max) + 1;
  effect.value = place % effects;
  level.value = Math.floor(place / effects);
  effect.dispatchEvent(new Event("input", { bubbles: true }));
  const other = new DOMParser().parseFromString(markup, "text/html").getElementById("main");
  const [there, others] = [texts(other), drawn(other)];
  const main = document.getElementById("main");
  const only = (one, other) => one.filter((text) => !other.includes(text)).slice(0, MOST).join("” “");
  const problems = [];
  for (let waited = 0; waited < 50; waited += 1) {
    await new Promise((done) => setTimeout(done, 5)); // the lookups are unpacked when they are first asked for
    const [here, drawings] = [texts(main), drawn(main)];
    problems.length = 0;
    for (const [one, another] of [[here, there], ...drawings.map((drawing, at) => [drawing, others[at] ?? []])])
      if (one.join("\n") !== another.join("\n")) problems.push(`shows “${only(one, another)}”, the notebook “${only(another, one)}”`);
    if (drawings.length !== others.length) problems.push(`shows ${drawings.length} drawings, the notebook ${others.length}`);
    if (!problems.length) break;
  }
  return { problems, count: there.length };
}

const [pages, settings] = process.argv.slice(2);
const files = readdirSync(settings, { recursive: true }).filter((name) => name.endsWith(".html")).sort();
const byPage = new Map(); // page → the same page at other settings
for (const name of files) {
  const parts = name.split(sep);
  const page = join(...parts.slice(0, -2), parts.at(-1));
  byPage.set(page, [...(byPage.get(page) ?? []), name]);
}
const browser = await startChromium();
let failed = 0;
for (const [name, variants] of byPage) {
  const page = await (await browser.newContext({ offline: true })).newPage();
  await page.goto(pathToFileURL(join(pages, name)).href);
  let count = 0;
  const problems = [];
  for (const variant of variants) {
    const place = Number(variant.split(sep).at(-2));
    const found = await page.evaluate(compareAt, { place, markup: readFileSync(join(settings, variant), "utf-8") });
    count += found.count;
    problems.push(...found.problems.map((problem) => `setting ${place}: ${problem}`));
  }
  failed += problems.length > 0;
  console.log(`${name}  ${variants.length} settings, ${count} texts  ${problems.length ? `${problems.length} problems` : "the same"}`);
  for (const problem of problems) console.log(`  - ${problem.slice(0, 3000)}`);
  await page.close();
}
await browser.close();
process.exitCode = failed || !byPage.size ? 1 : 0;
