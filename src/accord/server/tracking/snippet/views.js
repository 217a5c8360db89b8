// Page views, also where a page changes its address by itself; and how a page was read, said once when it is left.

import { allowed, ALL } from "./device.js"
import { newId, say } from "./messages.js"
import { entryOf, remove } from "./queue.js"
import { engagement, guarded, now, pages, random, CAMPAIGN, SECRET } from "./settings.js"

let referrer = document.referrer
/** The id of this page view, for those who did not agree to another. */
export let passing = random()
let viewed = ""
export let view
/** The message in which the page at hand will be told to have been left, if it is not told yet. */
export let readingId
let readPage
let readMs
let readSince
let scrolled
let measuring

export const pageAt = (href, level) => {
  const address = new URL(href)
  ;[...address.searchParams.keys()].forEach((name) => {
    if (level === ALL ? SECRET.test(name) : !CAMPAIGN.test(name)) address.searchParams.delete(name)
  })
  // A fragment is an address only where it looks like one.
  if (level !== ALL || !/^#[/!]/.test(address.hash)) address.hash = ""
  return { path: address.pathname, url: address.href, search: address.search }
}
export const currentPage = (level) => ({
  ...pageAt(location.href, level),
  ...(level === ALL
    ? { title: document.title, referrer: referrer && pageAt(referrer, ALL).url }
    : { referrer: referrer && new URL(referrer).origin }),
})

export const look = (name, properties) => {
  const address = location.href.replace(/#(?![/!]).*/, "")
  if (address === viewed && pages !== "manual") return
  leave()
  referrer = viewed || referrer
  viewed = address
  passing = random()
  view = { name, properties }
  announce()
}
export const announce = () => {
  say("page", view)
  readingId = newId()
  readPage = currentPage(allowed())
  readMs = scrolled = 0
  readSince = document.hidden ? 0 : now()
  measure()
}
const measure = guarded(() => {
  measuring = 0
  const share = (scrollY + innerHeight) / document.documentElement.scrollHeight
  scrolled = Math.max(scrolled, Math.min(100, Math.round(share * 100)))
})
export const tellReading = (quietly) => {
  if (readSince) readMs += now() - readSince
  readSince = 0
  if (engagement === undefined || !readingId) return
  const properties = { scrolled, seconds: Math.round(readMs / 1e3) }
  say("track", { event: "Page Left", messageId: readingId, properties }, readPage, quietly)
}
export const leave = () => {
  tellReading()
  readingId = ""
}
/** Seen again after it was out of sight: it has not been left. */
export const readOn = () => {
  remove(entryOf(readingId))
  readSince = now()
}
export const scroll = () => {
  measuring = measuring || setTimeout(measure, 200)
}

export const automatic = guarded(() => pages === "manual" || look())
export const soon = () => setTimeout(automatic, 50)
/** Shown again as it was left, which is another view of it. */
export const restore = () => {
  referrer = viewed
  viewed = ""
  automatic()
}
