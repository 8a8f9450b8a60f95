"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const byId = name => document.getElementById(name);
const heads = data.heads, rows = data.rows, each = 100;
const NUMBERS = new Set(["row", "scaled score", "points from passing"]);
const column = name => heads.indexOf(name);
let sorted = { by: column("row"), down: false }, first = 0;

const compare = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" }).compare;
function order(a, b) {
  const x = a[sorted.by], y = b[sorted.by];
  if (x === null || y === null) return (x === null) - (y === null);  // what is not known comes last, either way
  const result = typeof x === "number" ? x - y : compare(String(x), String(y));
  return sorted.down ? -result : result;
}

function wanted() {
  const text = byId("search").value.trim().toLowerCase(), exam = byId("exam").value, status = byId("status").value;
  const searched = ["id", "name"].map(column).filter(place => place >= 0);
  return rows.filter(row => (!exam || row[column("exam")] === exam) && (!status || row[column("status")] === status)
    && (!text || searched.some(place => String(row[place] ?? "").toLowerCase().includes(text))));
}

function cell(row, place) {
  const made = document.createElement("td"), value = row[place];
  if (heads[place] === "files") {
    value.forEach(name => {
      const link = document.createElement("a");
      link.href = encodeURI(name);
      link.textContent = data.kinds[name.slice(name.lastIndexOf("."))] ?? name;
      link.setAttribute("aria-label", `${link.textContent} of row ${row[column("row")]}`);
      made.append(link);
    });
    if (row[heads.length]) {
      const said = document.createElement("span");
      said.className = "bad";
      said.textContent = row[heads.length];
      made.append(said);
    }
  } else {
    made.textContent = value === null ? "not known" : heads[place] !== "points from passing" ? value
      : value > 0 ? `+${value}` : `${value}`.replace("-", "\u2212");
    if (NUMBERS.has(heads[place]) && value !== null) made.className = "number";
  }
  return made;
}

function show() {
  const found = wanted().sort(order);
  first = Math.max(0, Math.min(first, Math.floor((found.length - 1) / each) * each));
  const part = found.slice(first, first + each);
  byId("rows").replaceChildren(...part.map(row => {
    const line = document.createElement("tr");
    line.append(...heads.map((_, place) => cell(row, place)));
    return line;
  }));
  byId("said").textContent = `${found.length} of ${rows.length} rows`;
  byId("place").textContent = found.length ? `${first + 1} to ${first + part.length}` : "nothing fits";
  byId("back").disabled = first === 0;
  byId("on").disabled = first + each >= found.length;
  [...byId("heads").children].forEach((head, place) =>
    head.setAttribute("aria-sort", place !== sorted.by ? "none" : sorted.down ? "descending" : "ascending"));
}

heads.forEach((name, place) => {
  const head = document.createElement("th"), button = document.createElement("button");
  head.scope = "col";
  if (NUMBERS.has(name)) head.className = "number";
  button.type = "button";
  button.textContent = name;
  button.addEventListener("click", () => {
    sorted = { by: place, down: sorted.by === place && !sorted.down };
    first = 0;
    show();
  });
  if (name === "files") head.textContent = name; else head.append(button);
  byId("heads").append(head);
});
for (const name of ["exam", "status"]) {
  [...new Set(rows.map(row => row[column(name)]))].filter(Boolean).sort().forEach(value =>
    byId(name).add(new Option(value, value)));
  byId(name).addEventListener("change", () => { first = 0; show(); });
}
byId("search").addEventListener("input", () => { first = 0; show(); });
byId("back").addEventListener("click", () => { first -= each; show(); });
byId("on").addEventListener("click", () => { first += each; show(); });
show();
