// Keeps <time data-due> and <time data-relative> true; says what ui/words.py said when the page was drawn.

const MINUTE = 60, HOUR = 3600, DAY = 86400;
const UNITS = [[DAY, " day"], [HOUR, " h"], [MINUTE, " min"], [1, " s"]];

function duration(seconds, parts) {
  let rest = Math.floor(Math.abs(seconds));
  let wanted = 0;
  const words = [];
  for (const [size, unit] of UNITS) {
    const count = Math.floor(rest / size);
    rest %= size;
    if (count || words.length) wanted += 1;
    if (count && wanted <= parts) words.push(`${count}${unit}${unit === " day" && count > 1 ? "s" : ""}`);
    else if (words.length) break;
  }
  return words.join(" ") || "0 s";
}

function dueIn(left, wall) {
  if (Math.abs(left) < 1) return "due now";
  if (left > 20 * HOUR) return `due ${wall}`;
  const parts = Math.abs(left) >= HOUR && Math.abs(left) < 10 * HOUR ? 2 : 1;
  return left > 0 ? `due in ${duration(left, parts)}` : `overdue by ${duration(left, parts)}`;
}

function relative(gone) {
  if (Math.abs(gone) < 45) return "just now";
  if (Math.abs(gone) >= 7 * DAY) return null; // a date, which does not change
  const words = duration(Math.max(Math.abs(gone), MINUTE), 1);
  return gone > 0 ? `${words} ago` : `in ${words}`;
}

const put = (element, text) => {
  if (text !== null && element.textContent !== text) element.textContent = text;
};

function tick() {
  const now = Date.now() / 1000;
  for (const clock of document.querySelectorAll("time[data-due]")) {
    const left = Date.parse(clock.dateTime) / 1000 - now;
    const state = left <= 0 ? "late" : left <= Number(clock.dataset.soonSeconds) ? "soon" : "ok";
    put(clock, dueIn(left, clock.dataset.wall));
    if (clock.classList.contains(state)) continue;
    clock.classList.remove("ok", "soon", "late");
    clock.classList.add(state);
    const item = clock.closest("[data-follows-clock]");
    if (item) {
      item.classList.remove("ok", "soon", "late");
      item.classList.add(state);
    }
    clock.dispatchEvent(new CustomEvent("accord:urgency", { bubbles: true, detail: { state } }));
  }
  for (const time of document.querySelectorAll("time[data-relative]")) put(time, relative(now - Date.parse(time.dateTime) / 1000));
}

tick();
setInterval(() => document.hidden || tick(), 1000);
document.addEventListener("visibilitychange", () => document.hidden || tick());
document.addEventListener("htmx:afterSettle", tick);
