// The board beyond plain links and forms: it stays true without disturbing whoever works on it, its dialog opens once it
// is filled, and a card is dragged to somebody. Whatever can be dragged can be done with "m" as well.

const EVERY = 20000;
const LONG_PRESS = 350; // how long a finger rests on a card before it takes it up, so that swiping still scrolls
const SLOP = 6;
const act = document.getElementById("act");
const board = () => document.getElementById("board");

// --- the dialog -----------------------------------------------------------------------------------------------------
let opener = "";

document.addEventListener("htmx:beforeRequest", (event) => {
  const card = event.detail.elt.closest?.(".board-card");
  if (card && !act.open) opener = card.id;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== act) return;
  if (!act.open) act.showModal();
  (act.querySelector("[role=alert] ~ input, .is-invalid") ?? act.querySelector("[autofocus]"))?.focus();
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("#act [data-cancel]")) return;
  event.preventDefault();
  act.close();
});
act?.addEventListener("close", () => {
  if (!document.activeElement || document.activeElement === document.body) document.getElementById(opener)?.focus({ preventScroll: true });
});

// --- it stays true --------------------------------------------------------------------------------------------------
let drag = null;
let soon = 0;
const busy = () => document.hidden || drag || document.querySelector("dialog[open], .htmx-request, .dropdown-menu.show");
const byItself = (event) => event.detail.elt?.id === "board" && event.detail.requestConfig?.triggeringEvent?.type === "board-refresh";

function refresh() {
  if (busy()) freshen(1000);
  else htmx.trigger(board(), "board-refresh");
}

function freshen(after = 300) {
  clearTimeout(soon);
  soon = setTimeout(refresh, after);
}

document.addEventListener("lead-changed", () => freshen());
setInterval(() => document.hidden || freshen(0), EVERY);

// Where one has scrolled to, and the card in focus, are kept over the exchange.
let place = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id !== "board") return;
  if (byItself(event) && (drag || act.open)) {
    event.detail.shouldSwap = false;
    freshen(1000);
    return;
  }
  const rows = [...document.querySelectorAll("[data-column]")].map((one) => [one.dataset.column, one.querySelector(".board-cards")?.scrollLeft ?? 0]);
  place = { left: document.querySelector("[data-board]")?.scrollLeft ?? 0, rows: new Map(rows), focus: document.activeElement?.closest(".board-card, .board-more a")?.id ?? (byItself(event) ? "" : opener) };
});
document.addEventListener("htmx:afterSettle", () => {
  if (!place) return;
  const { left, rows, focus } = place;
  place = null;
  const now = document.querySelector("[data-board]");
  if (now) now.scrollLeft = left;
  for (const column of document.querySelectorAll("[data-column]")) {
    const cards = column.querySelector(".board-cards");
    if (cards && rows.get(column.dataset.column)) cards.scrollLeft = rows.get(column.dataset.column);
  }
  if (focus && !act.open) document.getElementById(focus)?.focus({ preventScroll: true });
});
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  window.addEventListener(name, (event) => {
    if (!byItself(event)) return;
    event.stopImmediatePropagation(); // a look in the background that fails is no error of the user's
    board().classList.add("is-out-of-date");
  }, { capture: true });
}

// --- with keys ------------------------------------------------------------------------------------------------------
// Up and down walk a column, left and right go to the neighbour at about the same height.
document.addEventListener("keydown", (event) => {
  if (drag && event.key === "Escape") return drop(null);
  const card = document.activeElement?.closest?.(".board-card");
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!card || !step || act.open || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const column = card.closest("[data-column]");
  const cards = [...column.querySelectorAll(".board-card")];
  const at = cards.indexOf(card);
  if (event.key === "ArrowUp" || event.key === "ArrowDown") return goTo(cards[at + step]);
  const columns = [...document.querySelectorAll("[data-column]")].filter((one) => one === column || one.querySelector(".board-card"));
  const next = [...(columns[columns.indexOf(column) + step]?.querySelectorAll(".board-card") ?? [])];
  return goTo(next[Math.min(at, next.length - 1)]);
});

