// The editor of a draft: saves by itself, keeps values and document the same, and never throws away what was typed.

const byId = (id) => document.getElementById(id);
const root = document.querySelector(".draft");
const box = byId("draft-text");
const state = JSON.parse(byId("draft-state").textContent);
const mine = root.dataset.mine === "1";
const PAUSE = 500;
const DAMPED = 900; // the count of leads is dearer than the check

let saved = box.value; // what the server has
let timer = 0;
let counting = 0;
let busy = false;
let stopped = false; // refused: nothing is saved until somebody has chosen

// --- lines, marks and the sentence of the clause ----------------------------------------------------------------------
const lineOf = () => box.value.slice(0, box.selectionStart).split("\n").length;

function drawLines(here = lineOf()) {
  const marks = new Map();
  for (const { line, level } of state.marks) if (marks.get(line) !== "error") marks.set(line, level);
  const count = box.value.split("\n").length;
  const lines = Array.from({ length: count }, (_, index) => {
    const line = document.createElement("span");
    line.textContent = index + 1;
    if (marks.has(index + 1)) line.className = `mark-${marks.get(index + 1)}`;
    if (index + 1 === here) line.classList.add("here");
    return line;
  });
  byId("draft-lines").replaceChildren(...lines);
  byId("draft-lines").scrollTop = box.scrollTop;
}

function drawSentence(line = lineOf()) {
  const said = state.sentences.filter((one) => one.line <= line).at(-1);
  const text = !state.sentences.length ? "" : said && !commentAt(line) ? said.sentence : "";
  const shown = state.sound || !text ? text : `${text} (as it was before the error)`;
  if (byId("draft-sentence").textContent !== shown) byId("draft-sentence").textContent = shown;
}

const commentAt = (line) => /^\s*(#|$)/.test(box.value.split("\n")[line - 1] ?? "");

function goTo(line) {
  show("document");
  const before = box.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  const end = box.value.indexOf("\n", before);
  box.focus();
  box.setSelectionRange(before, end < 0 ? box.value.length : end);
  const height = parseFloat(getComputedStyle(box).lineHeight);
  box.scrollTop = Math.max(0, (line - 6) * height);
  drawLines();
  drawSentence();
}

// --- talking to the server --------------------------------------------------------------------------------------------
const say = (text) => (byId("draft-saved").textContent = text);

// Whoever signs in again in another tab gets another token; the one of this page counts no more.
const token = () =>
  /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]").value;

async function send(address, fields) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", token());
  body.set("version", state.version);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
  if (answer.redirected || !(answer.headers.get("Content-Type") ?? "").includes("json")) {
    throw new Error(answer.status === 200 || answer.redirected ? "Please sign in again in another tab; what you typed is still here." : "");
  }
  return { ok: answer.ok, status: answer.status, data: await answer.json() };
}

async function exchange(address, fields, sent) {
  busy = true;
  say("Saving…");
  try {
    const { ok, data } = await send(address, fields);
    if (ok) take(data, sent);
    else refuse(data, sent);
    return ok;
  } catch (error) {
    say(error.message || (navigator.onLine ? "Not saved: the server does not answer. Trying again…" : "Not saved: you are offline. Trying again…"));
    timer = setTimeout(save, 5000);
    return false;
  } finally {
    busy = false;
  }
}

async function save() {
  clearTimeout(timer);
  if (!mine || stopped || box.value === saved) return true;
  if (busy) {
    timer = setTimeout(save, PAUSE);
    return false;
  }
  const text = box.value;
  const ok = await exchange(root.dataset.save, { text }, text);
  if (ok && box.value !== saved) timer = setTimeout(save, PAUSE);
  return ok;
}

async function settled() {
  while (busy) await new Promise((resolve) => setTimeout(resolve, 50));
  return save();
}

function take(data, sent) {
  const sentences = data.sound ? data.sentences : state.sentences; // the last that could be said
  Object.assign(state, data, { sentences });
  saved = data.text;
  if (sent === null || (box.value === sent && data.text !== sent)) setText(data.text);
  byId("draft-check").innerHTML = data.check;
  byId("draft-errors").textContent = data.marks.filter((one) => one.level === "error").length || "";
  drawRows(data.rows);
  const row = document.activeElement?.dataset?.rowLine;
  drawLines(row ? Number(row) : undefined);
  drawSentence(row ? Number(row) : undefined);
  for (const field of document.querySelectorAll("[name=version]")) field.value = data.version;
  for (const control of document.querySelectorAll("[data-needs-sound]")) {
    if ("disabled" in control) control.disabled = !data.sound;
    else if (data.sound) control.removeAttribute("aria-disabled");
    else control.setAttribute("aria-disabled", "true");
  }
  for (const step of document.querySelectorAll("[data-step]")) step.disabled = !data[step.value];
  say("Saved.");
  count();
}

function setText(text) {
  const [from, to, top] = [box.selectionStart, box.selectionEnd, box.scrollTop];
  box.value = text;
  if (document.activeElement === box) box.setSelectionRange(Math.min(from, text.length), Math.min(to, text.length));
  box.scrollTop = top;
}

