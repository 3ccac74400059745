// Signature on the screen. Without it people sign on the pad of the window or on paper.
"use strict";

for (const form of document.querySelectorAll("form[data-pad]")) {
  const canvas = form.querySelector("canvas");
  const drawing = form.elements.drawing;
  const save = form.querySelector("[data-pad-save]");
  const wipe = form.querySelector("[data-pad-clear]");
  const ink = canvas.getContext("2d");
  let last = null;

  const blank = () => {
    ink.fillStyle = "#fff";
    ink.fillRect(0, 0, canvas.width, canvas.height);
    ink.strokeStyle = "#111";
    ink.lineWidth = 5;
    ink.lineCap = ink.lineJoin = "round";
    drawing.value = "";
  };
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height];
  };
  const line = (event) => {
    if (!last) return;
    const next = place(event);
    ink.beginPath();
    ink.moveTo(...last);
    ink.lineTo(...next);
    ink.stroke();
    last = next;
  };

  canvas.hidden = wipe.hidden = save.hidden = false;
  save.textContent = canvas.closest("html").lang === "en" ? "Keep the signature" : "保存签名";
  blank();
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    line(event);
  });
  canvas.addEventListener("pointermove", line);
  canvas.addEventListener("pointerup", () => {
    last = null;
    drawing.value = canvas.toDataURL("image/png");
  });
  canvas.addEventListener("pointercancel", () => { last = null; });
  wipe.addEventListener("click", blank);
}
