// While one writes a rule: what it says, what is wrong in it and what the examples say to it. Without this the button "Try it" does the same.
"use strict";

const form = document.querySelector("form[data-try]");
let waiting = 0;
let asked = 0;

async function tryIt() {
  const mine = ++asked;
  const typed = new FormData(form);
  typed.set("act", "try");
  const answer = await fetch(form.action, { method: "POST", body: typed, credentials: "same-origin" }).catch(() => null);
  // An answer that another has overtaken is of a text that nobody sees any more.
  if (!answer?.ok || mine !== asked) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const live of document.querySelectorAll("[data-live]")) {
    const now = page.getElementById(live.id);
    if (now && now.innerHTML !== live.innerHTML) live.replaceChildren(...now.childNodes);
  }
}

form?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(tryIt, 400);
});
