// Verifies a licence in the browser with what the page brought along, as `tongban licence verify` does (docs/reference/licences.md): member
// lists, status lists, the words of each verdict. What proves anything stands in `proof.js`. The network is asked for newer status lists only, and
// to judge what this browser cannot.
"use strict";

const LICENCE = "application/vnd.txp.licence+json;v=1";
const LICENCE_FILE = "tongban-licence;v=1";
const STATUS_LIST = "statuslist+jwt";
const [MARK, SPECIMEN, SHARE] = ["TB1.", "TB0.", "TBS1."];
const MAX_FILE = 8 * 1024 * 1024;
const MAX_TEXT = 3000;
const MAX_BITS = 4_000_000;
const FRESH = 5 * 60;
const LATE = 30 * 1000;
const SKEW = 60 * 1000;
const SALT = /^[0-9a-f]{32}$/;
const [INVALID, SUSPENDED, NOT_YET] = [1, 2, 3];
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

class Unreadable extends Error {}
// What the server alone can judge, by its name in `OFFLINE`. `code`: what is sent in the place of what was shown.
class Elsewhere extends Error {
  constructor(kind, code = "") { super(kind); this.code = code; }
}
const elsewhere = (kind, code) => { throw new Elsewhere(kind, code); };
const cannot = (reason) => { throw new Unreadable(reason); };
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

// What is shown: a code, a licence file, a document with one inside

function fromBase32(text) {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let [held, bits, at] = [0, 0, 0];
  for (const letter of text) {
    const value = LETTERS.indexOf(letter);
    if (value < 0) cannot("not-a-licence");
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) { bits -= 8; bytes[at] = (held >> bits) & 0xff; at += 1; }
  }
  // Unused bits of the last letter would let two texts mean one code; so would a letter too many.
  if (bits >= 5 || held & ((1 << bits) - 1)) cannot("not-a-licence");
  return bytes;
}

function readCode(text) {
  const bare = text.replace(/\s+/g, "");
  if (bare.startsWith(SPECIMEN)) cannot("specimen");
  if (bare.length > MAX_TEXT) cannot("too-large");
  if (!bare.startsWith(MARK)) cannot("not-a-licence");
  const packed = fromBase32(bare.slice(MARK.length));
  if (packed.length <= 128) cannot("not-a-licence");
  const rest = readable(() => strict(packed.slice(128)));
  if ("holder" in rest || "content" in rest) cannot("not-a-licence");
  const face = { ...rest, holder: hex(packed.slice(64, 96)), content: hex(packed.slice(96, 128)) };
  return { face: checkedFace(face), signature: packed.slice(0, 64), payload: encoder.encode(canonical(face)) };
}

// What is not of the form is no licence: whoever looks at it learns that, and no more.
function readable(read) {
  try { return read(); } catch (error) { return error instanceof Unreadable ? cannot(error.message) : cannot("not-a-licence"); }
}

const isDay = (text) => (/^\d{4}-\d{2}-\d{2}$/.test(isText(text)) && !Number.isNaN(Date.parse(text)) ? text : no(...NOT_FORM));

function checkedFace(face) {
  return readable(() => {
    exactly(face, "v", "identifier", "type", "number", "holder", "from", "until", "key", "content", "status", "demo");
    exactly(face.status, "list", "index");
    [face.identifier, face.type, face.number, face.holder, face.key, face.content, face.status.list].forEach(isText);
    if (face.v !== 1 || typeof face.demo !== "boolean" || isNumber(face.status.index) < 0) no(...NOT_FORM);
    isDay(face.from);
    if (face.until !== "") isDay(face.until);
    return face;
  });
}

const TEXT = { zh: "", en: "" };
const CONTENT = {
  v: 1, identifier: "", type: "", name: TEXT, number: "", version: 1, follows: "", operation: "",
  issuer: { region: "", office: "", uscc: "", name: "" }, receiver: { region: "", name: "" },
  holder: { name: "", id_kind: "", id_number: "" }, fields: [{ id: "", label: TEXT, value: "" }],
  from: "", until: "", decided_on: "", template: { id: "", version: 1, layout: "" }, demo: true, salt: "",
};

// Exactly these keys, and of each the type of what stands here.
function mustFit(value, form) {
  if (Array.isArray(form)) isList(value).forEach((each) => mustFit(each, form[0]));
  else if (typeof form === "object") {
    exactly(value, ...Object.keys(form));
    Object.keys(form).forEach((name) => mustFit(value[name], form[name]));
  } else if (typeof value !== typeof form) no(...NOT_FORM);
}

