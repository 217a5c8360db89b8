// What marketing owes, and what is lent to the agency, stays true without disturbing whoever works in it.

const EVERY = 20000;
const list = () => document.querySelector("[data-live-list]");
const working = () => document.querySelector("dialog[open], .dropdown-menu.show") || document.activeElement?.closest("[data-live-list] :is(input, textarea, select)");
const busy = () => document.hidden || working() || document.querySelector(".htmx-request");
const byItself = (event) => event.detail.elt === list() && event.detail.requestConfig?.triggeringEvent?.type === "list-refresh";
let soon = 0;

function freshen(after) {
  clearTimeout(soon);
  soon = setTimeout(() => (busy() ? freshen(1000) : htmx.trigger(list(), "list-refresh")), after);
}

document.addEventListener("lead-changed", () => freshen(300));
setInterval(() => document.hidden || freshen(0), EVERY);
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!byItself(event) || !working()) return;
  event.detail.shouldSwap = false; // somebody opened a dialog or began to type while the answer was on its way
  freshen(1000);
});
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  window.addEventListener(name, (event) => byItself(event) && event.stopImmediatePropagation(), { capture: true });
}
