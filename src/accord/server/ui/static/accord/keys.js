// Single keys: "/" searches, "g" and a letter goes to a page, "j" and "k" walk a list, a button's data-key presses it.
// They are off while somebody types, and can be switched off for good (WCAG 2.1.4).

const STORE = "accord-keys";
const enabled = () => {
  try {
    return localStorage.getItem(STORE) !== "off";
  } catch {
    return true;
  }
};
const dialogOf = () => [...document.querySelectorAll("dialog[open]")].at(-1) ?? null;
const visible = (element) => element && element.getClientRects().length > 0 && !element.disabled;
const items = () => [...document.querySelectorAll("[data-list-item]")].filter(visible);
const current = () => document.activeElement?.closest?.("[data-list-item]") ?? null;
const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]");

let prefix = 0;

function walk(step) {
  const all = items();
  if (!all.length) return false;
  const at = all.indexOf(current());
  const next = all[Math.min(Math.max(at === -1 ? (step > 0 ? 0 : all.length - 1) : at + step, 0), all.length - 1)];
  if (!next.hasAttribute("tabindex")) next.tabIndex = -1;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

// A button inside a list item belongs to that item: its key works only while the item is in focus.
function press(key) {
  const scope = dialogOf() ?? document;
  const wanted = `[data-key="${CSS.escape(key)}"]`;
  const own = current()?.querySelector(wanted);
  const button = visible(own) ? own : [...scope.querySelectorAll(wanted)].find((one) => visible(one) && !one.closest("[data-list-item]"));
  if (!button) return false;
  if (button.matches("input:not([type=checkbox]), select, textarea")) button.focus();
  else button.click();
  return true;
}

function search() {
  const all = [...document.querySelectorAll("[data-search], [data-search-everywhere]")].filter(visible);
  const field = all.find((one) => "search" in one.dataset) ?? all[0]; // the page's own before the shell's
  field?.focus();
  field?.select();
  return Boolean(field);
}

function go(key) {
  const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
  if (link) location.assign(link.href);
  return Boolean(link);
}

function open(event) {
  if (event.target !== current()) return false;
  const link = current().querySelector("[data-open], a[href]");
  link?.click();
  return Boolean(link);
}

function help() {
  const list = document.querySelector("[data-shortcuts-page] dl");
  const seen = new Map();
  for (const button of document.querySelectorAll("[data-key]")) {
    if (button.closest("dialog")) continue;
    const text = button.dataset.keyLabel || button.getAttribute("aria-label") || ownText(button);
    if (!seen.has(button.dataset.key)) seen.set(button.dataset.key, text);
  }
  list.replaceChildren(...[...seen].map(([key, text]) => row(text, key)));
  document.querySelector("[data-shortcuts-page]").hidden = !seen.size;
  document.querySelector("[data-shortcuts-list]").hidden = !items().length;
}

const ownText = (button) => {
  const copy = button.cloneNode(true);
  copy.querySelectorAll("kbd, svg").forEach((part) => part.remove());
  return copy.textContent.trim();
};

function row(text, key) {
  const [line, term, value, cap] = ["div", "dt", "dd", "kbd"].map((tag) => document.createElement(tag));
  term.textContent = text;
  cap.textContent = key;
  value.append(cap);
  line.append(term, value);
  return line;
}

function act(event) {
  const { key } = event;
  if (dialogOf()) return press(key);
  if (prefix && Date.now() - prefix < 1500) {
    prefix = 0;
    return go(key);
  }
  switch (key) {
    case "g": prefix = Date.now(); return true;
    case "?": document.getElementById("shortcuts")?.showModal(); help(); return true;
    case "/": return search();
    case "j": return walk(1);
    case "k": return walk(-1);
    case "Enter": return open(event);
    default: return press(key);
  }
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && typing(event.target) && !dialogOf()) return event.target.blur();
  if (!enabled() || typing(event.target) || event.key.length > 1 && event.key !== "Enter") return;
  if (act(event)) event.preventDefault();
});

document.getElementById("shortcuts")?.addEventListener("accord:opened", help);
const choice = document.querySelector("[data-shortcuts-switch]");
if (choice) {
  choice.checked = enabled();
  choice.addEventListener("change", () => localStorage.setItem(STORE, choice.checked ? "on" : "off"));
}
