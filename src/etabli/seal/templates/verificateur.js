"use strict";
// The archive's one form, read and written again: src/etabli/seal/archive.py says the same in Python.
const HEAD = ["CLE.pub", "MANIFESTE.json", "SIGNATURE"], CONTENT = "contenu/", MOST = 2 ** 29;
const utf8 = new TextEncoder(), text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const LOCAL = 0x04034b50, CENTRAL = 0x02014b50, END = 0x06054b50;

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});
function crc32(bytes) {
  let crc = 0xffffffff;
  for (let at = 0; at < bytes.length; at++) crc = TABLE[(crc ^ bytes[at]) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
async function sha256(...parts) {
  const whole = parts.length === 1 ? parts[0] : joined(parts);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
}
function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
}
const hex = bytes => Array.from(bytes, one => one.toString(16).padStart(2, "0")).join("");
const short = digest => digest.slice(0, 24).toUpperCase().match(/.{4}/g).join("-");
const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
function before(one, other) {
  const a = utf8.encode(one), b = utf8.encode(other), length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) if (a[at] !== b[at]) return a[at] < b[at];
  return a.length < b.length;
}
// RFC 8785, for what a manifest holds: keys by their UTF-16 units, whole numbers, strings as JSON.stringify has them.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    return `{${Object.keys(value).sort().map(key => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  return JSON.stringify(value);
}
async function merkle(leaves) {
  if (leaves.length < 2) return leaves.length ? sha256(Uint8Array.of(0), leaves[0]) : sha256(new Uint8Array());
  let left = 1;
  while (left * 2 < leaves.length) left *= 2;
  return sha256(Uint8Array.of(1), await merkle(leaves.slice(0, left)), await merkle(leaves.slice(left)));
}

function walk(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length), files = [];
  let at = 0;
  while (!(at + 4 <= bytes.length && view.getUint32(at, true) === CENTRAL)) {
    if (bytes.length < at + 30) return { files, broken: "manque : l'archive est tronquée" };
    if (view.getUint32(at, true) !== LOCAL) return { files, broken: "n'est pas à sa place : ce qui le précède a changé" };
    const size = view.getUint32(at + 18, true), length = view.getUint16(at + 26, true);
    const begins = at + 30 + length + view.getUint16(at + 28, true);
    if (bytes.length < begins + size) return { files, broken: "est tronqué : l'archive s'arrête avant sa fin" };
    let name = null;
    try { name = text.decode(bytes.subarray(at + 30, at + 30 + length)); } catch { name = `illisible-${files.length}`; }
    files.push({ name, content: bytes.subarray(begins, begins + size) });
    at = begins + size;
  }
  return { files, broken: null };
}
function packed(mark, fields, raw) {
  const width = { 2: "setUint16", 4: "setUint32" }, view = new DataView(new ArrayBuffer(4 + fields.reduce((sum, [size]) => sum + size, 0)));
  view.setUint32(0, mark, true);
  let at = 4;
  for (const [size, value] of fields) { view[width[size]](at, value, true); at += size; }
  return joined([new Uint8Array(view.buffer), raw]);
}
function* pieces(files) {
  const directory = [];
  let at = 0;
  for (const { name, content } of files) {
    const raw = utf8.encode(name), size = content.length;
    const common = [[2, 0x800], [2, 0], [2, 0], [2, 0x21], [4, crc32(content)], [4, size], [4, size], [2, raw.length], [2, 0]];
    yield [name, packed(LOCAL, [[2, 20], ...common], raw)];
    yield [name, content];
    const rest = [[2, 0], [2, 0], [2, 0], [4, 0o100644 * 65536], [4, at]];
    directory.push([name, packed(CENTRAL, [[2, 3 << 8 | 20], [2, 20], ...common, ...rest], raw)]);
    at += 30 + raw.length + size;
  }
  yield* directory;
  const size = directory.reduce((sum, [, entry]) => sum + entry.length, 0), count = files.length;
  yield [count ? files[count - 1].name : "", packed(END, [[2, 0], [2, 0], [2, count], [2, count], [4, size], [4, at], [2, 0]], new Uint8Array())];
}
function oddPiece(files, bytes) {
  let at = 0, name = "";
  for (const [about, piece] of pieces(files)) {
    name = about;
    if (!same(bytes.subarray(at, at + piece.length), piece)) return name;
    at += piece.length;
  }
  return at === bytes.length ? null : name;
}

