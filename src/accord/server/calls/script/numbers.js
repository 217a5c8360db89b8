/* Shows each visitor the telephone number of what brought them. Keeps nothing, sends nothing. */
(function (numbers) {
  "use strict"
  var SEARCH = /(^|\.)(google|bing|duckduckgo|yahoo|ecosia|qwant|startpage|yandex|baidu)\./
  var APART = "[\\s().\\-\\u2010-\\u2015/\\u00a0]*"
  var LEFT_ALONE = /^(SCRIPT|STYLE|TEXTAREA|CODE|TEMPLATE|NOSCRIPT)$/

  /* How an address and what led to it say that somebody came; nothing if they say nothing. */
  function touch(landing, referrer, inside) {
    var said = new URL(landing).searchParams
    var found = { source: said.get("utm_source"), medium: said.get("utm_medium"), campaign: said.get("utm_campaign") }
    if (found.source || found.medium || found.campaign) return found
    if (said.get("gclid") || said.get("gbraid") || said.get("wbraid")) return { source: "google", medium: "cpc" }
    if (said.get("msclkid")) return { source: "bing", medium: "cpc" }
    var host = referrer ? new URL(referrer).hostname.replace(/^www\./, "") : ""
    if (!host || host === inside) return null
    var search = host.match(SEARCH)
    return search ? { source: search[2], medium: "organic" } : { source: host, medium: "referral" }
  }

  /* What accord.js remembers of a visitor who agreed to it. */
  function remembered(which) {
    try {
      var one = JSON.parse(localStorage.getItem("accord:state"))[which]
      var tags = one.campaign || {}
      if (tags.source || tags.medium || tags.name)
        return { source: tags.source, medium: tags.medium, campaign: tags.name }
      return touch(one.landing, one.referrer, "")
    } catch (_) {
      return null
    }
  }

  /* The number of those for one place that says most of what is true of a touch; -1 tells of one that is not true. */
  function fits(number, came) {
    var count = 0
    for (var name of ["source", "medium", "campaign"]) {
      if (!number[name]) continue
      if (!came || String(came[name] || "").toLowerCase() !== number[name].toLowerCase()) return -1
      count += 1
    }
    return count
  }

  function chosen(place, touches) {
    for (var came of touches) {
      var best = null, most = came ? 0 : -1
      for (var number of numbers) {
        if (number.shown_for !== place) continue
        var count = fits(number, came)
        if (count > most) (best = number), (most = count)
      }
      if (best) return best
    }
    return null
  }

  /* A number however it is written: +49 30 901820, 0049 (0)30/90 18 20, (030) 90-18-20. */
  function pattern(number) {
    var spread = function (digits) { return digits.split("").join(APART) }
    var trunk = number.trunk
    var abroad = "(?:\\+|00)" + APART + spread(number.country) + APART + (trunk ? "(?:" + trunk + APART + ")?" : "")
    var home = trunk ? "\\(?" + trunk + (trunk === "0" ? "" : "?") + APART : "\\(?"
    return new RegExp("(^|[^\\d+])((" + abroad + ")|" + home + ")" + spread(number.rest) + "(?!\\d)", "g")
  }

  var inside = location.hostname.replace(/^www\./, "")
  var touches = [touch(location.href, document.referrer, inside), remembered("last"), remembered("first")]
  var swaps = []
  numbers.forEach(function (number) {
    if (swaps.some(function (swap) { return swap.place === number.shown_for })) return
    var best = chosen(number.shown_for, touches.filter(Boolean).concat(null))
    if (best) swaps.push({ place: best.shown_for, by: best, found: pattern(best) })
  })
  if (!swaps.length) return
  var mine = new WeakMap() /* what this wrote, so that it does not answer itself */

  function text(node) {
    var parent = node.parentNode
    if (mine.get(node) === node.nodeValue) return
    if (!parent || LEFT_ALONE.test(parent.nodeName) || parent.isContentEditable) return
    swaps.forEach(function (swap) {
      if (node.nodeValue.length > 1e5) return
      var after = node.nodeValue.replace(swap.found, function (_, before, _start, abroad) {
        return before + (abroad ? swap.by.abroad : swap.by.home)
      })
      if (after !== node.nodeValue) node.nodeValue = after
    })
    mine.set(node, node.nodeValue)
  }

  function link(element) {
    var href = element.getAttribute("href") || ""
    if (!/^\s*tel:/i.test(href)) return
    swaps.forEach(function (swap) {
      swap.found.lastIndex = 0
      if (swap.found.test(decodeURIComponent(href.replace(/^\s*tel:/i, ""))))
        element.setAttribute("href", "tel:" + swap.by.number)
    })
  }

  function within(root) {
    if (root.nodeType === 3) return text(root)
    if (root.nodeType !== 1) return
    if (root.matches("a[href]")) link(root)
    root.querySelectorAll("a[href]").forEach(link)
    var walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) text(walker.currentNode)
  }

  function guarded(root) {
    try {
      within(root)
    } catch (_) {} /* a page must never suffer */
  }

  /* From the first word of the page on: what is parsed is changed before it is painted. */
  new MutationObserver(function (changes) {
    changes.forEach(function (change) {
      if (change.type === "childList") change.addedNodes.forEach(guarded)
      else guarded(change.target)
    })
  }).observe(document.documentElement, {
    childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["href"],
  })
  guarded(document.documentElement)
})
