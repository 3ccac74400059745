// Verifies a record of a case against member lists, as `tongban record verify --trust` does. What proves anything stands in `proof.js`.
"use strict";

const RECORD = "application/vnd.txp.record+json;v=1";
const EVENT = "application/vnd.txp.event+json;v=1";
const RECEIPT = "application/vnd.txp.receipt+json;v=1";
const LICENCE = "application/vnd.txp.licence+json;v=1";
const FORMAT = "tongban-record;v=1";
const SALT_BYTES = 16;
const MAX_BYTES = 64 * 1024 * 1024;

// The chain: who may write next

function advance(head, payload, hash) {
  const op = payload.baton ? isText(payload.baton.op) : "";
  const audience = isList(payload.aud).map(isText);
  if (payload.seq !== head.seq + 1) no("位置不连续", "wrong position");
  if (payload.prev !== head.hash) no("与前一条记录衔接不上", "does not follow the entry before it");
  if (op === "reassign") no("含有联盟指定接办令，此页不核对，请用命令验证", "holds an order of reassignment, which is not checked here: use the command");
  const allowed = !head.seq ? ["open"] : head.offeredBy ? ["accept", "decline"] : ["", "offer"];
  if (head.seq && payload.region !== head.writer) no("由无权书写的地区写入", "written by a region that may not write");
  if (!allowed.includes(op)) no("交接步骤不允许", "this hand-over is not allowed here");
  const known = new Set(audience);
  if (known.size !== audience.length || ![payload.region, ...head.audience].every((region) => known.has(region))) no("送达范围有误", "wrong audience");
  const to = op === "offer" ? isText(payload.baton.to) : "";
  if (op === "offer" && (!known.has(to) || to === payload.region)) no("转办对象有误", "wrong addressee");
  const writer = op === "offer" ? to : op === "decline" ? head.offeredBy : payload.region;
  return { seq: payload.seq, hash, writer, offeredBy: op === "offer" ? payload.region : "", audience };
}

async function readEvents(trust, value) {
  let head = { seq: 0, hash: "", writer: "", offeredBy: "", audience: [] };
  const events = [];
  for (const [index, text] of isList(value.events).entries()) {
    await within(`${say("第", "event ")}${index + 1}${say("条记录", "")}`, async () => {
      const envelope = await readEnvelope(fromBase64(text), EVENT);
      const payload = await prove(trust, envelope);
      await provenBy(trust, envelope, payload, isInstant(payload.at));
      if (payload.alliance !== value.alliance || payload.case !== value.case) no("属于另一个办件或联盟", "belongs to another case or alliance");
      head = advance(head, payload, envelope.hash);
      events.push({ ...payload, hash: envelope.hash });
    });
  }
  if (!events.length) no("没有记录", "it holds no event");
  return events;
}

// The published table of states

async function fold(trust, events, states) {
  const table = new Map(states.table.map(([before, event, after]) => [`${before} ${event}`, after]));
  let state = "";
  const { receiving, deciding } = events[0].body;
  for (const [index, event] of events.entries()) {
    const { seq, kind, region, crit, baton } = event;
    await within(`${say("第", "event ")}${seq}${say("条记录", "")}`, async () => {
      const name = isText(kind).split(";")[0].replace(/^cases\./, "");
      const authors = states.authors[name];
      if (!authors) {
        if (crit || !state) no("此页不认识这一步骤", "this page does not know this step");
        return;
      }
      if (!table.has(`${state} ${name}`)) no("此时不能有这一步骤", "the case is not in a state in which this can happen");
      if (!authors.some((place) => (place === "receiving" ? receiving : deciding) === region)) no("此步骤不由该地区办理", "this step is not for this place to take");
      if (baton && baton.op === "offer" && baton.to !== (region === deciding ? receiving : deciding)) no("转办对象有误", "wrong addressee");
      state = table.get(`${state} ${name}`);
      await checkLicence(trust, event, events.slice(0, index));
    });
  }
  return state;
}

// The licences that the case gave: each once for its decision, signed by the node that wrote the event

const ISSUED = "cases.licence_issued";
const CHANGED = "cases.licence_changed";
const FIELDS = {
  [ISSUED]: ["identifier", "type", "number", "operation", "decision", "face", "signature"],
  [CHANGED]: ["identifier", "operation", "status", "reason_code"],
};
const kindOf = ({ kind }) => isText(kind).split(";")[0];
const alike = (one, other, ...names) => names.every((name) => canonical(one[name]) === canonical(other[name]));

