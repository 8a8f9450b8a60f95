"use strict";
const byId = name => document.getElementById(name);
const data = JSON.parse(byId("data").textContent);
const at = Object.fromEntries(data.fields.map((name, place) => [name, place]));
let sorted = { field: "to_do", down: false }, first = 0;

const value = (row, field) => data.lists[field] ? data.lists[field][row[at[field]]] : row[at[field]];
const percent = n => n === null ? "" : n < 1 ? "under 1" : n > 99 ? "over 99" : n;
const day = text => text && new Date(text).toUTCString().slice(0, 16).replace(/, 0?/, " ");  // Fri 27 Nov 2026
const who = row => row[at.id] || `row ${row[at.row]}`;
const compare = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" }).compare;
function order(a, b) {
  const x = value(a, sorted.field), y = value(b, sorted.field), none = each => each === null || each === "";
  if (none(x) || none(y)) return none(x) - none(y);  // what is not known comes last, either way
  const result = typeof x === "number" ? x - y : compare(String(x), String(y));
  return sorted.down ? -result : result;
}

function wanted() {
  const text = byId("search").value.trim().toLowerCase(), to_do = document.querySelector("[name=to_do]:checked").value;
  const chosen = [...document.querySelectorAll("select[data-field]")].filter(each => each.value !== "");
  return data.rows.filter(row => (to_do === "" || row[at.to_do] === +to_do)
    && chosen.every(each => row[at[each.dataset.field]] === +each.value)
    && (!text || who(row).toLowerCase().includes(text) || row[at.name].toLowerCase().includes(text)));
}

function line(row) {
  const made = byId("line").content.firstElementChild.cloneNode(true), get = field => value(row, field);
  const [domain, look, sign] = get("domain");
  const texts = {
    who: who(row), name: get("name"), small: data.filters.map(get).filter(Boolean).join(" · "), exam: get("exam"), score: get("score"), domain, sign,
    points: get("points") === null ? "" : (get("points") > 0 ? "+" : "") + `${get("points")}`.replace("-", "\u2212"),
    week: get("week"), hours: get("hours"), day: day(get("day")) || (get("now") === null ? "" : "None yet"), weeks: get("weeks"), to_do: data.words[get("to_do")], why: get("why"),
  };
  for (const field of ["now", "now_low", "now_high", "then", "then_low", "then_high"]) {
    texts[field] = percent(get(field));
    made.style.setProperty(`--${field.replace("_", "-")}`, get(field) ?? 0);
  }
  made.style.setProperty("--short", Math.max(-get("points"), 0));
  made.style.setProperty("--over", Math.max(get("points"), 0));
  made.querySelector(".score-bar i").className = get("points") > 0 ? "over" : "short";
  made.querySelector(".b").className = `b ${look}`;
  made.querySelector(".to-do").className = `to-do ${data.looks[get("to_do")]}`;
  for (const part of made.querySelectorAll("[data-t]")) part.textContent = texts[part.dataset.t] ?? "";
  for (const part of made.querySelectorAll("[data-if]")) part.hidden = (texts[part.dataset.if] ?? "") === "";
  made.querySelector(".files").append(...get("files").map(place => {
    const link = document.createElement("a");
    link.href = encodeURIComponent((get("stem") || get("id")) + data.endings[place]);
    link.textContent = data.kinds[place];
    link.setAttribute("aria-label", `${link.textContent} of ${who(row)}`);
    return link;
  }));
  return made;
}

function show() {
  const found = wanted().sort(order);
  first = Math.max(0, Math.min(first, Math.floor((found.length - 1) / data.each) * data.each));
  const part = found.slice(first, first + data.each);
  byId("rows").replaceChildren(...part.map(line));
  byId("said").textContent = `${found.length} of ${data.rows.length} rows`;
  byId("place").textContent = found.length ? `${first + 1} to ${first + part.length}` : "nothing fits";
  byId("turn").hidden = found.length <= data.each;
  byId("back").disabled = first === 0;
  byId("on").disabled = first + data.each >= found.length;
  for (const head of document.querySelectorAll("th[data-field]"))
    head.setAttribute("aria-sort", head.dataset.field !== sorted.field ? "none" : sorted.down ? "descending" : "ascending");
}

function again() {
  first = 0;
  show();
}

for (const head of document.querySelectorAll("th[data-field]")) {
  const button = document.createElement("button"), field = head.dataset.field;
  button.type = "button";
  button.textContent = head.textContent;
  button.addEventListener("click", () => {
    sorted = { field, down: sorted.field === field && !sorted.down };
    again();
  });
  head.replaceChildren(button);
}
for (const choice of document.querySelectorAll("select[data-field]")) {
  const list = data.lists[choice.dataset.field] ?? [];
  list.map((text, place) => [text, place]).filter(([text]) => text).sort(([a], [b]) => compare(a, b))
    .forEach(([text, place]) => choice.add(new Option(text, place)));
  choice.addEventListener("change", again);
}
document.querySelectorAll("[name=to_do]").forEach(each => each.addEventListener("change", again));
byId("search").addEventListener("input", again);
byId("back").addEventListener("click", () => { first -= data.each; show(); });
byId("on").addEventListener("click", () => { first += data.each; show(); });
byId("tools").hidden = false;
show();
