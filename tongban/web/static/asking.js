/* The form works without this. With it, questions come and go as one chooses: the page is asked what it would ask now, new questions are put in,
   others are hidden, and nothing that was typed is touched: a hidden answer is still sent and kept, and is there when its question comes back. */
"use strict";
const asking = document.querySelector("form[data-asks]");
document.querySelector("[data-new]")?.focus();

let turns = 0;
async function turn() {
  const mine = ++turns;
  const typed = new FormData(asking);
  typed.append("turn", "1");
  const answer = await fetch(location.href, {method: "POST", body: typed, credentials: "same-origin"}).catch(() => null);
  if (!answer?.ok || mine !== turns) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const wanted = page.getElementById("questions");
  if (wanted && mine === turns) fit(document.getElementById("questions"), wanted, ["data-section", "data-question"]);
}

/* Shown are the children that are wanted, in that order. */
function fit(here, wanted, [by, ...below]) {
  const own = new Map([...here.children].filter((one) => one.hasAttribute(by)).map((one) => [one.getAttribute(by), one]));
  for (const one of own.values()) one.hidden = true;
  let place = null;
  for (const one of [...wanted.children]) {
    const known = own.get(one.getAttribute(by));
    if (one.hasAttribute("data-count")) here.querySelector("[data-count]").textContent = one.textContent;
    if (!one.hasAttribute(by)) continue;
    const standing = known ?? document.adoptNode(one);
    standing.hidden = false;
    if (known && below.length) fit(known, one, below);
    if (!known) place ? place.after(standing) : here.insertBefore(standing, here.querySelector(`:scope > [${by}]`));
    place = standing;
  }
}

asking?.addEventListener("change", (event) => {
  if (event.target.closest("[data-turns]")) turn();
});
