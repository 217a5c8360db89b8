// What the tag on the page says, and what all parts use.

export const VERSION = "1"
/** Names of what is nobody's business, in forms and in addresses. */
export const SECRET =
  /pass(w|c|p|\b)|pwd|card|cvv|cvc|ssn|iban|social.?sec|account.?n|sort.?code|tax.?id|secret|token|one-time|(\b|_)(cc|csc|pin|bic|otp)(\b|_)/i
export const CAMPAIGN = /^utm_(source|medium|campaign|term|content|id)$/

/** Makes of some work one that fails without a word: a page must never suffer from being watched. */
export const guarded = (work) =>
  function (...given) {
    try {
      return work.apply(this, given)
    } catch (_) {
      return undefined
    }
  }

/** Without a tag that has a key, nothing happens. */
const script = document.currentScript || document.createElement("script")
export const { key, consent: asked, engagement, pages } = script.dataset
export const endpoint = script.src.replace(/\/[^/]*$/, "/batch")
export const landing = location.href

export const now = () => Date.now()
export const random = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => (byte + 256).toString(16).slice(1)).join("")
/** Before the page's own, which may end an event; of the events asked for, none waits for its listeners. */
export const on = (target, name, work) => target.addEventListener(name, guarded(work), true)