function checkedContent(said) {
  // Without a layout of its own it is printed by one of the product.
  const template = { layout: "-", ...said.template };
  mustFit({ ...said, template }, CONTENT);
  if (said.v !== 1 || !template.layout || !SALT.test(said.salt)) no(...NOT_FORM);
  [said.from, said.decided_on, said.until || said.from].forEach(isDay);
  return said;
}

// How each begins, in the order of `verifying.py` and `showing.py`.
const KINDS = [
  [/^eyJ/, () => elsewhere("credential")],
  [/^%PDF-/, readDocument],
  [/^PK\x03\x04/, () => elsewhere("ofd")],
  [/^\{/, readLicenceFile],
  [/^(\u2030PNG|\xff\xd8\xff|RIFF[^]{4}WEBP)/, readPicture],
  [/^TBS1\.[\x00-\x7f]*$/, (_, text) => elsewhere("share", text)],
  [/^[\x00-\x7f]*$/, (_, text) => readCode(text)],
];

async function readFile(bytes) {
  if (bytes.length > MAX_FILE) cannot("too-large");
  const text = new TextDecoder("latin1").decode(bytes);
  const [, read] = KINDS.find(([begins]) => begins.test(text)) || cannot("not-a-licence");
  return read(bytes, text);
}

async function readLicenceFile(bytes) {
  try {
    const value = strict(bytes);
    exactly(value, "format", "envelope", "content");
    if (value.format !== LICENCE_FILE) no(...NOT_FORM);
    const envelope = await readEnvelope(fromBase64(value.envelope), LICENCE);
    const face = checkedFace(strict(envelope.payload));
    if (oneKey(envelope) !== face.key) no(...NOT_FORM);
    const content = fromBase64(value.content);
    const said = checkedContent(strict(content));
    return { face, signature: envelope.signatures[0].value, payload: envelope.payload, content, said };
  } catch { return cannot("not-a-licence"); }
}

// The seal of a document cannot be judged here. Without a network the licence file inside it is, and what that says is shown to compare.
async function readDocument(bytes, text) {
  if (navigator.onLine) elsewhere("document");
  for (const match of text.matchAll(/stream\r?\n/g)) {
    const from = match.index + match[0].length;
    const to = text.indexOf("endstream", from);
    if (to < 0) break;
    const raw = bytes.slice(from, to);
    const plain = text[from] === "{" ? raw : await inflate(raw, 256 * 1024).catch(() => null);
    if (plain && plain[0] === 0x7b && new TextDecoder("latin1").decode(plain.slice(0, 2000)).includes('"envelope"')) {
      const end = plain.lastIndexOf(0x7d);
      return { ...(await readLicenceFile(plain.slice(0, end + 1))), document: true };
    }
  }
  return elsewhere("document");
}

async function readPicture(bytes, text) {
  if (!scanner) elsewhere("picture");
  const codes = await codesOn(await createImageBitmap(new Blob([bytes])).catch(() => cannot("not-a-licence")));
  if (codes.length === 1 && codes[0].startsWith(SHARE)) elsewhere("share", codes[0]);
  // A picture that is a document too says one thing to people and another to machines.
  if (text.includes("%PDF-") || text.includes("PK\x03\x04")) cannot("not-a-licence");
  const each = [...new Set(codes)].map(readCode);
  if (!each.length) cannot("not-a-licence");
  if (each.some((one) => hex(one.signature) !== hex(each[0].signature))) cannot("mismatched");
  return each[0];
}

async function inflate(bytes, most) {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const parts = [];
  let [size, whole] = [0, false];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) { whole = true; break; }
      size += value.length;
      if (size > most) throw new RangeError("too long");
      parts.push(value);
    }
  } catch (error) {
    // What follows the compressed bytes (a line break before "endstream") is an error to the stream; what came before it is whole.
    if (error instanceof RangeError || !parts.length) throw error;
  }
  return Object.assign(join(...parts), { whole });
}

// Status lists

const fromUrl = (text) => {
  const padded = text.replace(/-/g, "+").replace(/_/g, "/");
  return fromBase64(padded + "=".repeat((4 - (padded.length % 4)) % 4));
};