async function checkLicence(trust, event, before) {
  const kind = kindOf(event);
  if (!Object.hasOwn(FIELDS, kind)) return;
  const { body, region } = event;
  if (!FIELDS[kind].every((name) => name in body)) no("没有写明证照办理事项", "it does not say what was done with a licence");
  const given = before.filter((each) => kindOf(each) === ISSUED).map((each) => each.body);
  if (kind === CHANGED) {
    if (!given.some((one) => alike(one, body, "identifier"))) no("没有这样的证照", "there is no such licence");
    return;
  }
  const decided = before.some((each) => each.seq === body.decision && kindOf(each) === "cases.approved");
  if (!decided || before.some((each) => kindOf(each) === "cases.revoked")) no("没有决定给出该证照", "no decision gives this licence");
  if (given.some((one) => alike(one, body, "identifier") || alike(one, body, "type", "decision"))) no("该决定已给出过该证照", "the decision gave this licence before");
  const { face } = body;
  exactly(face, "v", "identifier", "type", "number", "holder", "from", "until", "key", "content", "status", "demo");
  if (face.v !== 1 || !alike(face, body, "identifier", "type", "number")) no("所签的是另一份证照", "the licence that was signed is another one");
  if (!isList(event.sealed).some(({ name }) => name === "licence")) no("证照内容没有封存", "what it says was not sealed");
  const serial = isText(face.identifier).split(".").slice(-3)[0];
  if (isText(face.status.list).split("-")[0] !== region || !serial.startsWith(region)) no("是其他地区的证照", "a licence of another place");
  const owner = trust.lists.get(event.list).nodes.find(({ id }) => id === event.node);
  const key = owner.keys.find(({ id, purpose, compromised_since: stolen }) => id === face.key && purpose === "licence" && !stolen);
  if (!key) no("签名所用的密钥不能在此签发证照", "signed with a key that issues no licences here");
  const [name, payload] = [encoder.encode(LICENCE), encoder.encode(canonical(face))];
  const signed = join(encoder.encode(`TXPv1 ${name.length} ${LICENCE} ${payload.length} `), payload);
  if (!(await signedBy({ signed }, { value: fromBase64(body.signature) }, fromBase64(key.public)))) no("证照签名不符", "the signature of the licence does not verify");
}

// Receipts, openings, the seal of the file

async function readReceipts(trust, value, events) {
  for (const [index, text] of isList(value.receipts).entries()) {
    await within(`${say("第", "receipt ")}${index + 1}${say("份回执", "")}`, async () => {
      const envelope = await readEnvelope(fromBase64(text), RECEIPT);
      const claims = await prove(trust, envelope);
      await provenBy(trust, envelope, claims, isInstant(claims.received_at));
      const event = events.find(({ hash }) => hash === claims.event);
      if (event && event.seq !== claims.seq) no("与所指的记录位置不符", "names another position than its event has");
      if (claims.case !== value.case) no("属于另一个办件", "belongs to another case");
    });
  }
  return value.receipts.length;
}

async function readOpenings(value, events) {
  const parts = new Map(events.flatMap(({ sealed }) => isList(sealed)).map((part) => [part.cipher, part]));
  const issued = events.filter((event) => kindOf(event) === ISSUED);
  const licences = new Map(issued.flatMap(({ sealed, body }) => sealed.filter(({ name }) => name === "licence").map(({ cipher }) => [cipher, body.face.content])));
  for (const [index, opening] of isList(value.openings).entries()) {
    await within(`${say("第", "opening ")}${index + 1}${say("处内容", "")}`, async () => {
      exactly(opening, "cipher", "name", "plaintext");
      const part = parts.get(opening.cipher);
      if (!part || part.name !== opening.name) no("没有指明是哪一部分", "does not name its part");
      const plaintext = fromBase64(opening.plaintext);
      if (await digest(new Uint8Array([2]), plaintext) !== part.commit) no("不是当时封存的内容", "is not what was sealed and signed");
      if (licences.has(part.cipher) && licences.get(part.cipher) !== await digest(plaintext.slice(SALT_BYTES))) no("不是证照签名所指的内容", "is not what the licence was signed for");
    });
  }
  return value.openings.length;
}

