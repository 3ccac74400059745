// Shortcuts of the counter: every page works without them. The first thing to do has the focus; what was typed and not saved is not lost by clearing.
"use strict";

if (!document.querySelector(".error-summary")) {
  const first = "main form :is(input:not([type=hidden]), select, textarea, .button)";
  (document.querySelector("[data-first]") || document.querySelector(first))?.focus({ preventScroll: true });
}

let unsaved = false;
for (const form of document.querySelectorAll("main form[method=post]")) {
  form.addEventListener("input", () => { unsaved = true; });
  form.addEventListener("submit", () => { unsaved = false; });
}
for (const form of document.querySelectorAll("form[data-clear]")) {
  form.addEventListener("submit", (event) => {
    if (unsaved && !window.confirm(form.dataset.clear)) event.preventDefault();
  });
}

// A page that the browser kept is not shown to the next person.
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
