// Switches push on and off in this browser. What cannot be done is said in place of the button.

const card = document.querySelector("[data-push]");
const state = card?.querySelector("[data-push-state]");
const on = card?.querySelector("[data-push-on]");
const say = (text) => state && (state.textContent = text);

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const base64url = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function fingerprint(text) {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function what() {
  const agent = navigator.userAgent;
  const browser = [["Edg/", "Edge"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]].find(([sign]) => agent.includes(sign));
  const system = [["Android", "Android"], ["iPhone", "iPhone"], ["iPad", "iPad"], ["Windows", "Windows"], ["Mac", "Mac"], ["Linux", "Linux"]].find(([sign]) => agent.includes(sign));
  return `${browser?.[1] ?? "A browser"}${system ? ` on ${system[1]}` : ""}`;
}

async function look() {
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) {
    return say("This browser takes no messages while its page is closed. On an iPhone, add Accord to the home screen first.");
  }
  const registration = await navigator.serviceWorker.register(card.dataset.worker);
  const subscription = await registration.pushManager.getSubscription();
  const mine = subscription && card.querySelector(`[data-device="${await fingerprint(subscription.endpoint)}"]`);
  if (mine) {
    mine.querySelector("[data-device-name]").append(" (this one)");
    mine.querySelector("form").addEventListener("submit", () => subscription.unsubscribe());
    return say("This browser is switched on.");
  }
  if (Notification.permission === "denied") return say("This browser does not let Accord show messages: allow it in the settings of the page first.");
  on.hidden = false;
  say("This browser is switched off.");
}

async function subscribe() {
  if ((await Notification.requestPermission()) !== "granted") return say("You have not allowed it, so this browser stays switched off.");
  const registration = await navigator.serviceWorker.register(card.dataset.worker);
  await ready(registration);
  const old = await registration.pushManager.getSubscription();
  await old?.unsubscribe(); // it may be for another key, or have been removed here
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(card.dataset.push) });
  const body = new URLSearchParams({ endpoint: subscription.endpoint, p256dh: base64url(subscription.getKey("p256dh")), auth: base64url(subscription.getKey("auth")), name: what() });
  const token = JSON.parse(document.body.getAttribute("hx-headers"));
  const answer = await fetch(card.dataset.add, { method: "POST", headers: token, body });
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  location.reload();
}

function ready(registration) {
  if (registration.active) return null;
  const worker = registration.installing ?? registration.waiting;
  return new Promise((done) => worker.addEventListener("statechange", () => worker.state === "activated" && done()));
}

const failed = (error) => say(`It cannot be switched on: ${error.message}`);

if (card) {
  on.addEventListener("click", () => subscribe().catch(failed));
  look().catch(failed);
}
