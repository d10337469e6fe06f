// Finds the Chromium of the system and starts it headless; no browser is ever downloaded.
// CHROMIUM names another one.
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function findChromium() {
  if (process.env.CHROMIUM) {
    if (runs(process.env.CHROMIUM)) return process.env.CHROMIUM;
    throw new Error(`CHROMIUM=${process.env.CHROMIUM} is not a program.`);
  }
  const folders = ["/usr/bin", ...(process.env.PATH ?? "").split(delimiter)];
  const found = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(runs);
  if (found) return found;
  throw new Error("No Chromium here; install it (Debian: apt install chromium) or name one in CHROMIUM.");
}

export function startChromium(options) {
  return chromium.launch({ executablePath: findChromium(), headless: true, args: QUIET, ...options });
}

// Splits the command line into the one folder that is meant and the values of options, such as --shots.
export function readArguments(usage) {
  const rest = process.argv.slice(2), options = {};
  const wrong = () => {
    console.error(`Usage: ${usage}`);
    process.exit(2);
  };
  for (const [, name] of usage.matchAll(/--(\w+)/g)) {
    const at = rest.indexOf(`--${name}`);
    if (at >= 0) [, options[name]] = rest.splice(at, 2);
    if (at >= 0 && !options[name]) wrong();
  }
  if (rest.length !== 1 || rest[0].startsWith("-")) wrong();
  if (!statSync(rest[0], { throwIfNoEntry: false })?.isDirectory()) {
    console.error(`There is no folder ${rest[0]}.`);
    process.exit(2);
  }
  return { folder: rest[0], ...options };
}