const DIGEST = /^[0-9a-f]{64}$/;
function readManifest(bytes) {
  try {
    const said = text.decode(bytes), found = JSON.parse(said);
    const ordinary = found.format === "etabli/seal/1" && Array.isArray(found.files) && Array.isArray(found.runs)
      && Array.isArray(found.histories) && DIGEST.test(found.root) && DIGEST.test(found.key)
      && typeof found.subject === "string" && !Number.isNaN(Date.parse(found.sealed_at))
      && found.histories.every(one => Array.isArray(one.entries))
      && found.files.every(one => typeof one.path === "string" && Number.isInteger(one.size) && DIGEST.test(one.sha256));
    return ordinary && canonical(found) === said ? found : null;
  } catch { return null; }
}
function der(pem) {
  const lines = text.decode(pem).match(/^-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/=\n]+)\n-----END PUBLIC KEY-----\n$/);
  return lines ? Uint8Array.from(atob(lines[1].replaceAll("\n", "")), one => one.charCodeAt(0)) : null;
}

async function check(bytes, trusted) {
  const { files, broken } = walk(bytes), found = new Map(), flaws = new Map();
  const flaw = (name, what) => flaws.has(name) || flaws.set(name, what);
  for (const { name, content } of files) {
    if (found.has(name)) flaw(name, "est deux fois dans l'archive");
    found.set(name, content);
  }
  const manifest = readManifest(found.get("MANIFESTE.json") ?? new Uint8Array());
  const expected = manifest ? [...HEAD, ...manifest.files.map(one => CONTENT + one.path)] : HEAD;
  if (broken) flaw(expected[files.length] ?? "l'archive", broken);
  if (!manifest) {
    flaw("MANIFESTE.json", found.has("MANIFESTE.json") ? "n'est plus le manifeste qui a été scellé" : "manque : ce n'est pas une archive scellée entière");
    return { manifest, flaws };
  }
  const digests = new Map();
  for (const one of manifest.files) {
    const content = found.get(CONTENT + one.path);
    if (!content) { flaw(CONTENT + one.path, "a été retiré après le scellé"); continue; }
    digests.set(one.path, hex(await sha256(content)));
    if (content.length !== one.size || digests.get(one.path) !== one.sha256) flaw(CONTENT + one.path, "a été modifié après le scellé");
  }
  const listed = new Set(expected);
  for (const name of found.keys()) if (!listed.has(name)) flaw(name, "a été ajouté après le scellé");
  files.forEach(({ name }, at) => at && before(name, files[at - 1].name) && flaw(name, "n'est plus à sa place dans l'archive"));
  for (const name of HEAD) if (!found.has(name)) flaw(name, "a été retiré après le scellé");
  if (found.has("CLE.pub") && !same(found.get("CLE.pub"), utf8.encode(trusted))) {
    flaw("CLE.pub", `n'est pas la clé du centre (${document.body.dataset.empreinte}) : un autre a signé cette archive`);
  }
  const spki = der(utf8.encode(trusted)), key = await crypto.subtle.importKey("spki", spki, { name: "Ed25519" }, false, ["verify"]);
  if (hex(await sha256(spki)) !== manifest.key) flaw("CLE.pub", "n'est pas la clé que nomme le manifeste");
  const signature = found.get("SIGNATURE") ?? new Uint8Array();
  if (!await crypto.subtle.verify({ name: "Ed25519" }, key, signature, found.get("MANIFESTE.json"))) {
    flaw("SIGNATURE", "ne correspond pas à « MANIFESTE.json » : l'un des deux a été changé après le scellé");
  }
  const { files: told, root, ...facts } = manifest;
  if (hex(await merkle([facts, ...told].map(one => utf8.encode(canonical(one))))) !== root) {
    flaw("MANIFESTE.json", "dit une racine qui n'est pas celle de ses fichiers");
  }
  if (!flaws.size) runFlaws(manifest, found, digests, flaw);
  if (!flaws.size) {
    const odd = oddPiece(files, bytes);
    if (odd !== null) flaw(odd || "l'archive", "n'est plus rangé comme il l'était : des octets ont été changés autour de lui");
  }
  return { manifest, flaws };
}
// What the manifest tells of a frozen run is what its own run.json tells, and each file of it is as it was frozen.
function runFlaws(manifest, found, digests, flaw) {
  for (const { path, ...told } of manifest.runs) {
    try {
      const run = JSON.parse(text.decode(found.get(`${CONTENT}${path}/run.json`)));
      const own = Object.fromEntries(Object.keys(told).map(key => [key, run[key] ?? null]));
      if (canonical(own) !== canonical(told)) flaw("MANIFESTE.json", "dit des vérifications autre chose qu'elles-mêmes");
      if (!path.endsWith(digests.get(`${path}/run.json`).slice(0, 16))) flaw(`${CONTENT}${path}/run.json`, "a été modifié depuis la vérification");
      for (const [name, digest] of Object.entries(run.files)) {
        if (digests.get(`${path}/${name}`) !== digest) flaw(`${CONTENT}${path}/${name}`, "a été modifié depuis la vérification");
      }
    } catch { flaw(`${CONTENT}${path}/run.json`, "n'est pas une vérification figée"); }
  }
}

