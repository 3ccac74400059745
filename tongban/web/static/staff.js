// Shortcuts only: every page works without them.
"use strict";

document.addEventListener("keydown", (event) => {
  const search = document.querySelector("[data-slash]");
  const typing = event.target.closest("input, textarea, select");
  if (event.key !== "/" || !search || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  search.focus();
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

document.querySelector(".error-summary")?.focus();
