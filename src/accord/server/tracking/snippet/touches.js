// Where the visitor came from: first and last touch. Moving about on the site is none, whatever its links say.

import { locate, recall, remember, site, ALL } from "./device.js"
import { landing, now, CAMPAIGN } from "./settings.js"
import { pageAt } from "./views.js"

/** A visit ends after such a pause; the server counts the same. */
const PAUSE_MS = 18e5
const CLICK_ID = /^(.*(clid|cl(ic)?kid|braid|_cid)|li_fat_id|sccid|epik|dicbo|tblci|cjevent|awc|igsh(id)?|mc_eid|_hsenc|mkt_tok|srsltid)$/

/** What the address of the landing page says under such names; undefined if nothing. */
export const stated = (pattern) => {
  let found
  new URL(landing).searchParams.forEach((value, name) => {
    const [, part] = name.match(pattern) || []
    if (part) found = { ...found, [part === "campaign" ? "name" : part]: value.slice(0, 500) }
  })
  return found
}

export const arrive = () => {
  if (!site) locate()
  const found = recall()
  const campaign = stated(CAMPAIGN)
  const click = stated(CLICK_ID)
  const from = document.referrer
  const paused = !(found.seen > now() - PAUSE_MS)
  const inside = from && `.${new URL(from).hostname}`.endsWith(`.${site || location.hostname}`)
  const direct = inside || !(from || campaign || click)
  const touch = { at: new Date(), landing: pageAt(landing, ALL).url, referrer: from, campaign, click }
  if (!inside) {
    found.first = found.first || touch
    found.last = (direct && found.last) || touch
  }
  if (paused || !direct) found.campaign = direct ? undefined : campaign
  remember(found)
}