const result = document.getElementById("resultat"), input = document.getElementById("archive");
function add(tag, words, name = "") {
  const made = document.createElement(tag);
  made.textContent = words.replace(/(?<=«) | (?=[»:;?!])/g, "\u00a0");
  made.className = name;
  return made;
}
function show(verdict, good, lines) {
  const list = document.createElement("ul");
  list.append(...lines.slice(0, 20).map(line => add("li", line)));
  if (lines.length > 20) list.append(add("li", `et ${lines.length - 20} autres`));
  result.replaceChildren(add("p", `${good ? "✓" : "✗"} ${verdict}`, `verdict ${good ? "good" : "bad"}`), list);
}
const counted = (number, one, many) => `${number} ${number < 2 ? one : many}`;
async function verify(file) {
  if (file.size > MOST) return show("Ce fichier dépasse 500 Mo : ce n'est pas une archive scellée.", false, []);
  result.replaceChildren(add("p", "Vérification en cours…"));
  const { manifest, flaws } = await check(new Uint8Array(await file.arrayBuffer()), document.body.dataset.cle);
  if (flaws.size) {
    const said = Array.from(flaws, ([name, what]) => `« ${name} » ${what}.`);
    return show("Cette archive n'est plus ce que le centre a scellé : n'en retenez rien.", false, said);
  }
  const decisions = manifest.histories.reduce((sum, one) => sum + one.entries.length, 0);
  const sealed = new Date(manifest.sealed_at), ahead = -sealed.getTimezoneOffset();
  const two = number => String(Math.floor(Math.abs(number))).padStart(2, "0");
  const zone = `${ahead < 0 ? "-" : "+"}${two(ahead / 60)}:${two(ahead % 60)}`;
  const moment = `${sealed.toLocaleString("fr-FR", { dateStyle: "long", timeStyle: "short" })}, UTC${zone}`;
  const said = [
    `${manifest.subject}, scellé le ${moment} (selon la machine qui a scellé).`,
    `${counted(manifest.files.length, "fichier, comparé", "fichiers, chacun comparé")} à son empreinte SHA-256 ; aucun ajouté, aucun retiré.`,
    "Archive écrite de nouveau à partir de ce qu'elle contient : la même, à l'octet près.",
    `Racine de tout ce qui est scellé (arbre de Merkle) : ${short(manifest.root)}. Comparez-la avec celle des papiers.`,
    `Signature Ed25519 du manifeste : valable, par la clé ${short(manifest.key)}.`,
  ];
  if (manifest.runs.length) said.push(`${counted(manifest.runs.length, "vérification figée", "vérifications figées")} : images, paquets, versions et données, tels qu'ils ont été notés alors.`);
  if (decisions) said.push(`${counted(decisions, "décision ou fait noté", "décisions ou faits notés")} dans des historiques, inscrits dans le scellé dans cet ordre.`);
  show("Intacte, et scellée par le centre.", true, said);
}
input.addEventListener("change", async () => {
  if (!input.files.length) return;
  try { await verify(input.files[0]); } catch (problem) {
    const old = problem.name === "NotSupportedError";
    show(old ? "Ce navigateur ne sait pas vérifier cette signature (Ed25519) : prenez une version récente de Firefox, de Chrome, d'Edge ou de Safari."
      : "Ce fichier ne peut pas être lu comme une archive scellée.", false, old ? [] : [String(problem.message)]);
  }
});
