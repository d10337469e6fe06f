// Proves that every notebook opens and runs from top to bottom in JupyterLab without an error, shows its
// tables and figures there, and asks for nothing beyond this machine. Works on a copy; leaves nothing running.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { readArguments, startChromium } from "./chromium.mjs";

const TIME_LIMIT = 240_000;
const WIDTH = 1400;
const MAX_HEIGHT = 16_000; // no picture can be taller
const HERE = dirname(fileURLToPath(import.meta.url));
const JUPYTER = process.env.JUPYTER ?? resolve(HERE, "../../.venv/bin/jupyter");
const SETTINGS = {
  "apputils-extension/notification": { fetchNews: "false", checkForUpdates: false },
  // Every cell is in the page, in view or not, and nothing follows the last one.
  "notebook-extension/tracker": { windowingMode: "none", scrollPastEnd: false },
};

let server, browser;
let step = ""; // what is being done, for the message when it takes too long
let ending = false;

function freePort() {
  return new Promise((found, failed) => {
    const probe = createServer().once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => found(port));
    });
  });
}

// Starts JupyterLab with settings of its own: neither those of the person nor any folder of theirs is used.
// Kernels are still found where the environment keeps them.
async function startServer(notebooks, scratch) {
  step = "starting JupyterLab";
  for (const [name, settings] of Object.entries(SETTINGS)) {
    const file = join(scratch, "config/lab/user-settings/@jupyterlab", `${name}.jupyterlab-settings`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(settings));
  }
  const [port, token] = [await freePort(), randomBytes(24).toString("hex")];
  const log = join(scratch, "server.log");
  const place = ["--ServerApp.ip=127.0.0.1", `--ServerApp.port=${port}`, "--ServerApp.port_retries=0"];
  const output = openSync(log, "w");
  if (ending) throw new Error("Ended before JupyterLab was started.");
  server = spawn(JUPYTER, ["lab", "--no-browser", "--allow-root", ...place, `--ServerApp.root_dir=${notebooks}`], {
    detached: true, // so that it can be ended together with what it starts
    stdio: ["ignore", output, output],
    env: {
      ...process.env,
      JUPYTER_TOKEN: token,
      JUPYTER_CONFIG_DIR: join(scratch, "config"),
      JUPYTER_DATA_DIR: join(scratch, "data"),
      JUPYTER_RUNTIME_DIR: join(scratch, "runtime"),
      IPYTHONDIR: join(scratch, "ipython"),
    },
  });
  server.ended = new Promise((end) => {
    server.once("exit", () => end("JupyterLab stopped"));
    server.once("error", (error) => end(`${JUPYTER} cannot be started: ${error.message}`));
  }).then((reason) => (server.reason = reason));
  const origin = `http://127.0.0.1:${port}`;
  const headers = { Authorization: `token ${token}` };
  const answers = () => fetch(`${origin}/api/status`, { headers }).then((reply) => reply.ok, () => false);
  while (!(await answers())) {
    if (server.reason) {
      throw new Error(`${server.reason}\n${readFileSync(log, "utf8").trim().split("\n").slice(-20).join("\n")}`);
    }
    await sleep(200);
  }
  return { origin, headers };
}

// SIGTERM lets the server end its kernels; whatever is left of its group after that is killed.
async function stopServer() {
  if (!server?.pid || server.reason) return;
  server.kill("SIGTERM");
  await Promise.race([server.ended, sleep(10_000, undefined, { ref: false })]);
  try {
    process.kill(-server.pid, "SIGKILL");
  } catch {
    // Nothing was left.
  }
}

// Runs in the page: how far the notebook is and what it shows.
function lookAtNotebook() {
  const panel = document.querySelector(".jp-NotebookPanel");
  if (!panel) return { idle: false, cells: 0, errors: [] };
  const all = (selector) => [...panel.querySelectorAll(selector)];
  const written = all(".jp-CodeCell").filter((cell) => cell.querySelector(".cm-content")?.textContent.trim());
  const prompts = written.map((cell) => cell.querySelector(".jp-InputPrompt").textContent.trim());
  const errors = '[data-mime-type$="jupyter.stderr"], [data-mime-type$="jupyter.error"]';
  const kernel = panel.querySelector(".jp-KernelName, .jp-Toolbar-kernelName")?.textContent ?? "No Kernel";
  const status = panel.querySelector(".jp-Notebook-ExecutionIndicator")?.dataset.status;
  return {
    idle: kernel !== "No Kernel" && status === "idle", // without a kernel the status says idle too
    cells: prompts.length,
    counted: prompts.filter((prompt) => /^\[\d+\]:$/.test(prompt)).length,
    errors: all(errors).map((output) => output.textContent.trim()),
    tables: all(".jp-OutputArea-output table").length,
    figures: all(".jp-OutputArea-output figure, .jp-OutputArea-output > svg, .jp-OutputArea-output > img").length,
    dialog: document.querySelector(".jp-Dialog")?.innerText.replace(/\s+/g, " "),
  };
}

