(() => {
"use strict";
const root = document.documentElement, words = JSON.parse(document.getElementById("page-words").textContent);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const make = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text }, more);
root.classList.add("js");

// What the page states at each setting is listed in it, and what its readers may save; nothing is computed here.
const packed = document.getElementById("page-settings");
let listed = null;
async function lookups() {
  if (!listed) {
    const bytes = Uint8Array.from(atob(packed.textContent), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    listed = await new Response(stream).json();
  }
  return listed;
}
function put(found, setting) {
  for (const element of all("[data-text]")) element.textContent = found.texts[element.dataset.text][setting];
  for (const element of all("[data-whole]")) element.innerHTML = found.texts[element.dataset.whole][setting];
  for (const element of all("[data-tag]"))
    for (const [name, parts] of Object.entries(found.tags[element.dataset.tag])) {
      const value = parts.map((part) => typeof part === "string" ? part : part[setting]).join("");
      if (value) element.setAttribute(name, value); else element.removeAttribute(name);
    }
  for (const body of all("[data-order]")) {
    body.rowsAsMade ??= [...body.rows];
    for (const row of body.rowsAsMade) row.hidden = true;
    for (const place of found.orders[body.dataset.order][setting]) {
      body.rowsAsMade[place].hidden = false;
      body.append(body.rowsAsMade[place]);
    }
  }
}
// A workbook is an archive (ZIP) of XML, here without compression: one sheet for each table or figure, texts never formulas.
const checks = Uint32Array.from({ length: 256 }, (_, check) => {
  for (let bit = 0; bit < 8; bit += 1) check = check & 1 ? 3988292384 ^ (check >>> 1) : check >>> 1;
  return check;
});
const archive = (parts) => {
  const utf8 = new TextEncoder(), pieces = [], list = [];
  const bytes = (widths, ...values) =>
    Uint8Array.from(values.flatMap((value, at) => Array.from({ length: widths[at] }, (_, place) => value >>> (8 * place))));
  let at = 0;
  for (const [path, text] of parts) {
    const name = utf8.encode(path), content = utf8.encode(text), size = content.length;
    const check = ~content.reduce((sum, byte) => checks[(sum ^ byte) & 255] ^ (sum >>> 8), -1);
    const about = [20, 0x800, 0, 0, 33, check, size, size, name.length, 0], widths = [2, 2, 2, 2, 2, 4, 4, 4, 2, 2];
    list.push(utf8.encode("PK\x01\x02"), bytes([2, ...widths, 2, 2, 2, 4, 4], 20, ...about, 0, 0, 0, 0, at), name);
    pieces.push(utf8.encode("PK\x03\x04"), bytes(widths, ...about), name, content);
    at += 30 + name.length + size;
  }
  const length = list.reduce((sum, piece) => sum + piece.length, 0);
  const end = bytes([2, 2, 2, 2, 4, 4, 2], 0, 0, parts.length, parts.length, length, at, 0);
  return new Blob([...pieces, ...list, "PK\x05\x06", end]);
};
const workbook = (sheets) => {
  const office = "http://schemas.openxmlformats.org", rest = `${office}/officeDocument/2006/relationships`;
  const sheet = `${office}/spreadsheetml/2006/main`, kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
  const safe = (text) => text.replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
  const letters = (at) => (at > 25 ? letters(Math.floor(at / 26) - 1) : "") + String.fromCharCode(65 + (at % 26));
  const cell = (text, at, line) => {
    const start = `<c r="${letters(at)}${line}"`;
    if (/^-?(0|[1-9]\d*)(\.\d+)?(e-?\d+)?$/.test(text)) return `${start}><v>${text}</v></c>`;
    return text && `${start} t="inlineStr"><is><t xml:space="preserve">${safe(text)}</t></is></c>`;
  };
  const row = (cells, at) => `<row r="${at + 1}">${cells.map((text, place) => cell(text, place, at + 1)).join("")}</row>`;
  const each = (write) => sheets.map((one, at) => write(at + 1, ...one)).join("");
  const named = (caption, at) => safe(`${at} ${caption}`.replace(/[[\]:*?/\\']/g, " ").slice(0, 31).trim());
  const relations = (inside) => `<Relationships xmlns="${office}/package/2006/relationships">${inside}</Relationships>`;
  const relation = (id, type, target) => `<Relationship Id="r${id}" Type="${rest}/${type}" Target="${target}"/>`;
  const type = (path, of) => `<Override PartName="/${path}" ContentType="${kind}.${of}+xml"/>`;
  return archive([
    ["[Content_Types].xml", `<Types xmlns="${office}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>${type("xl/workbook.xml", "sheet.main")}${each((at) => type(`xl/worksheets/${at}.xml`, "worksheet"))}</Types>`],
    ["_rels/.rels", relations(relation(1, "officeDocument", "xl/workbook.xml"))],
    ["xl/workbook.xml", `<workbook xmlns="${sheet}" xmlns:r="${rest}"><sheets>${each((at, caption) => `<sheet name="${named(caption, at)}" sheetId="${at}" r:id="r${at}"/>`)}</sheets></workbook>`],
    ["xl/_rels/workbook.xml.rels", relations(each((at) => relation(at, "worksheet", `worksheets/${at}.xml`)))],
    ...sheets.map(([caption, columns], at) => [`xl/worksheets/${at + 1}.xml`, `<worksheet xmlns="${sheet}"><sheetData>${[[caption], ...columns[0].map((_, line) => columns.map((column) => column[line]))].map(row).join("")}</sheetData></worksheet>`]),
  ]);
};
const save = (name, blob) => {
  const link = make("a", "", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};
if (packed && "DecompressionStream" in window)
  lookups().then(({ files }) => {
    const captions = [];
    for (const row of all("[data-file]")) {
      const [download, columns, ariaLabel] = files[row.dataset.file];
      captions[row.dataset.file] = row.parentElement.querySelector("figcaption, caption")?.textContent;
      const cell = (text) => /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
      const lines = columns[0].map((_, line) => columns.map((column) => cell(column[line])).join(",") + "\n");
      const href = URL.createObjectURL(new Blob(lines, { type: "text/csv" }));
      row.prepend(make("a", "CSV", { download, href, ariaLabel }));
    }
    const place = document.getElementById("page-workbook");
    if (!place) return;
    const button = make("button", words.workbook, { type: "button" });
    const sheets = files.map(([, columns], at) => [captions[at] ?? document.querySelector("h1").textContent, columns]);
    button.addEventListener("click", () => save(`${place.dataset.name}.xlsx`, workbook(sheets)));
    place.append(button);
  });
const controls = document.getElementById("controls");
if (controls && "DecompressionStream" in window) {
  const effect = controls.querySelector("[name=effect]"), level = controls.querySelector("[name=level]");
  const said = controls.querySelector("output"), effects = words.effects, own = [effect.value, level.value];
  const follow = async () => {
    said.textContent = effects[effect.value];
    effect.setAttribute("aria-valuetext", effects[effect.value]);
    put(await lookups(), Number(level.value) * effects.length + Number(effect.value));
  };
  controls.addEventListener("input", follow);
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.addEventListener("reset", () => { setTimeout(() => { [effect.value, level.value] = own; follow(); }); });
  controls.hidden = false;
}

// Tables: sorted by a click on a heading, filtered by a word.
const value = (row, place) => {
  const text = (row.cells[place]?.firstChild?.textContent ?? "").replace(/−/g, "-").replace(/,(?=\d{3})/g, "");
  const number = parseFloat(text.replace(/^[^\d+-]*/, ""));
  return Number.isNaN(number) ? text : number;
};
for (const table of all("table.pt-sortable")) {
  const heads = all("thead th:not([scope=colgroup])", table);
  if (table.tHead.rows.length > 1) continue; // spanned
  heads.forEach((head, place) => {
    const button = make("button", "", { type: "button" });
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") !== "descending", body = table.tBodies[0];
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const order = [...body.rows].sort((a, b) => {
        const [x, y] = [value(a, place), value(b, place)];
        const sign = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y), root.lang);
        return down ? -sign : sign;
      });
      body.append(...order);
    });
  });
}
for (const table of all("table.pt-filter")) {
  const field = make("input", "", { type: "search", name: "filter" }), label = make("label", words.filter + " ");
  label.className = "filter";
  label.append(field);
  table.closest(".pt-table").before(label);
  field.addEventListener("input", () => {
    const wanted = field.value.toLowerCase();
    for (const row of table.tBodies[0].rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
}

// On paper a wide table goes on beneath itself: no column is lost at the edge, and groups of columns stay together.
const restore = [], sheet = 470, size = 10; // px that columns have there at least, small letters being larger, and of letters
const cut = (heads, scale) => {
  const pieces = [[]];
  let used = 0;
  const width = (leaf) => leaf.offsetWidth * scale;
  for (const { head, leaves } of heads) {
    const whole = leaves.reduce((sum, leaf) => sum + width(leaf), 0);
    for (const leaf of leaves) {
      const asked = leaf === leaves[0] && whole <= sheet ? whole : width(leaf);
      if (used && used + asked > sheet) [used] = [0, pieces.push([])];
      pieces.at(-1).push({ head, leaf });
      used += width(leaf);
    }
  }
  return pieces;
};
const piece = (table, columns, from) => {
  const [above, below] = table.tHead.rows, [copy, top, bottom] = [table, above, below ?? above].map((one) => one.cloneNode());
  const head = table.tHead.cloneNode(), body = table.tBodies[0].cloneNode();
  top.append(above.cells[0].cloneNode(true));
  for (const [place, { head: over, leaf }] of columns.entries()) {
    if (over !== leaf) bottom.append(leaf.cloneNode(true));
    if (over === columns[place - 1]?.head) continue;
    top.append(over.cloneNode(true));
    top.lastChild.colSpan = columns.filter((one) => one.head === over).length;
  }
  head.append(top, ...(below ? [bottom] : []));
  for (const row of table.tBodies[0].rows) {
    const line = row.cloneNode(), cells = [row.cells[0], ...[...row.cells].slice(from + 1, from + 1 + columns.length)];
    line.append(...cells.map((cell) => cell.cloneNode(true)));
    body.append(line);
  }
  copy.append(...(from ? [] : [table.caption.cloneNode(true)]), head, body);
  return copy;
};
addEventListener("beforeprint", () => {
  for (const table of all(".pt .pt-scroll > table")) {
    if (table.offsetWidth <= table.parentElement.clientWidth) continue;
    const [above, below] = table.tHead.rows, leaves = [...(below?.cells ?? [])];
    const heads = [...above.cells].slice(1).map((head) => ({ head, leaves: head.scope === "colgroup" ? leaves.splice(0, head.colSpan) : [head] }));
    const pieces = cut(heads, size / parseFloat(getComputedStyle(table).fontSize));
    if (pieces.length < 2) continue;
    let from = 0;
    for (const columns of pieces) {
      table.before(piece(table, columns, from));
      from += columns.length;
    }
    table.style.display = "none";
    restore.push(() => {
      for (const _ of pieces) table.previousSibling.remove();
      table.style.display = "";
    });
  }
});
addEventListener("afterprint", () => restore.splice(0).forEach((act) => act()));

// Figures: as SVG or PNG, to link to, to cite.
const drawing = (figure) => {
  const shown = all("svg", figure).find((svg) => svg.getBoundingClientRect().width) ?? figure.querySelector("svg");
  const copy = shown.cloneNode(true), probe = make("i", "", { style: "forced-color-adjust:none" });
  figure.append(probe);
  const [width, height] = shown.getAttribute("viewBox").split(" ").slice(2).map(Number);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  copy.style.background = getComputedStyle(document.body).backgroundColor;
  for (const rule of document.styleSheets[0].cssRules)
    if (/^\.p\d+$/.test(rule.selectorText))
      for (const one of all(rule.selectorText, copy)) one.style.cssText = rule.style.cssText + one.style.cssText;
  const text = new XMLSerializer().serializeToString(copy);
  const plain = text.replace(/var\((--\w+)\)/g, (_, name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  });
  probe.remove();
  return { width, height, text: plain };
};
const formats = {
  SVG: (figure, name) => save(`${name}.svg`, new Blob([drawing(figure).text], { type: "image/svg+xml" })),
  PNG: (figure, name) => {
    const { width, height, text } = drawing(figure), picture = new Image();
    picture.onload = () => {
      const canvas = make("canvas", "", { width: 2 * width, height: 2 * height }), pen = canvas.getContext("2d");
      pen.fillStyle = getComputedStyle(document.body).backgroundColor;
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => save(`${name}.png`, blob));
    };
    picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  },
};
for (const piece of all(".pt-figure[id], .pt-table[id]")) {
  let row = piece.querySelector(".pt-save");
  if (!row) { row = make("p", "", { className: "pt-save" }); piece.append(row); }
  const caption = piece.querySelector("figcaption, caption")?.textContent ?? document.title;
  const add = (text, act) => {
    const button = make("button", text, { type: "button" });
    button.setAttribute("aria-label", `${text}: ${caption}`);
    button.addEventListener("click", () => act(button));
    row.append(" ", button);
  };
  if (piece.querySelector("svg")) for (const [name, act] of Object.entries(formats)) add(name, () => act(piece, piece.id));
  add(words.cite, (button) => {
    const address = location.href.split("#")[0];
    navigator.clipboard?.writeText(`“${caption}”. ${words.citation} ${address}#${piece.id}`)
      .then(() => { button.textContent = words.copied; button.setAttribute("aria-label", `${words.copied}: ${caption}`); }, () => {});
  });
  row.append(" ", make("a", words.link, { href: `#${piece.id}`, ariaLabel: `${words.link}: ${caption}` }));
}

// Where the reader is, in the contents; the language switch keeps the place; a folded section opens when linked to.
const entries = all("nav.contents a");
if (entries.length && "IntersectionObserver" in window) {
  const seen = new IntersectionObserver((changes) => {
    for (const change of changes) if (change.isIntersecting)
      for (const entry of entries)
        if (entry.hash === `#${change.target.id}`) entry.setAttribute("aria-current", "true"); else entry.removeAttribute("aria-current");
  }, { rootMargin: "0px 0px -75% 0px" });
  for (const section of all("main section[id]")) seen.observe(section);
}
const open = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let one = target; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
  const inner = target.querySelector(":scope > details");
  if (inner) inner.open = true;
  target.scrollIntoView();
};
addEventListener("hashchange", open);
open();
for (const link of all("a[data-keeps-place]"))
  link.addEventListener("click", () => {
    const here = all("nav.contents a[aria-current]")[0];
    link.hash = here ? here.hash : location.hash;
  });
})();
