// What proves something in the browser: strict JSON, signed envelopes, member lists (docs/reference/record-format.md). No network, no other
// code: SHA-256 and Ed25519 are the browser's own. What is not canonical is refused, so that one file has one meaning.
// `verify.js` proves records with it, `verify-licence.js` licences.
"use strict";

const MEMBER_LIST = "application/vnd.txp.member-list+json;v=1";
const MAX_DEPTH = 16;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const english = document.documentElement.lang === "en";
const say = (zh, en) => (english ? en : zh);

class Faulty extends Error {}
const no = (zh, en) => { throw new Faulty(say(zh, en)); };
const NOT_FORM = ["格式不符", "not of the expected form"];
const NO_KEY = ["签名所用的密钥不在可信的成员名单内", "signed with a key that the trusted member list does not know"];

// Bytes and strict JSON

const encoder = new TextEncoder();
const utf8 = (bytes) => {
  try { return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes); } catch { return no(...NOT_FORM); }
};
const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

function fromBase64(text) {
  if (typeof text !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4) no(...NOT_FORM);
  const binary = atob(text);
  if (btoa(binary) !== text) no(...NOT_FORM);
  return Uint8Array.from(binary, (sign) => sign.charCodeAt(0));
}

// By code point, as the signer sorts; JavaScript compares halves of surrogate pairs.
function byCodePoint(a, b) {
  const [left, right] = [[...a], [...b]];
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const difference = left[at].codePointAt(0) - right[at].codePointAt(0);
    if (difference) return difference;
  }
  return left.length - right.length;
}

