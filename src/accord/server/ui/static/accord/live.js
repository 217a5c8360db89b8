// Tells the page of what was committed a moment ago: "lead-changed" and "queue-stale" for whoever shows leads, and the
// bell. Nothing travels but ids and the words of one's own notices; a page that is told asks for itself again.

const url = document.body.dataset.live;
const AWAY = 10000; // how long a page may be hidden before it stops listening: browsers allow six streams to a host
let stream = null;
let away = 0;

function listen() {
  clearTimeout(away);
  if (stream || document.hidden) return;
  const lead = document.querySelector("[data-live-lead]")?.dataset.liveLead;
  stream = new EventSource(lead ? `${url}?lead=${lead}` : url);
  stream.addEventListener("leads", (event) => document.dispatchEvent(new CustomEvent("lead-changed", { detail: JSON.parse(event.data) })));
  stream.addEventListener("notices", (event) => ring(JSON.parse(event.data)));
}

function ring({ count, text }) {
  const shown = count > 99 ? "99+" : count;
  document.dispatchEvent(new CustomEvent("badge", { detail: { name: "bell", count: shown } }));
  if (text) document.dispatchEvent(new CustomEvent("toast", { detail: { level: "info", text } }));
}

function rest() {
  stream?.close();
  stream = null;
}

if (url) {
  listen();
  document.addEventListener("visibilitychange", () => {
    clearTimeout(away);
    if (document.hidden) away = setTimeout(rest, AWAY);
    else if (!stream) {
      listen();
      document.dispatchEvent(new CustomEvent("lead-changed", { detail: { leads: [], everything: true } })); // meanwhile
    }
  });
  addEventListener("pagehide", rest);
  addEventListener("pageshow", (event) => event.persisted && listen());
}
