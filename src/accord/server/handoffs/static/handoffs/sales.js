// What the queue and the page of a lead do beyond plain links and forms: a dialog that opens once it is filled, a list
// that stays true without disturbing whoever works in it, and the log that waits after a call.

const EVERY = 20000;
const act = document.getElementById("act");
const queue = () => document.getElementById("queue");

// --- the dialog -----------------------------------------------------------------------------------------------------
let opener = "";

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target === act && !act.open) opener = event.detail.elt.closest("[data-list-item]")?.id ?? event.detail.elt.id;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== act || act.open) return;
  act.showModal();
  (act.querySelector("[autofocus]") ?? act.querySelector("input:not([type=hidden]), button"))?.focus();
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("dialog [data-cancel]")) return;
  event.preventDefault();
  act.close();
});
act?.addEventListener("close", () => {
  // The row has been drawn anew, so the browser cannot give the focus back by itself.
  if (!document.activeElement || document.activeElement === document.body) document.getElementById(opener)?.focus({ preventScroll: true });
});

// A time that is often meant fills the field of the time.
document.addEventListener("click", (event) => {
  const preset = event.target.closest("[data-fills]");
  if (!preset) return;
  document.getElementById(preset.dataset.fills).value = preset.dataset.value;
  preset.form?.querySelector("[name=why]")?.focus();
});

// After the telephone, the page asks what came of it.
document.addEventListener("click", (event) => {
  const call = event.target.closest("[data-called]");
  if (!call || event.defaultPrevented) return;
  opener = call.closest("[data-list-item]")?.id ?? call.id;
  setTimeout(() => htmx.ajax("GET", call.dataset.called, { source: call, target: "#act", swap: "innerHTML" }), 400);
});

// --- the list stays true --------------------------------------------------------------------------------------------
const busy = () =>
  document.hidden || document.querySelector("dialog[open], .dropdown-menu.show, .htmx-request") || document.activeElement?.closest("#queue :is(input, textarea, select)");

function refresh() {
  if (queue() && !busy()) htmx.trigger(queue(), "queue-refresh");
}

const byItself = (event) => event.detail.elt?.id === "queue" && event.detail.requestConfig?.triggeringEvent?.type === "queue-refresh";
let known = null;
const shown = () => new Map([...document.querySelectorAll("#queue-items [data-list-item]")].map((row) => [row.id, row.dataset.name]));

// One's own decision has redrawn its row already, and what follows from it comes within the moment: one look for all.
let soon = 0;
function freshen(look) {
  clearTimeout(soon);
  soon = setTimeout(look, 300);
}

if (queue()) {
  document.addEventListener("lead-changed", () => freshen(refresh));
  setInterval(refresh, EVERY);
  document.addEventListener("visibilitychange", refresh);
  document.addEventListener("queue-stale", () => setTimeout(refresh, 50));
  document.addEventListener("htmx:beforeSwap", (event) => {
    known = byItself(event) ? shown() : null;
    // Somebody opened a dialog or began to type while the answer was on its way: the next one will do.
    if (byItself(event) && busyWith()) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!known) return;
    const fresh = [...shown()].filter(([id]) => !known.has(id));
    known = null;
    for (const [id] of fresh) document.getElementById(id).classList.add("is-new");
    if (fresh.length) say(fresh.length === 1 ? `New: ${fresh[0][1]}` : `${fresh.length} new leads`);
  });
  // A refresh that fails in the background is no error of the user's; the list only says that it may be old.
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    window.addEventListener(name, (event) => {
      if (!byItself(event)) return;
      event.stopImmediatePropagation();
      queue().classList.add("is-out-of-date");
    }, { capture: true });
  }
}

// --- the page of a lead stays true ----------------------------------------------------------------------------------
const page = () => document.getElementById("lead-body");
const working = () => busyWith() || document.querySelector(".htmx-request") || document.activeElement?.closest("#lead-body :is(input, textarea, select)");

function redraw() {
  if (!page()?.dataset.liveLead) return;
  // Whoever types or has a dialog open is not disturbed: the page follows once they are done.
  if (document.hidden || working()) setTimeout(() => freshen(redraw), 2000);
  else htmx.trigger(page(), "lead-refresh");
}

document.addEventListener("lead-changed", (event) => {
  const { leads, everything } = event.detail;
  if (everything || leads.includes(Number(page()?.dataset.liveLead))) freshen(redraw);
});

function busyWith() {
  return document.querySelector("dialog[open], .dropdown-menu.show") || document.activeElement?.closest("#queue :is(input, textarea, select)");
}

function say(text) {
  document.getElementById("queue-news").textContent = `${text}.`;
  document.dispatchEvent(new CustomEvent("toast", { detail: { level: "info", text: `${text}.` } }));
}
