// A kiosk ends by itself: a warning, half a minute to answer it, then everything of this person is gone. Without this the page does it alone.
"use strict";

const kiosk = document.querySelector("[data-kiosk]");
const warning = kiosk?.querySelector("dialog");
const QUIET = 150, ANSWER = 30;
let touched = Date.now();

function stay() {
  touched = Date.now();
  if (warning.open) warning.close();
}

function look() {
  const quiet = (Date.now() - touched) / 1000;
  if (quiet >= QUIET + ANSWER) location.replace(kiosk.dataset.kiosk);
  else if (quiet >= QUIET) {
    kiosk.querySelector("[data-left]").textContent = Math.ceil(QUIET + ANSWER - quiet);
    if (!warning.open) warning.showModal();
  }
}

if (kiosk) {
  kiosk.querySelector("[data-stay]").addEventListener("click", stay);
  for (const kind of ["pointerdown", "keydown", "scroll"]) {
    window.addEventListener(kind, () => { if (!warning.open) touched = Date.now(); }, { passive: true });
  }
  setInterval(look, 1000);
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}