function goTo(card) {
  card?.focus({ preventScroll: true });
  card?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// A letter chooses somebody; the label alone would not take the focus with it.
act?.addEventListener("click", (event) => {
  const label = event.target.closest?.("label[data-key]");
  if (label && event.detail === 0 && event.target === label) label.querySelector("input")?.focus();
});

// --- by dragging ----------------------------------------------------------------------------------------------------
document.addEventListener("pointerdown", (event) => {
  const card = event.target.closest?.("[data-gives] .board-card");
  if (!card || drag || event.button !== 0 || event.target.closest(".board-give")) return;
  drag = { card, id: event.pointerId, x: event.clientX, y: event.clientY, touch: event.pointerType !== "mouse", ghost: null, timer: 0 };
  if (drag.touch) drag.timer = setTimeout(() => drag && takeUp(), LONG_PRESS);
});
document.addEventListener("pointermove", (event) => {
  if (!drag || event.pointerId !== drag.id) return;
  const moved = Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > SLOP;
  if (!drag.ghost && moved) {
    if (drag.touch) return letGo(); // a swipe
    takeUp();
  }
  if (!drag?.ghost) return;
  move(event.clientX, event.clientY);
});
document.addEventListener("touchmove", (event) => drag?.ghost && event.preventDefault(), { passive: false });
document.addEventListener("pointerup", (event) => drag && event.pointerId === drag.id && drop(drag.over));
document.addEventListener("pointercancel", (event) => drag && event.pointerId === drag.id && drop(null));
document.addEventListener("contextmenu", (event) => drag?.touch && event.preventDefault());

let dropped = false;
document.addEventListener("click", (event) => {
  if (!dropped) return;
  event.preventDefault();
  event.stopPropagation();
}, { capture: true });

function takeUp() {
  drag.ghost = drag.card.cloneNode(true);
  drag.ghost.removeAttribute("id");
  drag.ghost.removeAttribute("data-list-item");
  drag.ghost.setAttribute("aria-hidden", "true");
  drag.ghost.classList.add("board-ghost");
  document.body.append(drag.ghost);
  document.body.classList.add("is-dragging");
  drag.card.classList.add("is-dragged");
  move(drag.x, drag.y);
}

function move(x, y) {
  drag.ghost.style.transform = `translate(${x - 24}px, ${y - 16}px)`;
  const over = document.elementFromPoint(x, y)?.closest("[data-drop]") ?? null;
  const own = over?.contains(drag.card);
  if (drag.over !== over) drag.over?.classList.remove("is-target");
  drag.over = own ? null : over;
  drag.over?.classList.add("is-target");
  scrollAtEdge(x, y);
}

function scrollAtEdge(x, y) {
  const near = 48;
  const row = document.querySelector("[data-board]");
  const box = row.getBoundingClientRect();
  if (x > box.right - near) row.scrollBy(14, 0);
  else if (x < box.left + near) row.scrollBy(-14, 0);
  if (y > innerHeight - near) scrollBy(0, 14);
  else if (y < near) scrollBy(0, -14);
}

function drop(column) {
  const { card, ghost } = drag;
  const to = ghost && column?.dataset.drop;
  letGo();
  if (ghost) {
    dropped = true; // the click that ends a drag opens nothing
    setTimeout(() => (dropped = false), 0);
  }
  if (!to) return;
  const give = card.querySelector("[data-give]");
  opener = card.id;
  htmx.ajax("GET", `${give.getAttribute("href")}&to=${to}`, { source: give, target: "#act", swap: "innerHTML" });
}

function letGo() {
  clearTimeout(drag.timer);
  drag.ghost?.remove();
  drag.card.classList.remove("is-dragged");
  drag.over?.classList.remove("is-target");
  document.body.classList.remove("is-dragging");
  drag = null;
}