function canonical(value, depth = 0) {
  if (typeof value === "string") return value.isWellFormed() ? JSON.stringify(value) : no(...NOT_FORM);
  if (typeof value === "number") return Number.isInteger(value) && Math.abs(value) <= 2 ** 53 ? String(value) : no(...NOT_FORM);
  if (value === null || typeof value === "boolean") return String(value);
  if (depth >= MAX_DEPTH && Object.keys(value).length) no(...NOT_FORM);
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, depth + 1)).join(",")}]`;
  const names = Object.keys(value).sort(byCodePoint);
  return `{${names.map((name) => `${canonical(name)}:${canonical(value[name], depth + 1)}`).join(",")}}`;
}

// A key named twice, a fraction, a space: whatever JSON.parse smooths over, the bytes no longer match.
function strict(bytes) {
  let value;
  try { value = JSON.parse(utf8(bytes)); } catch { no(...NOT_FORM); }
  if (!same(encoder.encode(canonical(value)), bytes)) no(...NOT_FORM);
  return value;
}

function exactly(value, ...names) {
  const object = value !== null && typeof value === "object" && !Array.isArray(value);
  if (!object || Object.keys(value).sort().join() !== [...names].sort().join()) no(...NOT_FORM);
}
const isText = (value) => (typeof value === "string" ? value : no(...NOT_FORM));
const isList = (value) => (Array.isArray(value) ? value : no(...NOT_FORM));
const isInstant = (value) => (INSTANT.test(isText(value)) && !Number.isNaN(Date.parse(value)) ? value : no(...NOT_FORM));
const isNumber = (value) => (Number.isInteger(value) ? value : no(...NOT_FORM));

// Envelopes

const join = (...parts) => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => { all.set(part, at); return at + part.length; }, 0);
  return all;
};

async function digest(...parts) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function readEnvelope(bytes, type) {
  const wire = strict(bytes);
  exactly(wire, "p", "s", "t");
  if (wire.t !== type) no(...NOT_FORM);
  const payload = fromBase64(wire.p);
  const signatures = isList(wire.s).map((item) => {
    exactly(item, "k", "v");
    return { key: isText(item.k), value: fromBase64(item.v) };
  });
  if (!signatures.length || new Set(signatures.map(({ key }) => key)).size !== signatures.length) no(...NOT_FORM);
  const name = encoder.encode(type);
  const signed = join(encoder.encode(`TXPv1 ${name.length} ${type} ${payload.length} `), payload);
  return { signatures, signed, payload, hash: await digest(new Uint8Array([1]), signed) };
}

const oneKey = ({ signatures }) => (signatures.length === 1 ? signatures[0].key : no("须恰好有一个签名", "exactly one signature is required"));

async function signedBy(envelope, signature, publicKey) {
  const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]).catch(() => no("密钥无法使用", "the key cannot be used"));
  return crypto.subtle.verify("Ed25519", key, signature.value, envelope.signed);
}

// Member lists

const covers = (entry, at) => entry.from <= at && (!entry.until || at < entry.until);

async function enoughRoots(envelope, roots, threshold) {
  const found = new Set();
  for (const signature of envelope.signatures) {
    const root = roots.find(({ id }) => id === signature.key);
    if (!root) continue;
    if (!(await signedBy(envelope, signature, fromBase64(root.public)))) no("成员名单的根签名无效", "a root signature of a member list is false");
    found.add(root.id);
  }
  if (!Number.isInteger(threshold) || threshold < 1 || found.size < threshold) no("成员名单的根签名不足", "a member list lacks root signatures");
}

async function readTrust(bytes) {
  const value = strict(bytes);
  exactly(value, "alliance", "epoch", "threshold", "roots", "lists");
  if (value.epoch !== 1) no("此页不支持该联盟的密码套件", "this page does not know the cipher suite of this alliance");
  const lists = new Map();
  for (const text of isList(value.lists)) {
    const envelope = await readEnvelope(fromBase64(text), MEMBER_LIST);
    await enoughRoots(envelope, isList(value.roots), value.threshold);
    const list = strict(envelope.payload);
    await enoughRoots(envelope, isList(list.roots), list.threshold);
    if (list.alliance !== value.alliance) no("成员名单属于另一个联盟", "a member list is of another alliance");
    lists.set(isNumber(list.version), checked(list));
  }
  if (!lists.size) no("没有成员名单", "there is no member list");
  return { alliance: value.alliance, roots: value.roots, lists, newest: lists.get(Math.max(...lists.keys())) };
}

function checked(list) {
  const keys = list.nodes.flatMap((node) => node.keys);
  for (const period of [...keys, ...list.regions]) {
    isInstant(period.from);
    if (period.until) isInstant(period.until);
  }
  if (new Set(keys.map(({ id }) => id)).size !== keys.length) no(...NOT_FORM);
  return list;
}

function publicKey(trust, id) {
  for (const list of trust.lists.values()) {
    const key = list.nodes.flatMap((node) => node.keys).find((each) => each.id === id);
    if (key) return fromBase64(key.public);
  }
  return no(...NO_KEY);
}

function ownerOf(list, id, at) {
  const serves = (key) => key.id === id && key.purpose === "event" && !key.compromised_since && covers(key, at);
  return list.nodes.find((node) => node.status === "active" && node.keys.some(serves)) || no(...NO_KEY);
}

const hosts = (list, node, region, at) => list.regions.some((entry) => entry.code === region && entry.node === node && covers(entry, at));

async function provenBy(trust, envelope, claims, at) {
  const list = trust.lists.get(claims.list) || no(...NO_KEY);
  const owner = ownerOf(list, oneKey(envelope), at);
  if (owner.id !== claims.node || !hosts(list, claims.node, claims.region, at)) no("签名的节点不承办该地区", "signed by a node that does not host this region");
}

async function prove(trust, envelope) {
  const id = oneKey(envelope);
  if (!(await signedBy(envelope, envelope.signatures[0], publicKey(trust, id)))) no("签名不符", "the signature does not verify");
  return strict(envelope.payload);
}

async function within(where, act) {
  try { return await act(); } catch (error) {
    throw new Faulty(`${where}${say("：", ": ")}${error instanceof Faulty ? error.message : say(...NOT_FORM)}`);
  }
}

// The page

const embedded = (name) => document.querySelector(`template[data-${name}]`).content.textContent;
const element = (tag, words, style = "") => Object.assign(document.createElement(tag), { textContent: words, className: style });

async function showAnchor(bytes) {
  const list = document.querySelector("[data-anchor]");
  list.replaceChildren();
  for (const root of strict(bytes).roots) list.append(element("li", `${root.id} · SHA-256 ${await digest(fromBase64(root.public))}`));
}

async function bytesOf(input) {
  return input.files.length ? new Uint8Array(await input.files[0].arrayBuffer()) : null;
}
