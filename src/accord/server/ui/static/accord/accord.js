// Toasts, dialogs, definitions and what happens around htmx requests.

const byId = (id) => document.getElementById(id);

// --- toasts ---------------------------------------------------------------------------------------------------------
const toasts = byId("toasts");
const SHOWN_FOR = { success: 5000, info: 6000, warning: 10000 }; // an error stays until it is dismissed

function toast(level, text) {
  const urgent = level === "error";
  const region = document.querySelector(`[data-toasts="${urgent ? "assertive" : "polite"}"]`);
  const template = document.querySelector("[data-toast-template]");
  if (!region || !template) return;
  for (const other of region.querySelectorAll("[data-toast] p")) if (other.textContent === text) other.parentElement.remove();
  const line = template.content.firstElementChild.cloneNode(true);
  line.classList.add(`toast-${level}`);
  line.querySelector("p").textContent = text;
  reachable();
  region.append(line);
  expire(line, SHOWN_FOR[level]);
}

// Beside an open modal dialog everything is inert, so the toasts stand inside it until it closes.
function reachable() {
  const home = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  if (toasts && toasts.parentElement !== home) home.append(toasts);
}

document.addEventListener("close", () => reachable(), { capture: true });

function expire(line, after) {
  if (!after) return;
  let timer = setTimeout(() => line.remove(), after);
  line.addEventListener("pointerenter", () => clearTimeout(timer));
  line.addEventListener("focusin", () => clearTimeout(timer));
  line.addEventListener("pointerleave", () => (timer = setTimeout(() => line.remove(), 2000)));
}

for (const line of document.querySelectorAll('[data-toasts="polite"] [data-toast]')) expire(line, 6000);
const said = (detail) => detail.items ?? [detail];
document.addEventListener("toast", (event) => said(event.detail).forEach((one) => toast(one.level ?? "info", one.text)));
document.addEventListener("badge", (event) => {
  for (const { name, count } of said(event.detail)) {
    for (const badge of document.querySelectorAll(`[data-badge="${CSS.escape(name)}"]`)) {
      badge.textContent = count || "";
      badge.hidden = !count;
    }
  }
  addUp();
});

// --- the foot of a phone: what "More" hides ---------------------------------------------------------------------------
const more = document.querySelector("[data-more]");

function addUp() {
  const sum = more?.querySelector("[data-badge-sum]");
  if (!sum) return;
  const count = [...more.querySelectorAll("[data-badge]")].reduce((all, one) => all + (Number.parseInt(one.textContent, 10) || 0), 0);
  sum.textContent = count || "";
  sum.hidden = !count;
}

document.addEventListener("click", (event) => {
  if (more?.open && !more.contains(event.target)) more.open = false;
});
more?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !more.open) return;
  more.open = false;
  more.querySelector("summary").focus();
});

// --- exports ---------------------------------------------------------------------------------------------------------
// A menu stands outside the list that filters exchange, so that its links take the filters from the page's address.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-export]");
  if (!link) return;
  const asked = new URLSearchParams(location.search);
  asked.delete("page");
  asked.set("format", link.dataset.export);
  link.search = `?${asked}`;
}, { capture: true });

// --- dialogs --------------------------------------------------------------------------------------------------------
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    const dialog = byId(opener.dataset.dialog);
    dialog?.showModal();
    dialog?.dispatchEvent(new CustomEvent("accord:opened", { bubbles: true, detail: { opener } }));
    return;
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  else if (event.target.closest("[data-dismiss]")) event.target.closest("[data-toast]")?.remove();
  else if (event.target.matches("dialog.dialog[open]") && outside(event)) event.target.close();
});

function outside(event) {
  const box = event.target.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

function confirmed(question, source) {
  const dialog = byId("confirm");
  byId("confirm-title").textContent = source.dataset.confirmTitle || "Are you sure?";
  byId("confirm-text").textContent = question;
  const yes = dialog.querySelector("[data-confirm-yes]");
  yes.textContent = source.dataset.confirmAction || "Continue";
  yes.classList.toggle("btn-danger", "confirmDanger" in source.dataset);
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

document.addEventListener("htmx:confirm", async (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  if (await confirmed(event.detail.question, event.detail.elt)) event.detail.issueRequest(true);
});

const agreed = new WeakSet();
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.confirm || agreed.delete(form)) return;
  event.preventDefault();
  const submitter = event.submitter;
  if (await confirmed(form.dataset.confirm, form)) {
    agreed.add(form);
    form.requestSubmit(submitter);
  }
});

