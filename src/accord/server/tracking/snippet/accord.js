/*
 * accord.js: tells Accord what happens on a website. docs/how-to/snippet.md says how to use it and what it keeps.
 *
 * What is served is accord.min.js, which scripts/build_snippet.py makes of the files here. Nothing in them may throw
 * into the page, wait for the network, prevent what the visitor does, or need more of a Content-Security-Policy than its
 * own address under script-src and connect-src.
 */

import { allowed, forget, forgetRecord, record, write, ALL } from "./device.js"
import { passwords, submit } from "./forms.js"
import { say } from "./messages.js"
import { drop, flush, handOver, hurry, later } from "./queue.js"
import { arrive } from "./touches.js"
import { announce, automatic, leave, look, readOn, restore, scroll, soon, tellReading, view } from "./views.js"
import { guarded, key, on, random, VERSION } from "./settings.js"

const before = window.accord

const forgetAll = () => {
  drop()
  forget()
}

/** What a page may call: accord("track", "Signed up", {plan: "team"}). */
const verbs = {
  page: look,
  track: (event, properties) => say("track", { event, properties }),
  identify: (userId, traits) =>
    say("identify", userId && typeof userId === "object" ? { traits: userId } : { userId, traits }),
  group: (groupId, traits) => say("group", { groupId, traits }),
  reset: () => {
    if (allowed() === ALL) write(random(), record()[2])
  },
  consent: (choice) => {
    const level = allowed()
    const [id, until, chosen] = record()
    if (choice === "granted" && chosen !== "yes") {
      write(id || random(), "yes", id ? parseInt(until, 36) : undefined)
      arrive()
      if (!level && view) announce()
    }
    if (choice === "denied") {
      forgetAll()
      forgetRecord()
      // Where nothing happens without consent, there is nothing to remember.
      if (allowed()) write("", "no")
    }
  },
}

const call = guarded((verb, ...given) => verbs[verb](...given))

const start = guarded(() => {
  const calls = ((before && before.q) || []).map((given) => [...given])
  const make = (given) => call(...given)
  window.accord = call
  call.version = VERSION

  // What the visitor chose counts from the start; to say it again changes nothing. Then the page view comes first.
  calls.filter(([verb]) => verb === "consent").forEach(make)
  if (allowed() === ALL) arrive()
  else {
    forgetAll()
    if (!record()[2]) forgetRecord()
  }
  if (!calls.some(([verb]) => verb === "page")) automatic()
  calls.forEach(make)

  ;["pushState", "replaceState"].forEach((name) => {
    const original = history[name]
    history[name] = function (...given) {
      const answer = original.apply(this, given)
      soon()
      return answer
    }
  })
  on(window, "popstate", soon)
  on(window, "pageshow", (event) => event.persisted && restore())
  on(document, "submit", (event) => submit(event.target))
  on(document, "focusin", (event) => event.target.type === "password" && passwords.add(event.target))
  on(window, "scroll", scroll)
  on(document, "visibilitychange", () => {
    if (document.hidden) {
      flush()
      // Should the browser end the page unseen, the next page sends this.
      tellReading(true)
    } else {
      readOn()
      later()
    }
  })
  on(window, "pagehide", () => {
    leave()
    handOver()
  })
  on(window, "online", hurry)
  later()
})

if (key && !(before && before.version)) {
  // A page that is only prepared in case somebody opens it has not been viewed.
  if (document.prerendering) on(document, "prerenderingchange", start)
  else start()
}
