// Walks through a page with the keyboard alone: Tab comes to every control in the order of the page and out again, shows
// where it is, and each control does its work by the keys that are usual for it.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const MOST = 5; // problems of a kind that are told
const ALL = "a[href], button, input, select, summary, [tabindex='0']";

// Runs in the page: where the focus is, which control it should have come to, and whether one sees it.
function whereFocusIs(selector) {
  const seen = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
  const controls = [...document.querySelectorAll(selector)].filter((element) => seen(element) && !element.disabled);
  const active = document.activeElement;
  const at = controls.indexOf(active);
  const box = active.getBoundingClientRect();
  const style = getComputedStyle(active);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const inView = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return {
    at,
    count: controls.length,
    what: active.outerHTML.replace(/\s+/g, " ").replace(/="data:[^"]*"/g, '="data:"').slice(0, 140),
    tag: active.localName,
    type: active.type ?? "",
    name: active.name || active.id,
    isSort: active.matches("thead button"),
    isDownload: active.matches("a[download]"),
    isSaved: active.matches(".pt-save button"),
    closed: active.localName === "summary" && !active.parentElement.open,
    scrolls: active.scrollWidth > active.clientWidth + 1 && active.matches("[tabindex='0']"),
    visible: outlined && inView && style.opacity === "1",
  };
}

export async function walk(page) {
  const problems = [];
  const note = (problem) => problems.length < 3 * MOST && problems.push(`keyboard: ${problem}`);
  const focus = () => page.evaluate(whereFocusIs, ALL);
  const active = (read) => page.evaluate(`(() => { const it = document.activeElement; return ${read}; })()`);
  const press = (key) => page.keyboard.press(key);
  const changes = async (what, read, ...keys) => {
    for (const key of keys) {
      const before = await active(read);
      await press(key);
      for (let waited = 0; waited < 40 && (await active(read)) === before; waited += 1) await page.waitForTimeout(5);
      if ((await active(read)) === before) note(`${key} does nothing on ${what}`);
    }
  };
  let downloads = 0;
  page.on("download", () => (downloads += 1));
  const saves = async (what, key) => {
    const before = downloads; // one at a time: the next would end one that has only begun
    for (let tries = 0; tries < 3 && downloads === before; tries += 1) { // Chromium itself loses one now and then
      await press(key);
      for (let waited = 0; waited < 200 && downloads === before; waited += 1) await page.waitForTimeout(10);
    }
    if (downloads === before) note(`${key} saves nothing on ${what}`);
  };

  let last = -1;
  for (let step = 0; step < 2000; step += 1) {
    await press("Tab");
    const here = await focus();
    if (here.at < 0 && here.tag === "body") {
      if (last + 1 !== here.count) note(`Tab leaves the page after ${last + 1} of ${here.count} controls`);
      break;
    }
    if (here.at !== last + 1) {
      note(`Tab comes from control ${last + 1} to ${here.at + 1} of ${here.count}: ${here.what}`);
      break;
    }
    last = here.at;
    if (!here.visible) note(`no focus to be seen on ${here.what}`);
    if (here.closed) await changes(here.what, "it.parentElement.open", "Enter");
    else if (here.type === "checkbox") {
      const read = "it.checked + [...document.querySelectorAll('.code')].map((code) => code.checkVisibility()).join()";
      await changes(here.what, read, "Space");
      await press("Space");
    } else if (here.type === "range") {
      await changes(here.what, "it.value + document.querySelector('#controls output').textContent", "ArrowRight");
    } else if (here.tag === "select") {
      const read = here.name === "theme" ? "getComputedStyle(document.body).backgroundColor" : "it.value";
      await changes(here.what, read, here.name === "theme" ? "End" : "ArrowDown");
      if (here.name === "theme") await press("Home");
    } else if (here.type === "reset") await changes(here.what, "it.form.effect.value + it.form.level.value", "Enter");
    else if (here.isSort) {
      await changes(here.what, "it.closest('th').ariaSort", "Enter");
      await changes(here.what, "it.closest('th').ariaSort", "Space");
    } else if (here.type === "search") {
      const rows = "[...it.closest('label').nextElementSibling.querySelectorAll('tr')].filter((row) => row.hidden).length";
      await changes(here.what, rows, "x", "Backspace");
    } else if (here.isDownload) await saves(here.what, "Enter");
    else if (here.isSaved) {
      if (/(SVG|PNG|XLSX)$/.test(await active("it.textContent"))) await saves(here.what, "Space");
      else await changes(here.what, "it.textContent", "Enter");
    } else if (here.scrolls) {
      await changes(here.what, "it.scrollLeft", "ArrowRight");
    }
    if ((await focus()).at !== last) note(`the focus is lost by ${here.what}`);
  }
  await press("Shift+Tab");
  if ((await focus()).at !== last) note("Shift+Tab does not lead back in");

  // What leads to a place of the page: Enter goes there, and the next Tab goes on from it.
  const places = await page.locator("a[href^='#']").count();
  for (let at = 0; at < places; at += 1) {
    const link = page.locator("a[href^='#']").nth(at);
    if (!(await link.evaluate((one) => one.checkVisibility()))) continue;
    await link.focus();
    await press("Enter");
    const there = await link.evaluate((one) => {
      const target = document.getElementById(decodeURIComponent(one.hash.slice(1)));
      return location.hash === one.hash && target !== null && target.getBoundingClientRect().top < innerHeight;
    });
    if (!there) note(`Enter does not lead to ${await link.getAttribute("href")}`);
  }
  await page.locator("a.skip").focus();
  await press("Enter");
  await press("Tab");
  if (!(await active("document.getElementById('main').contains(it)"))) note("the skip link does not lead into the page");

  // What leads to another page.
  const others = await page.$$eval("a[href$='.html'], a[href*='.html#']", (links) => links.map((link) => link.href));
  for (const address of new Set(others)) {
    if (!existsSync(fileURLToPath(address.split("#")[0]))) note(`no page at ${address}`);
  }
  const edition = page.locator("a[data-keeps-place]");
  if (await edition.count()) {
    const { href, hreflang } = await edition.evaluate((one) => ({ href: one.href, hreflang: one.hreflang }));
    await edition.focus();
    await Promise.all([page.waitForURL((url) => url.href.split("#")[0] === href.split("#")[0]), press("Enter")]);
    if ((await page.locator("html").getAttribute("lang")) !== hreflang) note(`Enter leads to no edition in ${hreflang}`);
  }
  return problems;
}
