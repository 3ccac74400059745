// The talk renews itself while the page is seen. Without this, a link does it.
"use strict";

const EVERY = 5000;
setInterval(async () => {
  if (document.hidden) return;
  const answer = await fetch(location.pathname, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [here, there] = [document, page].map((one) => one.querySelector("[data-talk]"));
  if (here && there && here.innerHTML !== there.innerHTML) here.replaceChildren(...there.childNodes);
}, EVERY);
