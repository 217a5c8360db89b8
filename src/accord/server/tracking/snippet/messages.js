// Messages, in the shape of the Segment specification.

import { allowed, recall, remember, state, ALL } from "./device.js"
import { later, put } from "./queue.js"
import { now, random, CAMPAIGN, VERSION } from "./settings.js"
import { stated } from "./touches.js"
import { currentPage, passing } from "./views.js"

let latest = 0

/** Its beginning says when, and never twice the same, so that names in the queue are in the order of time. */
export const newId = () => `${(latest = Math.max(now(), latest + 1)).toString(36)}-${random()}`

export const say = (type, body, page, quietly) => {
  const level = allowed()
  const all = level === ALL
  if (!level || (!all && /identify|group/.test(type))) return
  const found = all ? recall() : state
  if (body.userId) found.user = body.userId
  const { first, last, campaign, dropped } = found
  const lost = put(
    {
      type,
      messageId: newId(),
      anonymousId: all ? found.id : passing,
      timestamp: new Date(),
      context: {
        page: page || currentPage(level),
        userAgent: navigator.userAgent,
        automation: navigator.webdriver,
        // In all, so that it does not matter which messages are given up.
        dropped,
        library: { name: "accord.js", version: VERSION },
        ...(all
          ? { locale: navigator.language, campaign, first, last }
          : // Such an address tells the server to keep none.
            { campaign: stated(CAMPAIGN), anonymous: true, ip: "0.0.0.0" }),
      },
      ...body,
      userId: found.user,
    },
    all
  )
  found.dropped = (dropped || 0) + lost
  if (all) remember(found)
  if (!quietly) later()
}