async function readStatusList(token, trust) {
  const [head, body, signature, ...more] = token.trim().split(".");
  if (more.length || !signature) no(...NOT_FORM);
  const [header, claims] = [head, body].map((part) => JSON.parse(utf8(fromUrl(part))));
  if (header.alg !== "Ed25519" || header.typ !== STATUS_LIST) no(...NOT_FORM);
  const signed = encoder.encode(`${head}.${body}`);
  if (!(await signedBy({ signed }, { value: fromUrl(signature) }, publicKey(trust, header.kid)))) no(...NOT_FORM);
  const made = claims.iat * 1000;
  const at = new Date(made).toISOString();
  const { node, key } = newestEntry(trust, header.kid);
  const region = claims.list.split("-")[0];
  const hosted = [...trust.lists.values()].some((list) => hosts(list, claims.iss, region, at));
  const serves = key.purpose === "event" && !key.compromised_since && covers(key, at);
  if (node.id !== claims.iss || node.status !== "active" || !serves || !hosted || claims.status_list.bits !== 2) no(...NO_KEY);
  const bits = await inflate(fromUrl(claims.status_list.lst), MAX_BITS);
  if (!bits.whole) no(...NOT_FORM);
  return { list: claims.list, version: claims.ver, made, expires: Math.min(isNumber(claims.exp) * 1000, made + Math.min(isNumber(claims.ttl), FRESH) * 1000), bits };
}

// What a list said against a licence stands; that one is in force it confirms for five minutes.
const isOld = (list, at) => at >= list.expires + LATE;

function statusOf(list, index) {
  const byte = list.bits[Math.floor(index / 4)];
  return byte === undefined ? NOT_YET : (byte >> ((index % 4) * 2)) & 3;
}

// The verdict, in the order of `verdicts.py`

function newestEntry(trust, id) {
  for (const version of [...trust.lists.keys()].sort((a, b) => b - a)) {
    for (const node of trust.lists.get(version).nodes) {
      const key = node.keys.find((each) => each.id === id);
      if (key) return { node, key };
    }
  }
  return null;
}

function mayIssue(trust, { node, key }, region) {
  const lists = [...trust.lists.values()];
  const stolen = lists.some((list) => list.nodes.some((each) => each.keys.some((one) => one.id === key.id && one.compromised_since)));
  const hosted = lists.some((list) => list.regions.some((entry) => entry.code === region && entry.node === node.id));
  return key.purpose === "licence" && !stolen && hosted;
}

function isIdentifier(text) {
  const parts = text.replace(/^1\.2\.156\.3005\.2\./, "").split(".");
  const forms = [/^[0-9A-Z]{21}$/, /^[0-9A-Z]{1,18}$/, /^[0-9A-Z]{1,32}$/, /^[0-9]{3}$/, /^[0-9A-Z]$/];
  if (parts.length !== 5 || !parts.every((part, at) => forms[at].test(part))) return false;
  let held = 36;
  for (const sign of parts.slice(0, 4).join("")) held = ((((held + SIGNS.indexOf(sign)) % 36) || 36) * 2) % 37;
  return SIGNS[(37 - held) % 36] === parts[4];
}

async function faultOf(shown, trust) {
  const entry = newestEntry(trust, shown.face.key);
  if (!entry) return "unknown-issuer";
  const signed = join(encoder.encode(`TXPv1 ${LICENCE.length} ${LICENCE} ${shown.payload.length} `), shown.payload);
  const verified = await signedBy({ signed }, { value: shown.signature }, fromBase64(entry.key.public)).catch(() => false);
  if (!verified || !isIdentifier(shown.face.identifier)) return "altered";
  const region = shown.face.status.list.split("-")[0];
  // Nobody issues under the name of another place: its list, its serial and what it says name one region.
  if (!mayIssue(trust, entry, region) || !shown.face.identifier.split(".").at(-3).startsWith(region)) return "other-key";
  if (!shown.content) return "";
  if ((await digest(shown.content)) === shown.face.content) return shown.said.issuer.region === region ? "" : "other-key";
  return shown.said.identifier === shown.face.identifier ? "altered" : "mismatched";
}

const legalDay = (at) => new Date(at + 8 * 60 * 60 * 1000).toISOString().slice(0, 10);

function today(face, list, at) {
  const day = legalDay(at);
  if (day < face.from) return "not-yet-valid";
  const status = list ? statusOf(list, face.status.index) : null;
  if (status === INVALID) return "revoked";
  if (face.until && day > face.until) return "expired";
  if (!list) return "status-unknown";
  if (status === SUSPENDED) return "suspended";
  if (isOld(list, at) || list.made > at + SKEW) return "stale-list";
  return status === NOT_YET ? "not-yet-valid" : "genuine";
}

async function judge(shown, trust, lists, at) {
  const fault = await faultOf(shown, trust);
  if (fault) return { reason: fault };
  const list = lists.get(shown.face.status.list);
  const reason = today(shown.face, list, at);
  return { reason, face: shown.face, said: shown.said, document: shown.document, node: newestEntry(trust, shown.face.key).node.id, list: list || null };
}