function count() {
  clearTimeout(counting);
  const panel = byId("draft-affected");
  panel?.classList.toggle("is-old", !state.sound);
  if (panel && state.sound) counting = setTimeout(() => box.value === saved && htmx.trigger(panel, "count"), DAMPED); // else the next save does
}

// --- refused: both texts are shown, and somebody chooses --------------------------------------------------------------
function refuse(data, sent) {
  const field = data.code?.startsWith("row.");
  say(field ? "Not changed." : "Not saved.");
  if (field) {
    document.dispatchEvent(new CustomEvent("toast", { detail: { level: "error", text: data.detail } }));
    drawRows(state.rows ?? byId("draft-rows").innerHTML);
    return;
  }
  stopped = true;
  const place = byId("draft-refused");
  place.innerHTML = data.html;
  for (const form of place.querySelectorAll("form")) form.addEventListener("submit", fill);
  place.querySelector('[data-keep="mine"]')?.addEventListener("click", () => {
    resume(data.version);
    saved = data.theirs;
    save();
  });
  place.querySelector('[data-keep="theirs"]')?.addEventListener("click", () => {
    resume(data.version);
    setText(data.theirs);
    saved = null; // checked anew
    save();
  });
  place.scrollIntoView({ block: "nearest" });
  place.querySelector("button")?.focus();
}

function resume(version) {
  state.version = version;
  stopped = false;
  byId("draft-refused").replaceChildren();
}

function fill(event) {
  for (const field of event.target.querySelectorAll("[data-takes-text]")) field.value = box.value;
}

// --- values -----------------------------------------------------------------------------------------------------------
function drawRows(html) {
  const rows = byId("draft-rows");
  byId("values-none").hidden = Boolean(html);
  for (const part of rows.querySelectorAll("fieldset")) part.disabled = !html || !mine;
  if (!html) return;
  const open = new Set([...rows.querySelectorAll("details[open]")].map((part) => part.dataset.part));
  const known = new Set([...rows.querySelectorAll("details")].map((part) => part.dataset.part));
  const at = document.activeElement?.closest("#draft-rows [name]");
  const [name, typed, first] = [at?.name, at?.value, at?.defaultValue];
  rows.innerHTML = html;
  for (const part of rows.querySelectorAll("details")) if (known.has(part.dataset.part)) part.open = open.has(part.dataset.part);
  const again = name && rows.querySelector(`[name="${CSS.escape(name)}"]`);
  if (!again) return;
  again.focus({ preventScroll: true });
  if (first !== undefined && typed !== first) again.value = typed; // still being written
  else again.select?.();
}

async function setValue(field) {
  if (!mine || stopped) return;
  if (!(await settled())) return;
  await exchange(root.dataset.values, { [field.name]: field.value }, null);
}

byId("values-form").addEventListener("change", (event) => event.target.name?.startsWith("v.") && setValue(event.target));
byId("values-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = document.activeElement?.closest("#draft-rows [name]");
  if (field && field.value !== field.defaultValue) setValue(field);
});
byId("values-form").addEventListener("focusin", (event) => {
  const line = Number(event.target.dataset?.rowLine);
  if (!line || box.offsetParent === null) return;
  const height = parseFloat(getComputedStyle(box).lineHeight);
  box.scrollTop = Math.max(0, (line - 6) * height);
  drawLines(line);
  drawSentence(line);
});

// --- steps, tabs, keys ------------------------------------------------------------------------------------------------
for (const step of document.querySelectorAll("[data-step]")) {
  step.addEventListener("click", async (event) => {
    event.preventDefault();
    if (await settled()) await exchange(root.dataset.save, { do: step.value }, null);
  });
}
byId("draft-form").addEventListener("submit", (event) => {
  event.preventDefault();
  save();
});
for (const form of document.querySelectorAll("form:has([data-takes-text])")) form.addEventListener("submit", fill);

function show(pane) {
  root.dataset.shown = pane;
  for (const tab of document.querySelectorAll("[data-pane]")) tab.setAttribute("aria-pressed", String(tab.dataset.pane === pane));
}
document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-pane]");
  if (tab) show(tab.dataset.pane);
  const line = event.target.closest("[data-line]");
  if (line) goTo(Number(line.dataset.line));
  const proposing = event.target.closest("a[data-needs-sound]");
  if (!proposing) return;
  event.preventDefault();
  settled().then((ok) => {
    if (ok && !stopped && state.sound) location.assign(proposing.href);
    else if (!state.sound) document.dispatchEvent(new CustomEvent("toast", { detail: { level: "warning", text: "Mend the errors first; then the draft can be proposed." } }));
  });
});
box.addEventListener("input", () => {
  drawLines();
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE);
});
for (const name of ["keyup", "click", "focus"]) {
  box.addEventListener(name, () => {
    drawLines();
    drawSentence();
  });
}
box.addEventListener("scroll", () => (byId("draft-lines").scrollTop = box.scrollTop));
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s") {
    event.preventDefault();
    save();
  }
});
addEventListener("beforeunload", (event) => {
  if (mine && box.value !== saved) event.preventDefault();
});
document.addEventListener("visibilitychange", () => document.hidden && save());

drawLines();
drawSentence();
count();
