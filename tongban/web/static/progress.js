// The QR code brings the code behind "#", which is never sent: it moves into the form and leaves the address. Without this it is typed.
"use strict";

const field = document.querySelector("form[data-progress] [name=code]");
if (field && location.hash.length > 1) {
  field.value = location.hash.slice(1).replace(/[^0-9A-Za-z]/g, "").slice(0, 24);
  history.replaceState(null, "", location.pathname);
  document.getElementById("factor").focus();
}
