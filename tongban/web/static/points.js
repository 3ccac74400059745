// Sorts the list by where this browser is. The position is asked for on a click, used here, and sent to nobody. Without this one chooses a town.
"use strict";

const list = document.querySelector("[data-points]"), button = document.querySelector("[data-here]"), told = document.querySelector("[data-told]");
const EARTH_KM = 6371;
const radians = (degrees) => (degrees * Math.PI) / 180;

function km([latA, lonA], [latB, lonB]) {
  const half = Math.sin(radians(latB - latA) / 2) ** 2 + Math.cos(radians(latA)) * Math.cos(radians(latB)) * Math.sin(radians(lonB - lonA) / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.sqrt(half));
}

function sort({ coords }) {
  const far = [...list.children].map((one) => [one, one.dataset.at ? km([coords.latitude, coords.longitude], one.dataset.at.split(" ").map(Number)) : Infinity]);
  for (const [one, distance] of far.sort((a, b) => a[1] - b[1])) {
    if (Number.isFinite(distance)) one.querySelector("[data-km]").textContent = `${distance.toFixed(1)} km`;
    list.append(one);
  }
  told.textContent = told.dataset.done;
}

if (list && button && "geolocation" in navigator) {
  button.closest("[hidden]").hidden = false;
  button.addEventListener("click", () => navigator.geolocation.getCurrentPosition(sort, () => { told.textContent = told.dataset.failed; }, { timeout: 10000 }));
}
