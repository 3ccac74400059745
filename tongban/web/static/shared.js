// The link brings the code behind "#", which is never sent: it moves into the form and leaves the address. Without this it is typed.
"use strict";

const shared = document.querySelector("form[data-shared] [name=code]");
if (shared && location.hash.length > 1) {
  shared.value = location.hash.slice(1).replace(/[^0-9A-Za-z]/g, "").slice(0, 24);
  history.replaceState(null, "", location.pathname);
  shared.form.querySelector("button").focus();
}
