// Reads the page aloud with a voice of this device (朗读): nothing leaves it. Without such a voice there is no button. Escape stops.
"use strict";

const aloud = document.querySelector("[data-aloud]");
const speech = window.speechSynthesis;
const BLOCKS = "h1, h2, h3, h4, p, li, dt, dd, label, legend, summary, caption, th, td, div, section, form, main";
const UNSPOKEN = "script, style, select, option, textarea, svg, [aria-hidden=true], [hidden], .no-aloud";
let queue = [];

function voiceFor(language) {
  const wanted = language.slice(0, 2).toLowerCase();
  return speech.getVoices().find((voice) => voice.localService && voice.lang.toLowerCase().startsWith(wanted));
}

// What stands on the page, in its order: one piece for each block of text.
function pieces() {
  const found = [];
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement, words = node.textContent.trim();
    if (!words || parent.closest(UNSPOKEN) || !parent.checkVisibility()) continue;
    const block = parent.closest(BLOCKS), last = found.at(-1);
    if (last?.block === block) last.words += ` ${words}`;
    else found.push({ block, words, language: parent.closest("[lang]").lang });
  }
  return found;
}

function show(state) {
  const shown = { idle: ["read"], speaking: ["pause", "stop"], paused: ["resume", "stop"] }[state];
  const held = aloud.contains(document.activeElement);
  for (const name of ["read", "pause", "resume", "stop"]) {
    aloud.querySelector(`[data-aloud-${name}]`).hidden = !shown.includes(name);
  }
  if (held) aloud.querySelector(`[data-aloud-${shown[0]}]`).focus();
}

function mark(block) {
  document.querySelector("[data-spoken]")?.removeAttribute("data-spoken");
  block?.setAttribute("data-spoken", "");
}

function next() {
  const piece = queue.shift();
  mark(piece?.block);
  if (!piece) return show("idle");
  const said = new SpeechSynthesisUtterance(piece.words);
  said.lang = piece.language;
  said.voice = voiceFor(piece.language) ?? null;
  said.onend = next;
  // A voice of another maker might send the words away: what has no local voice is passed over.
  if (said.voice) speech.speak(said);
  else next();
}

function stop() {
  queue = [];
  speech.cancel();
  mark(null);
  show("idle");
}

const ACTS = {
  read: () => { stop(); queue = pieces(); show("speaking"); next(); },
  pause: () => { speech.pause(); show("paused"); },
  resume: () => { speech.resume(); show("speaking"); },
  stop,
};

function offer() {
  aloud.hidden = !voiceFor(document.documentElement.lang);
}

if (aloud && speech) {
  for (const [name, act] of Object.entries(ACTS)) aloud.querySelector(`[data-aloud-${name}]`).addEventListener("click", act);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && speech.speaking) stop(); });
  window.addEventListener("pagehide", () => speech.cancel());
  speech.addEventListener?.("voiceschanged", offer);
  offer();
}