// The salt stands in the content alone: who has the code and not the file learns nothing by trying numbers.
async function isHolder(face, said, number) {
  const bare = number.normalize("NFKC").replace(/[\s-]/g, "").toUpperCase();
  return (await digest(encoder.encode(["tongban-licence-holder", face.identifier, said.salt, bare].join("\0")))) === face.holder;
}

async function verifyLicence(shown, trust, lists, at) {
  try { return await judge(await shown(), trust, lists, at); } catch (error) {
    if (error instanceof Unreadable) return { reason: error.message };
    throw error;
  }
}

// The page

const form = document.querySelector("form[data-verify-licence]");
const place = document.querySelector("[data-verdict]");
const words = JSON.parse(embedded("words"));
const names = JSON.parse(embedded("names"));
const offered = JSON.parse(embedded("lists"));
const known = { trust: null, lists: new Map() };
const stamp = (at) => new Intl.DateTimeFormat(english ? "en-GB" : "zh-CN", { dateStyle: "medium", timeStyle: "short", timeZone: "Asia/Shanghai" }).format(at);
const spoken = (text) => say(text.zh, text.en);

async function prepare() {
  if (known.trust) return;
  known.trust = await readTrust(encoder.encode(embedded("trust")));
  for (const token of offered) await take(token).catch(() => {});
}

async function take(token) {
  const list = await readStatusList(token, known.trust);
  const before = known.lists.get(list.list);
  if (!before || before.version < list.version) known.lists.set(list.list, list);
}

// Newer lists where there is a network; without one, those that the page came with.
async function refresh(names) {
  if (!navigator.onLine) return;
  for (const name of names) {
    const answer = await fetch(`/licences/status/${encodeURIComponent(name)}`, { credentials: "omit" }).catch(() => null);
    if (answer?.ok) await take(await answer.text()).catch(() => {});
  }
  showLists();
}

function showLists() {
  const box = document.querySelector("[data-known-lists]");
  const lists = [...known.lists.values()].sort((a, b) => (a.list < b.list ? -1 : 1));
  const old = (list) => (isOld(list, Date.now()) ? say("（已过五分钟，之后的状态未知）", " (more than five minutes ago: the status since is unknown)") : "");
  box.replaceChildren(...lists.map((list) => element("li", `${names.regions[list.list.split("-")[0]] || list.list} · ${stamp(list.made)}${old(list)}`)));
}

function row(label, value, style = "") {
  const box = element("div", "", "row");
  box.append(element("dt", label), element("dd", value, style));
  return box;
}

function comparison(fits) {
  if (fits === null) return row(say("证件号码", "Identity number"), say("证照码不能用来核对证件号码，请选择证照文件", "The code alone does not tell: choose the licence file"));
  return row(say("证件号码", "Identity number"), fits ? say("✓ 与证照一致", "✓ is the holder's") : say("✗ 与证照不一致", "✗ is not the holder's"), fits ? "verdict yes" : "verdict no");
}

function rowsOf(found, at, typed, fits) {
  const { face, said } = found;
  const rows = [
    row(say("证照", "Licence"), names.types[face.type] || face.type),
    row(say("证照编号", "Number"), face.number, "num"),
    row(say("证照标识", "Identifier"), face.identifier, "mono"),
    row(say("有效期", "Term"), face.until ? `${face.from} ${say("至", "to")} ${face.until}` : `${face.from} ${say("起，长期有效", "on, without end")}`),
    row(say("发证地", "Issued at"), `${names.regions[face.status.list.split("-")[0]] || face.status.list}（${found.node}）`),
  ];
  if (said) rows.push(row(say("持证人", "Holder"), said.holder.name), ...said.fields.map((field) => row(spoken(field.label), field.value)));
  if (typed) rows.push(comparison(fits));
  rows.push(row(say("状态名单", "Status list"), found.list ? stamp(found.list.made) : say("没有", "none")));
  rows.push(row(say("核验时间", "Verified at"), stamp(at)));
  return rows;
}

