// What is kept on the device: one cookie, which all subdomains share, and in localStorage what belongs to its id.
// Where cookies cannot be set, its text is in localStorage; where nothing can be kept, here, until the page ends.

import { asked, guarded, now, random } from "./settings.js"

const COOKIE = "accord_visitor"
const PREFIX = "accord:"
/** 13 months, as data protection authorities advise for such ids; never prolonged. */
const LIFETIME_MS = 395 * 864e5

// What may be done with what is known of a visitor.
export const NOTHING = 0
export const ANONYMOUS = 1
export const ALL = 2

const local = guarded(() => window.localStorage)()
export const read = guarded((name) => local.getItem(name))
export const erase = guarded((name) => local.removeItem(name))
export const keep = guarded((name, text) => {
  local.setItem(name, text)
  return true
})
export const kept = (prefix) => guarded(() => Object.keys(local).filter((name) => name.startsWith(prefix)))() || []

let fleeting = ""
export let state = {}
/** The widest domain that takes cookies of this host. */
export let site = ""

const cookie = guarded((name) => (document.cookie.match(`(?:^|; )${name}=([^;]*)`) || [])[1])
const setCookie = guarded((name, value, seconds, domain) => {
  document.cookie = `${name}=${value};path=/;max-age=${seconds};samesite=lax;domain=${domain}${location.protocol === "https:" ? ";secure" : ""}`
})
/** This host and those above it, the widest first, and last of all the host alone. */
const domains = () => [...location.hostname.split(".").map((_, at, labels) => labels.slice(-at - 1).join(".")), ""]
/** Finds the site by trying: browsers refuse a cookie for "com" or "co.uk". */
export const locate = () => {
  site = domains().find((domain) => {
    setCookie(`${COOKIE}_`, 1, 9, domain)
    const taken = cookie(`${COOKIE}_`)
    setCookie(`${COOKIE}_`, "", 0, domain)
    return taken
  })
}

/** The id (none of a visitor who refused), until when it holds, and what the visitor chose: "yes", "no" or nothing. */
export const record = () => {
  const found = (cookie(COOKIE) || read(`${PREFIX}id`) || fleeting).split(".")
  return parseInt(found[1], 36) < now() ? [] : found
}
export const write = (id, choice, until = now() + LIFETIME_MS) => {
  fleeting = `${id}.${until.toString(36)}.${choice || ""}`
  locate()
  setCookie(COOKIE, fleeting, Math.round((until - now()) / 1e3), site || "")
  if (cookie(COOKIE) !== fleeting) keep(`${PREFIX}id`, fleeting)
}
export const forget = () => {
  state = {}
  kept(PREFIX).forEach(erase)
}
export const forgetRecord = () => {
  fleeting = ""
  domains().forEach((domain) => setCookie(COOKIE, "", 0, domain))
}

/** Read anew each time, since another page of the site may have changed it. */
export const allowed = () => {
  const choice = record()[2]
  if (choice === "yes") return ALL
  if (choice || navigator.globalPrivacyControl || navigator.doNotTrack === "1") return NOTHING
  // What is not understood is taken for the strictest.
  return asked === undefined ? ALL : asked === "anonymous" ? ANONYMOUS : NOTHING
}

export const recall = () => {
  if (!record()[0]) write(random(), record()[2])
  const id = record()[0]
  const found = guarded(() => JSON.parse(read(`${PREFIX}state`)))() || state
  return found.id === id ? found : { id }
}
export const remember = (found) => {
  state = found
  found.seen = now()
  keep(`${PREFIX}state`, JSON.stringify(found))
}
