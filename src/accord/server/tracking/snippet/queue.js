// The queue: one entry for each message, so that pages that are open at once never write over each other. A message
// stays until the server has confirmed it; sent twice it counts once, by its id.

import { allowed, erase, keep, kept, read, ALL } from "./device.js"
import { endpoint, guarded, key, now } from "./settings.js"
import { readingId } from "./views.js"

const QUEUE = "accord:q:"
/** The server might have taken and forgotten what is older, and count it twice. */
const STALE_MS = 28 * 864e5
/** Messages of other pages are left to these for so long. */
const OTHERS_MS = 5e3
const MOST_WAITING = 100
/** The server takes 32 kB. */
const LARGEST_MESSAGE = 32e3
/** A beacon takes 64 kB. */
const LARGEST_BATCH = 6e4

const size = (text) => new Blob([text]).size
const waiting = new Map()
const mine = new Set()
let leaving = []
let failures = 0
let timer

export const entryOf = (id) => `${QUEUE}${id}:${key}`
const textOf = (name) => waiting.get(name) || read(name)
const ageOf = (name) => now() - parseInt(name.slice(QUEUE.length), 36)
export const remove = (name) => {
  waiting.delete(name)
  mine.delete(name)
  erase(name)
}
const queued = () => {
  const level = allowed()
  return [...(level === ALL ? kept(QUEUE) : []), ...(level ? waiting.keys() : [])].sort().filter((name) => {
    if (ageOf(name) > STALE_MS) remove(name)
    return ageOf(name) <= STALE_MS && name.endsWith(`:${key}`)
  })
}

/** Returns how many messages were given up, since this one is too large or too many wait. */
export const put = (message, all) => {
  const text = JSON.stringify(message)
  if (size(text) > LARGEST_MESSAGE) return 1
  const name = entryOf(message.messageId)
  mine.add(name)
  if (!all || !keep(name, text)) waiting.set(name, text)
  const tooMany = queued().slice(0, -MOST_WAITING)
  tooMany.forEach(remove)
  return tooMany.length
}

const batchOf = (entries) => {
  let left = LARGEST_BATCH
  return entries.filter((name) => (left -= size(textOf(name)) + 1) > 0)
}
const bodyOf = (batch) =>
  `{"writeKey":${JSON.stringify(key)},"sentAt":"${new Date().toISOString()}","batch":[${batch.map(textOf).filter(Boolean)}]}`

export const later = (pause) => {
  clearTimeout(timer)
  timer = setTimeout(flush, pause || (failures ? Math.min(3e5, 1e3 * 2 ** failures) * (0.5 + Math.random()) : 100))
}
export const flush = guarded(() => {
  if (leaving[0] || navigator.onLine === false) return
  const open = entryOf(readingId)
  const batch = batchOf(queued().filter((name) => name !== open && (mine.has(name) || ageOf(name) > OTHERS_MS)))
  if (!batch[0]) {
    if (queued()[0]) later(OTHERS_MS)
    return
  }
  leaving = batch
  // Text without further headers: a browser asks no leave for it first.
  fetch(endpoint, { method: "POST", body: bodyOf(batch), keepalive: true, credentials: "omit" })
    .then((answer) => {
      // Whatever else it answers, it would answer again.
      if (/^(5|408|429)/.test(answer.status)) throw answer
      failures = 0
      batch.forEach(remove)
    })
    .catch(() => failures++)
    .then(() => {
      leaving = []
      later()
    })
})
/** The page is gone in a moment: what is not on its way yet goes by the browser, which tells nobody how it went. */
export const handOver = () => {
  const batch = batchOf(queued().filter((name) => mine.has(name) && !leaving.includes(name)))
  if (batch[0]) navigator.sendBeacon(endpoint, bodyOf(batch))
}
/** Somebody may try again at once. */
export const hurry = () => {
  failures = 0
  later()
}
/** What the page alone holds. */
export const drop = () => waiting.clear()
