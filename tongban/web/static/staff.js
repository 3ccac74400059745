// Shortcuts only: every page works without them. "/" finds; j and k go through the rows of a list, Enter opens, x ticks; on a case page
// j and k go through its parts and "a" to what may be done.
"use strict";

const rows = [...document.querySelectorAll("[data-rows] tbody tr")];
const stops = rows.length ? rows : [...document.querySelectorAll("[data-stop]")];
let at = -1;

function goTo(next) {
  if (!stops.length) return;
  stops[at]?.classList.remove("at");
  at = Math.min(Math.max(next, 0), stops.length - 1);
  stops[at].classList.add("at");
  (stops[at].querySelector("th a") ?? stops[at]).focus();
  stops[at].scrollIntoView({ block: "nearest" });
}

const KEYS = {
  "/": () => document.querySelector("[data-slash]")?.focus(),
  j: () => goTo(at + 1),
  k: () => goTo(at - 1),
  x: () => stops[at]?.querySelector(".tickbox")?.click(),
  a: () => document.querySelector(".decide summary, .decide button")?.focus(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
  const act = KEYS[event.key];
  if (!act || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act();
});

for (const hint of document.querySelectorAll("[data-keys]")) hint.hidden = false;

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

function closeMenu(left) {
  const open = document.querySelector(".nav-group[open]");
  if (open && left(open)) open.open = false;
}

document.addEventListener("click", (event) => closeMenu((group) => !group.contains(event.target)));
document.addEventListener("focusin", (event) => closeMenu((group) => !group.contains(event.target)));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenu(() => true);
});

document.querySelector(".error-summary")?.focus();
