import { pathToFileURL } from "node:url";
import { startChromium } from "./chromium.mjs";
const [width, scheme, out, ...files] = process.argv.slice(2);
const browser = await startChromium();
for (const f of files) {
  const page = await browser.newPage({ viewport: { width: +width, height: 900 }, colorScheme: scheme });
  await page.goto(pathToFileURL(f).href); await page.waitForTimeout(200);
  const h = await page.evaluate(() => document.documentElement.scrollHeight);
  const n = f.split("/").slice(-2).join("-").replace(".html", "");
  const step = +width > 600 ? 1500 : 2200;
  for (let y = 0, i = 0; y < h; y += step, i++) await page.screenshot({ path: `${out}/${n}-${width}-${scheme}-${i}.png`, fullPage: true, clip: { x: 0, y, width: +width, height: Math.min(step, h - y) } });
  console.log(n, h);
  await page.close();
}
await browser.close();
