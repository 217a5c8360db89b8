// The page of a source: copy lines, and send a test event the way any sender does.

const toast = (level, text) => document.dispatchEvent(new CustomEvent("toast", { detail: { level, text } }));

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("success", "Copied.");
  } catch {
    toast("error", "The browser does not let this page copy; mark the text and copy it yourself.");
  }
}

async function sendTest(button) {
  const result = document.querySelector("[data-test-result]");
  const began = performance.now();
  button.disabled = true;
  try {
    const answer = await fetch("/v1/track", {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Basic ${btoa(`${button.dataset.writeKey}:`)}` },
      credentials: "omit",
      body: JSON.stringify({
        event: "Accord test event",
        anonymousId: `accord-test-${crypto.getRandomValues(new Uint32Array(2)).join("")}`,
        properties: { test: true },
        context: { page: { path: location.pathname, title: document.title } },
        timestamp: new Date().toISOString(),
        sentAt: new Date().toISOString(),
      }),
    });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.message);
    result.querySelector("span").textContent = `The test event is stored, after ${Math.round(performance.now() - began)} ms.`;
    result.hidden = false;
    document.getElementById("latest")?.dispatchEvent(new CustomEvent("arrived"));
  } catch (error) {
    result.hidden = true;
    toast("error", `The test event was not taken: ${error.message}`);
  } finally {
    button.disabled = false;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy], [data-copy-of], [data-test-event]");
  if (!button) return;
  if ("testEvent" in button.dataset) sendTest(button);
  else copy(button.dataset.copy ?? document.getElementById(button.dataset.copyOf).textContent);
});
