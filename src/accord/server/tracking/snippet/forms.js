// Forms, as they are submitted.

import { allowed, recall, ALL } from "./device.js"
import { say } from "./messages.js"
import { pageAt } from "./views.js"
import { now, SECRET } from "./settings.js"

const LONGEST_VALUE = 200
const MOST_FIELDS = 40

const IGNORED = "[data-accord-ignore],[data-accord-ignore] *"
const NO_ANSWER =
  ":disabled,button,fieldset,object,output,[type=password],[type=file],[type=submit],[type=button],[type=image],[type=reset],[type=hidden]:not([data-accord-capture]),[type=checkbox]:not(:checked),[type=radio]:not(:checked)"
/** By autocomplete, type or name of a field. */
const TRAITS = {
  email: "email",
  name: "name",
  "given-name": "firstName",
  "family-name": "lastName",
  tel: "phone",
  phone: "phone",
  organization: "company",
  company: "company",
}


/** Whether a text holds 13 to 19 digits, in groups or not, that end in the right check digit (ISO/IEC 7812-1). */
const holdsCardNumber = (text) =>
  // A plus begins a telephone number, which has at most 15 digits.
  !(/^\+[^+]*$/.test(text) && text.replace(/\D/g, "").length < 16) &&
  text.split(/[^\d\s./_\u2010-\u2015-]+/).some((run) => {
    const groups = run.match(/\d+/g) || []
    return groups.some((_, first) => {
      let digits = ""
      return groups.slice(first).some((group) => {
        digits += group
        return /^[1-9]\d{12,18}$/.test(digits) && isChecked(digits)
      })
    })
  })
const isChecked = (digits) =>
  [...digits].reverse().reduce((sum, digit, at) => sum + +(at % 2 ? "0246813579"[digit] : digit), 0) % 10 === 0

/** Fields that were a password's before somebody chose to see it. */
export const passwords = new WeakSet()

const valueOf = (field) => {
  if (
    field.matches(`${NO_ANSWER},${IGNORED}`) ||
    passwords.has(field) ||
    SECRET.test(`${field.name} ${field.id} ${field.autocomplete}`)
  ) {
    return ""
  }
  const value = field.selectedOptions ? [...field.selectedOptions].map((each) => each.value).join(", ") : field.value
  return holdsCardNumber(value) ? "" : value.trim().slice(0, LONGEST_VALUE)
}

let submitted
let submittedAt
export const submit = (form) => {
  const level = allowed()
  if (form.matches(IGNORED)) return
  const visitor = form.accord_visitor
  if (visitor) {
    // It is sent to Accord itself, which counts it; here is told whose past is theirs, and from which page.
    visitor.value = level === ALL ? recall().id + " " + pageAt(location.href, ALL).url : ""
    return
  }
  const fields = {}
  const traits = {}
  // Without consent, what somebody writes is not even looked at. A field may be called "elements", and would hide them.
  const elements = level === ALL ? Reflect.get(HTMLFormElement.prototype, "elements", form) : []
  ;[...elements].slice(0, MOST_FIELDS).forEach((field) => {
    const name = field.name || field.id
    const value = name && valueOf(field)
    if (!value) return
    fields[name] = fields[name] ? `${fields[name]}, ${value}`.slice(0, LONGEST_VALUE) : value
    const told = [field.type, field.autocomplete.split(" ").pop(), name.toLowerCase()].find((each) => TRAITS[each])
    if (told) traits[TRAITS[told]] = traits[TRAITS[told]] || value
  })
  const called = ["data-accord-form", "name", "id"].map((name) => form.getAttribute(name)).find(Boolean)
  const properties = { ...fields, form: called, path: location.pathname }
  // Somebody who presses the button twice submits once.
  const same = JSON.stringify(properties)
  if (same === submitted && now() - submittedAt < 1e4) return
  submitted = same
  submittedAt = now()
  if (Object.keys(traits).length) say("identify", { traits })
  say("track", { event: "Form Submitted", properties })
}