// A definition proves itself: the events name it by the hash of its content.
async function checkDefinitions(value, events) {
  const named = new Set(events.map(({ body }) => body.definition));
  for (const text of isList(value.definitions)) {
    const bytes = fromBase64(text);
    strict(bytes);
    if (!named.has(await digest(bytes))) no("没有记录提到它", "no event names it");
  }
}

async function checkSeal(trust, envelope, value, events) {
  const last = events[events.length - 1];
  const owner = ownerOf(trust.newest, oneKey(envelope), last.at);
  if (!hosts(trust.newest, owner.id, value.region, last.at) || !last.aud.includes(value.region)) no("由不持有此办件的节点制作", "made by a node that does not hold this case");
  const key = owner.keys.find(({ id }) => id === envelope.signatures[0].key);
  if (!(await signedBy(envelope, envelope.signatures[0], fromBase64(key.public)))) no("签名不符", "the signature does not verify");
}

async function verifyRecord(bytes, trust, states) {
  if (bytes.length > MAX_BYTES) no("文件过大", "the file is too large");
  const [envelope, value] = await within(say("文件", "file"), async () => {
    const read = await readEnvelope(bytes, RECORD);
    const found = strict(read.payload);
    // Files that were made before carry no definitions.
    found.definitions ??= [];
    exactly(found, "format", "alliance", "case", "region", "events", "receipts", "openings", "definitions");
    if (found.format !== FORMAT) no(...NOT_FORM);
    if (found.alliance !== trust.alliance) no("不是所信任的联盟制作的", "made in another alliance than the trusted one");
    return [read, found];
  });
  const events = await readEvents(trust, value);
  const state = await fold(trust, events, states);
  const receipts = await readReceipts(trust, value, events);
  const openings = await readOpenings(value, events);
  await within(say("事项定义", "definitions"), () => checkDefinitions(value, events));
  await within(say("文件签名", "seal of the file"), () => checkSeal(trust, envelope, value, events));
  return { value, state, events, receipts, openings, places: [...new Set(events.map(({ region }) => region))] };
}

// The page

const form = document.querySelector("form[data-verify]");
const verdict = document.querySelector("[data-verdict]");

function show(tone, heading, lines) {
  const box = element("div", "", `notice ${tone}`);
  box.append(element("h2", heading), ...lines.map((line) => element("p", line)));
  verdict.replaceChildren(box);
}

async function run() {
  const record = await bytesOf(form.elements.record);
  if (!record) return show("warn", say("请选择办件档案文件", "Choose a record file"), []);
  const own = await bytesOf(form.elements.trust);
  const lists = own || encoder.encode(embedded("trust"));
  if (!lists.length) return show("warn", say("本网站还没有成员名单，请选择信任文件", "This site has no member list yet: choose a trust file"), []);
  const trust = await within(say("成员名单", "member lists"), () => readTrust(lists));
  await showAnchor(lists);
  const states = JSON.parse(embedded("states"));
  const found = await verifyRecord(record, trust, states);
  const name = states.names[found.state];
  return show("good", say("验证通过", "Verified"), [
    `${say("办件：", "Case: ")}${found.value.case}`,
    `${say("状态：", "State: ")}${name ? say(name.zh, name.en) : found.state} (${found.state})`,
    say(`记录 ${found.events.length} 条，回执 ${found.receipts} 份，展示内容 ${found.openings} 处`, `${found.events.length} events, ${found.receipts} receipts, ${found.openings} openings`),
    `${say("书写的地区：", "Written by: ")}${found.places.join(" ")}`,
    own ? say("使用您选择的成员名单", "With the member lists you chose") : say("使用本网站带的成员名单；请核对下面的根密钥指纹", "With the member lists of this site: compare the fingerprints below"),
  ]);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  show("", say("正在验证…", "Verifying …"), []);
  try { await run(); } catch (error) {
    show("bad", say("验证未通过", "Not verified"), [error instanceof Faulty ? error.message : say(...NOT_FORM)]);
  }
});

if (globalThis.crypto?.subtle && "isWellFormed" in String.prototype) {
  document.querySelector("[data-no-script]").hidden = true;
  form.hidden = false;
  if (embedded("trust")) showAnchor(encoder.encode(embedded("trust"))).catch(() => {});
}