// Asks until the notebook is as it should be. A dialog that asks for something would wait for ever.
async function waitUntil(page, reached) {
  for (;;) {
    const seen = await page.evaluate(lookAtNotebook);
    if (seen.dialog) throw new Error(`A dialog is in the way: ${seen.dialog}`);
    if (reached(seen)) return seen;
    await sleep(200);
  }
}

async function runNotebook(page, cells) {
  step = "waiting for the notebook to open and its kernel to be idle";
  await waitUntil(page, (seen) => seen.idle && seen.cells === cells);
  step = "choosing Run, Run All Cells";
  await page.getByRole("menuitem", { name: "Run", exact: true }).click();
  await page.getByRole("menuitem", { name: "Run All Cells", exact: true }).click();
  const finished = (seen) => {
    step = `running the notebook (${seen.counted} of ${cells} cells begun or done)`;
    return seen.idle && (seen.errors.length || seen.counted === cells);
  };
  await waitUntil(page, finished);
  await sleep(500); // the last output may still be on its way
  return waitUntil(page, finished);
}

// Makes the window as tall as the notebook, so that one picture holds all of it.
async function picture(page, path) {
  step = "taking the picture";
  const missing = () =>
    page.evaluate(() => {
      const box = document.querySelector(".jp-NotebookPanel .jp-WindowedPanel-outer");
      return box.scrollHeight - box.clientHeight;
    });
  for (let height = 900, more = await missing(); more > 0 && height < MAX_HEIGHT; more = await missing()) {
    height = Math.min(MAX_HEIGHT, height + more);
    await page.setViewportSize({ width: WIDTH, height });
    await sleep(500);
  }
  await page.locator(".jp-NotebookPanel").first().screenshot({ path });
}

async function checkNotebook(file, number, { origin, headers }, shots) {
  const name = basename(file);
  const cells = JSON.parse(readFileSync(file, "utf8")).cells.filter(
    (cell) => cell.cell_type === "code" && [cell.source].flat().join("").trim(),
  );
  const problems = [];
  let summary = "not finished";
  const context = await browser.newContext({ viewport: { width: WIDTH, height: 900 }, extraHTTPHeaders: headers });
  try {
    await context.route(
      (url) => url.protocol.startsWith("http") && url.origin !== origin,
      (route) => {
        problems.push(`asks for ${route.request().url()}`);
        return route.abort();
      },
    );
    const page = await context.newPage();
    page.on("pageerror", (error) => problems.push(`page error: ${error.message}`));
    await page.goto(`${origin}/lab/workspaces/check-${number}/tree/${encodeURIComponent(name)}`);
    const seen = await runNotebook(page, cells.length);
    problems.push(...seen.errors);
    summary = `${seen.counted} of ${cells.length} cells, ${seen.tables} tables, ${seen.figures} figures`;
    if (!seen.tables && !seen.figures) problems.push("shows neither a table nor a figure");
    if (shots) await picture(page, join(shots, `${name.replace(/\W+/g, "-")}-lab.png`));
  } catch (error) {
    if (ending) throw error;
    problems.push(`${error.message} (while ${step})`);
  } finally {
    await context.close();
  }
  return { problems, summary };
}

async function checkAll(folder, shots, scratch) {
  const notebooks = join(scratch, "notebooks");
  cpSync(folder, notebooks, { recursive: true, filter: (path) => basename(path) !== ".ipynb_checkpoints" });
  const names = readdirSync(notebooks).filter((name) => name.endsWith(".ipynb")).sort();
  if (!names.length) throw new Error(`No notebook in ${folder}.`);
  if (shots) mkdirSync(shots, { recursive: true });
  browser = await startChromium({ handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false }); // see below
  const place = await startServer(notebooks, scratch);
  let failed = 0;
  for (const [number, name] of names.entries()) {
    const started = Date.now();
    const { problems, summary } = await checkNotebook(join(notebooks, name), number, place, shots);
    failed += problems.length > 0;
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(`${name}  ${summary}  ${seconds} s  ${problems.length ? "faulty" : "good"}`);
    for (const problem of new Set(problems)) console.log(`  - ${problem.replaceAll("\n", "\n    ")}`);
  }
  console.log(`${names.length - failed} passed, ${failed} failed`);
  return failed;
}

const { folder, shots } = readArguments("node lab.mjs NOTEBOOK_DIR [--shots OUT]");
const scratch = mkdtempSync(join(tmpdir(), "lab-"));
const interrupted = new Promise((_, fail) => {
  setTimeout(() => fail(new Error(`Not finished after ${TIME_LIMIT / 1000} s, while ${step}.`)), TIME_LIMIT).unref();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.once(signal, () => fail(new Error(`Ended by ${signal}.`)));
  }
});
try {
  process.exitCode = (await Promise.race([checkAll(folder, shots, scratch), interrupted])) ? 1 : 0;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  ending = true;
  await Promise.allSettled([browser?.close(), stopServer()]);
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  process.exit();
}
