// Proves that every report reads well in a browser, light and dark, wide and at 320 px, and in forced colours: axe-core
// finds no WCAG 2.2 A/AA violation, the page does not scroll sideways, asks for nothing, and logs no error. One page of
// each notebook is walked through with the keyboard, and its workbook saved; front pages are printed: each is a single sheet.
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import { readArguments, startChromium } from "./chromium.mjs";
import { walk } from "./keyboard.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const WIDTHS = [1280, 320];
const LOOKS = [
  ...WIDTHS.flatMap((width) => ["light", "dark"].map((colorScheme) => ({ colorScheme, width }))),
  { colorScheme: "light", width: 320, forcedColors: "active" },
  { colorScheme: "dark", width: 1280, forcedColors: "active" },
];
const SHEET = 710; // px between the margins of A4
const MAX_BYTES = 300_000;
const AT_ONCE = 3; // pages, which wait for the browser most of their time

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
    if (!table.caption?.textContent.trim() && !table.closest("[role=region][aria-label]")) problems.push(`table without caption: ${start(table)}`);
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

// Runs in the page: every setting shows what is listed for it, and the page's own comes back as it was.
async function moveControls() {
  const controls = document.getElementById("controls");
  if (!controls) return [];
  if (controls.hidden) return ["the controls stay hidden"];
  const problems = [];
  const [effect, level] = [controls.querySelector("[name=effect]"), controls.querySelector("[name=level]")];
  const bytes = Uint8Array.from(atob(document.getElementById("page-settings").textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const listed = await new Response(stream).json();
  const main = document.getElementById("main");
  const before = main.textContent;
  const soon = () => new Promise((done) => setTimeout(done, 20));
  const effects = Number(effect.max) + 1;
  for (let setting = 0; setting < effects * level.options.length; setting += 1) {
    effect.value = setting % effects;
    level.value = Math.floor(setting / effects);
    effect.dispatchEvent(new Event("input", { bubbles: true }));
    const behind = () =>
      [...document.querySelectorAll("[data-text]")].filter(
        (element) => element.textContent !== listed.texts[element.dataset.text][setting],
      );
    let wrong = [];
    for (let waited = 0; waited < 100; waited += 1) {
      await soon();
      wrong = behind();
      if (!wrong.length) break;
    }
    for (const body of document.querySelectorAll("[data-order]")) {
      const shown = [...body.rows].filter((row) => !row.hidden).length;
      if (shown !== listed.orders[body.dataset.order][setting].length) wrong.push(body);
    }
    if (wrong.length) problems.push(`setting ${setting}: ${wrong.length} places do not follow, such as ${wrong[0].outerHTML.slice(0, 100)}`);
  }
  controls.reset();
  await soon();
  await soon();
  if (main.textContent.length !== before.length) problems.push("the page's own setting does not come back");
  return problems.slice(0, 3);
}

// Runs in the page: what is drawn in a colour that cannot be told from what it stands on, whatever colours are forced.
function lookAtDrawings() {
  const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const under = getComputedStyle(document.body).backgroundColor;
  const luminance = (colours) => {
    for (const colour of colours) {
      pen.fillStyle = colour;
      pen.fillRect(0, 0, 1, 1);
    }
    const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)]
      .map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (colour, ...behind) => {
    const [a, b] = [luminance(["white", under, ...behind, colour]), luminance(["white", under, ...behind])];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const drawings = [...document.querySelectorAll("figure svg")].filter((svg) => svg.checkVisibility());
  const problems = new Set();
  const start = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 160);
  for (const text of drawings.flatMap((svg) => [...svg.querySelectorAll("text")])) {
    const tile = text.previousElementSibling?.localName === "rect" ? [getComputedStyle(text.previousElementSibling).fill] : [];
    if (contrast(getComputedStyle(text).fill, ...tile) < 4.5) problems.add(`not to be read: ${start(text)}`);
  }
  for (const mark of drawings.flatMap((svg) => [...svg.querySelectorAll("use")])) {
    const style = getComputedStyle(mark);
    const strongest = Math.max(...[style.fill, style.stroke].filter((colour) => colour !== "none").map((colour) => contrast(colour)));
    if (strongest < 3) problems.add(`not to be seen: ${start(mark)}`);
  }
  for (const swatch of document.querySelectorAll(".pt-where i")) {
    const { backgroundColor, borderTopColor, borderTopWidth } = getComputedStyle(swatch);
    const edge = parseFloat(borderTopWidth) ? contrast(borderTopColor) : 1;
    if (Math.max(contrast(backgroundColor), edge) < 1.1) problems.add(`not to be seen: ${start(swatch)}`);
  }
  return [...problems].slice(0, 5);
}

// Runs in the page: captions that all have one number, since a container keeps what is counted inside it to itself.
function lookAtNumbers() {
  const captions = [...document.querySelectorAll("caption, figcaption")];
  const kept = captions.filter((caption) => {
    if (getComputedStyle(caption, "::before").counterIncrement === "none") return false;
    for (let at = caption; at; at = at.parentElement) if (getComputedStyle(at).containerType !== "normal") return true;
    return false;
  });
  return kept.slice(0, 3).map((caption) => `always the same number: ${caption.textContent.slice(0, 80)}`);
}

// Runs in the page, as wide as a sheet of paper: tables that go on beyond its edge, where nobody can scroll.
function lookAtPaper() {
  const wide = [...document.querySelectorAll(".pt table")].filter((table) => table.getBoundingClientRect().right > innerWidth + 1);
  return wide.slice(0, 3).map((table) => `wider than a sheet of paper: ${table.textContent.slice(0, 80)}`);
}

// Runs in the page: every table has its columns four times, too many for a sheet; returns how many figures stand in them.
function widen() {
  for (const row of document.querySelectorAll(".pt .pt-scroll > table tr")) {
    const cells = [...row.cells].slice(row.parentElement.rows[1] === row && row.parentElement.tagName === "THEAD" ? 0 : 1);
    for (let time = 1; time < 4; time += 1) row.append(...cells.map((cell) => cell.cloneNode(true)));
  }
  return document.querySelectorAll(".pt .pt-scroll > table td").length;
}

// The numbers of tables as a screen reader gets them: no script of a page can read a counter.
async function numbersOfTables(page) {
  const word = await page.evaluate(() => getComputedStyle(document.body).getPropertyValue("--table").replace(/["']/g, ""));
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  const texts = nodes.filter(({ role }) => role?.value === "StaticText").map(({ name }) => name.value.trim());
  return texts.filter((text, place) => texts[place - 1] === word && /^\d+$/.test(text));
}

function describe(violation) {
  const places = violation.nodes.map((node) => `      ${node.target.join(" ")}\n        ${node.html}`);
  const more = places.length > 3 ? `\n      and ${places.length - 3} more` : "";
  return `axe ${violation.id}: ${violation.help}\n${places.slice(0, 3).join("\n")}${more}`;
}

// The page runs under its own Content-Security-Policy: `evaluate` needs no exception from it, and what
// the policy forbids becomes a console error.
async function checkReport(browser, address, { width, shot, walked, book, printed, ...look }) {
  const problems = [];
  const context = await browser.newContext({
    ...look,
    viewport: { width, height: 900 },
    offline: true,
    reducedMotion: "reduce",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  try {
    const page = await context.newPage();
    page.on("request", (request) => {
      const url = request.url();
      if (!page.isWalked && url.split("#")[0] !== address && !url.startsWith("data:")) problems.push(`asks for ${url}`);
    });
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => problems.push(`page error: ${error.message}`));
    await page.goto(address, { waitUntil: "load" });
    if (shot) await page.screenshot({ path: shot, fullPage: true });
    await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
    problems.push(...(await page.evaluate(lookAtPage)));
    problems.push(...(await page.evaluate(lookAtDrawings)));
    problems.push(...(await page.evaluate(lookAtNumbers)));
    if (!look.forcedColors && (look.colorScheme === "light") === width > 400) problems.push(...(await page.evaluate(moveControls)));
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(
      (tags) => window.axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] }),
      TAGS,
    );
    problems.push(...violations.map(describe));
    if (printed) {
      const sheets = (await page.pdf({ preferCSSPageSize: true })).toString("latin1").match(/\/Type \/Page\b/g).length;
      if (sheets !== 1) problems.push(`prints on ${sheets} sheets; a front page is one`);
    }
    if (walked) {
      const numbers = await numbersOfTables(page);
      if (new Set(numbers).size < numbers.length) problems.push(`tables are numbered ${numbers.join(", ")}`);
      for (const isWidened of [false, true]) {
        const figures = isWidened ? await page.evaluate(widen) : 0;
        const seen = () => page.evaluate(() => [...document.querySelectorAll(".pt .pt-scroll > table td")].filter((cell) => cell.checkVisibility()).length);
        await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
        await page.emulateMedia({ media: "print" });
        await page.setViewportSize({ width: SHEET, height: 900 });
        problems.push(...(await page.evaluate(lookAtPaper)));
        await page.emulateMedia({ media: null });
        await page.setViewportSize({ width, height: 900 });
        const printed = await seen();
        await page.evaluate(() => dispatchEvent(new Event("afterprint")));
        if (isWidened && printed !== (await seen())) problems.push(`of ${figures} figures in tables ${printed} are printed`);
      }
    }
    if (walked) {
      page.isWalked = true; // it leads to other pages
      await page.goto("about:blank");
      await page.goto(address, { waitUntil: "load" });
      problems.push(...(await walk(page)));
      if (book) {
        const saved = page.waitForEvent("download");
        await page.click("#page-workbook button");
        await (await saved).saveAs(book);
      }
    }
  } catch (error) {
    problems.push(`could not be checked: ${error.message}`);
  } finally {
    await context.close();
  }
  return problems;
}

const { folder, shots, books } = readArguments("node reports.mjs DIR [--shots OUT] [--books OUT]");
const files = readdirSync(folder, { recursive: true })
  .filter((name) => name.endsWith(".html"))
  .map((name) => join(folder, name))
  .sort();
if (shots) mkdirSync(shots, { recursive: true });

// One page of each notebook is walked: at 1280 px in one language, at 320 px in the other.
const kindOf = (file) => relative(folder, file).match(/^(.*[/\\])?[^-.]+/)[0];
const isFirst = (file) => files.find((other) => kindOf(other) === kindOf(file)) === file;

async function check(browser, file) {
  const name = relative(folder, file);
  const started = Date.now();
  const bytes = statSync(file).size;
  const found = new Map(); // problem → where it is seen
  const note = (problem, where) => found.set(problem, [...(found.get(problem) ?? []), where]);
  if (bytes >= MAX_BYTES) note(`${bytes} bytes; at most ${MAX_BYTES} are allowed`, "file");
  const narrowWalk = kindOf(file) !== basename(kindOf(file));
  for (const look of LOOKS) {
    const where = `${look.forcedColors ? "forced " : ""}${look.colorScheme} ${look.width}`;
    const shot = shots && join(shots, `${name}-${where}`.replace(/\W+/g, "-") + ".png");
    const once = !look.forcedColors && look.colorScheme === "light";
    const book = books && join(books, name.replace(/html$/, "xlsx"));
    const problems = await checkReport(browser, pathToFileURL(file).href, {
      ...look,
      shot,
      book,
      walked: isFirst(file) && once && narrowWalk === look.width < 400,
      printed: basename(name) === "index.html" && once && look.width > 400,
    });
    problems.forEach((problem) => note(problem, where));
  }
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const verdict = found.size ? `${found.size} problems` : "good";
  console.log(`${name}  ${Math.round(bytes / 1000)} kB  ${seconds} s  ${verdict}`);
  for (const [problem, places] of found) console.log(`  - [${places.join(", ")}] ${problem}`);
  return found.size === 0;
}

let passed = 0;
let browser;
try {
  browser = await startChromium();
  const left = [...files];
  const checkNext = async () => {
    while (left.length) {
      const isGood = await check(browser, left.shift());
      passed += isGood;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, checkNext));
} catch (error) {
  console.error(error.message);
  process.exit(1);
} finally {
  await browser?.close();
}
if (!files.length) console.error(`No report below ${folder}.`);
console.log(`${passed} passed, ${files.length - passed} failed`);
process.exitCode = passed < files.length || !files.length ? 1 : 0;
