// Selecting leads in the queue as in a mail program: the box or "x" for one, with Shift for all up to it. What is selected
// stays so while the list draws itself anew, as long as the lead is in it.

const bar = document.getElementById("bulk");
const picks = () => [...document.querySelectorAll("#queue-items input[name=lead]")];
const chosen = new Set();
let last = null;

function show() {
  const there = new Set(picks().map((pick) => pick.value));
  for (const key of chosen) if (!there.has(key)) chosen.delete(key);
  for (const pick of picks()) {
    pick.checked = chosen.has(pick.value);
    pick.closest("[data-list-item]").classList.toggle("is-picked", pick.checked);
  }
  bar.hidden = !chosen.size;
  document.body.classList.toggle("has-bulk", chosen.size > 0);
  bar.querySelector("[data-bulk-count]").textContent = chosen.size ? `${chosen.size} selected` : "";
}

function none() {
  chosen.clear();
  last = null;
  show();
}

if (bar) {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-bulk-clear]")) return none();
    const pick = event.target.closest("#queue-items input[name=lead]");
    if (!pick) return;
    const all = picks();
    const from = all.findIndex((one) => one.value === last);
    const to = all.indexOf(pick);
    const range = event.shiftKey && from >= 0 ? all.slice(Math.min(from, to), Math.max(from, to) + 1) : [pick];
    for (const one of range) pick.checked ? chosen.add(one.value) : chosen.delete(one.value);
    last = pick.value;
    show();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && chosen.size && !document.querySelector("dialog[open], .dropdown-menu.show")) none();
  });
  document.addEventListener("htmx:afterSettle", show);
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && event.detail.elt.matches?.("[data-bulk-done]")) none();
  });
  show(); // a browser that goes back ticks the boxes again
}