// --- htmx -----------------------------------------------------------------------------------------------------------
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, formData } = event.detail;
  if (!elt.matches?.(".filter-bar")) return;
  for (const [name, value] of [...formData.entries()]) if (value === "") formData.delete(name); // short addresses to share
});

let running = 0;
const loading = (change) => {
  running = Math.max(0, running + change);
  document.body.classList.toggle("is-loading", running > 0);
};
document.addEventListener("htmx:beforeSend", () => loading(1));
document.addEventListener("htmx:afterRequest", (event) => {
  loading(-1);
  const form = event.detail.elt;
  if (event.detail.successful && form.matches?.("dialog form[data-closes]")) {
    form.closest("dialog").close();
    form.reset();
  }
});

const KEPT = "What you typed is still here.";
const REASONS = {
  400: `The server could not read that. ${KEPT}`,
  403: "You may not do that. If you should be able to, ask your revenue operations team.",
  404: "That is no longer there. Load the page anew to see what is.",
  409: "Somebody else was faster. Load the page anew to see what they did.",
  413: `That file is too large. ${KEPT}`,
  429: `Too many requests at once. Wait a moment and try again. ${KEPT}`,
};

function reason(xhr) {
  const type = xhr.getResponseHeader("Content-Type") ?? "";
  const own = type.startsWith("text/plain") || type.includes("json") ? xhr.responseText : "";
  try {
    const problem = type.includes("json") ? JSON.parse(own) : { detail: own };
    const text = [problem.detail ?? problem.title, problem.hint].filter(Boolean).join(" ");
    if (text && text.length < 300) return text;
  } catch {
    // not readable as JSON: the general sentence below will do
  }
  return REASONS[xhr.status] ?? `Something broke on our side, and nothing was saved. ${KEPT}`;
}

// A view that answered with toasts of its own has said what is wrong.
document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  if (!(xhr.getResponseHeader("HX-Trigger") ?? "").includes("toast")) toast("error", reason(xhr));
});
document.addEventListener("htmx:sendError", () => {
  toast("error", navigator.onLine ? `The server does not answer; nothing was saved. ${KEPT}` : `You are offline; nothing was saved. ${KEPT}`);
});
document.addEventListener("htmx:timeout", () => toast("error", `The server took too long to answer. ${KEPT} Try again.`));
addEventListener("offline", () => toast("warning", "You are offline. What you see may be out of date."));
addEventListener("online", () => toast("success", "You are online again."));

// --- definitions ----------------------------------------------------------------------------------------------------
const definition = byId("definition");
let explained = null;

function explain(term) {
  if (!definition || term === explained) return;
  explained = term;
  definition.textContent = term.dataset.definition;
  term.setAttribute("aria-describedby", "definition");
  definition.showPopover();
  const at = term.getBoundingClientRect();
  const box = definition.getBoundingClientRect();
  const left = Math.min(Math.max(8, at.left), innerWidth - box.width - 8);
  const top = at.bottom + box.height + 12 > innerHeight ? at.top - box.height - 6 : at.bottom + 6;
  definition.style.left = `${left}px`;
  definition.style.top = `${top}px`;
}

function unexplain() {
  if (!explained) return;
  explained.removeAttribute("aria-describedby");
  explained = null;
  definition.hidePopover();
}

for (const event of ["pointerover", "focusin"]) {
  document.addEventListener(event, (happened) => {
    const term = happened.target.closest?.("[data-definition]");
    if (term) explain(term);
    else if (event === "pointerover") unexplain();
  });
}
document.addEventListener("focusout", unexplain);
document.addEventListener("scroll", unexplain, { capture: true, passive: true });
document.addEventListener("keydown", (event) => event.key === "Escape" && unexplain());