function show(found, at, typed, fits) {
  const { tone, text, advice } = words[found.reason];
  const seal = element("div", "", `verdict-seal ${tone}`);
  seal.append(element("h2", spoken(text)), element("p", spoken(advice)));
  const parts = [seal];
  if (found.reason === "stale-list" || found.reason === "status-unknown") {
    parts.push(element("p", found.list ? `${say("状态未知，自 ", "Its status is unknown since ")}${stamp(found.list.made)}` : say("状态未知：没有状态名单", "Its status is unknown: there is no status list"), "notice warn"));
  }
  if (found.face?.demo) parts.push(element("p", say("演示证照：没有法律效力", "A licence of a demonstration: without legal effect"), "notice demo"));
  if (found.document) parts.push(element("p", say("文件上的印章没有在本机核对，页面文字以下面的内容为准。联网提交文件可以核对印章。", "The seal of the file was not verified on this device: compare its pages with what stands here. Send the file while online to verify the seal."), "notice warn"));
  if (found.face) {
    const list = element("dl", "", "summary");
    list.append(...rowsOf(found, at, typed, fits));
    parts.push(list);
  }
  place.replaceChildren(...parts);
  place.focus();
}

async function run(shown) {
  await prepare();
  const at = Date.now();
  let found = await verifyLicence(shown, known.trust, known.lists, at);
  if (found.face && (!found.list || at >= found.list.made + 60 * 1000)) {
    await refresh([found.face.status.list]);
    found = await verifyLicence(shown, known.trust, known.lists, at);
  }
  const number = form.elements.holder.value.trim();
  showLists();
  show(found, at, number, found.said && number ? await isHolder(found.face, found.said, number) : null);
}

// Said without a network of what the server alone can judge. Whether a share still runs is known to its node alone.
const OFFLINE = {
  share: ["这是出示核验码：持证人可能已收回，联网后才能核验。", "The code of a share: its holder may have taken it back. It is verified online only."],
  picture: ["没有网络时，此浏览器不能识别图片。请粘贴证照码，或选择证照文件。", "Without a network this browser cannot read pictures. Paste the code or choose the licence file."],
  document: ["没有网络时，此页读不出这份 PDF 里的证照。请粘贴证照码，或联网后再验。", "Without a network this page cannot read the licence in this PDF. Paste the code, or verify it again online."],
  ofd: ["没有网络时，此页不能识别 OFD 文件。请粘贴证照码，或联网后再验。", "Without a network this page cannot read OFD files. Paste the code, or verify it again online."],
  credential: ["没有网络时，此页不能核验凭证。请粘贴证照码，或联网后再验。", "Without a network this page cannot verify credentials. Paste the code, or verify it again online."],
};

function tell(words, style) {
  place.replaceChildren(element("p", words, `notice ${style}`));
  place.focus();
}

function askServer({ message: kind, code }) {
  if (!navigator.onLine) { tell(say(...OFFLINE[kind]), "warn"); return; }
  if (code) {
    form.elements.file.value = "";
    form.elements.code.value = code;
  }
  form.submit();
}

async function answer(shown) {
  try { await run(shown); } catch (error) {
    if (error instanceof Elsewhere) askServer(error);
    else tell(error instanceof Faulty ? error.message : say("此页不能核验", "This page cannot verify it"), "bad");
  }
}

function verifyForm(event) {
  event.preventDefault();
  const [file, text] = [form.elements.file.files[0], form.elements.code.value.replace(/\s+/g, "")];
  if (file || text) answer(async () => readFile(file ? new Uint8Array(await file.arrayBuffer()) : encoder.encode(text)));
}

// Pictures and the camera, where the browser itself finds codes

const scanner = "BarcodeDetector" in globalThis ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
const looksLikeOne = (text) => [MARK, SPECIMEN, SHARE].some((mark) => text.startsWith(mark));

async function codesOn(source) {
  return (await scanner.detect(source)).map(({ rawValue }) => rawValue).filter(looksLikeOne);
}

const camera = document.querySelector("[data-camera]");
const video = camera.querySelector("video");

async function scan() {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).catch(() => null);
  if (!stream) { camera.querySelector("[data-camera-refused]").hidden = false; return; }
  video.hidden = false;
  video.srcObject = stream;
  await video.play();
  let code = "";
  while (!code && stream.active) {
    [code = ""] = await codesOn(video).catch(() => []);
    if (!code) await new Promise((resolve) => { setTimeout(resolve, 200); });
  }
  stream.getTracks().forEach((track) => track.stop());
  video.hidden = true;
  if (code) await answer(async () => readFile(encoder.encode(code)));
}

if (globalThis.crypto?.subtle && "isWellFormed" in String.prototype && embedded("trust")) {
  document.querySelectorAll("[data-needs-script]").forEach((each) => { each.hidden = false; });
  form.addEventListener("submit", verifyForm);
  if (scanner && navigator.mediaDevices) {
    camera.hidden = false;
    camera.querySelector("button").addEventListener("click", scan);
  }
  prepare().then(() => {
    showLists();
    return showAnchor(encoder.encode(embedded("trust")));
  }).catch(() => {});
}
