"use strict";
// Looks up what mls-kit has stored, unpacks chances, adds days. No rule of an exam or of the method is here.
const byId = name => document.getElementById(name);
const words = Object.fromEntries([...byId("words").content.children].map(each => [each.dataset.w, each.textContent]));
const say = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
const passes = n => say(n > 1 ? "about" : n ? "once" : "none", { n });
const counted = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`.replace(" ", "\u00a0");
const made = (tag, values = {}, ...inside) => {
  const found = document.createElement(tag);
  for (const [name, value] of Object.entries(values)) name in found ? found[name] = value : found.setAttribute(name, value);
  found.append(...inside);
  return found;
};
const whole = x => Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x);  // halves to even, as the kit
const percent = x => x < 0.005 ? "under 1\u00a0%" : x >= 0.995 ? "over 99\u00a0%" : `${(100 * x).toFixed(0)}\u00a0%`;

// -- Days are whole numbers, from 1970 on
const number = text => /^\d{4}-\d\d-\d\d$/.test(text) && !isNaN(Date.parse(text)) ? Date.parse(text) / 864e5 : null;
const iso = day => new Date(day * 864e5).toISOString().slice(0, 10);
const weekday = day => (day + 3) % 7;  // 0 is Monday
const named = (count, start, step, wanted) => Array.from({ length: count }, (_, n) =>
  new Date((start + step * n) * 864e5).toLocaleDateString("en-GB", { timeZone: "UTC", ...wanted }));
const weekdays = named(7, 4, 1, { weekday: "long" }), months = named(12, 14, 30.5, { month: "long" });  // Monday 5 January 1970 on
const fields = day => iso(day).split("-").map(Number);
const shortDay = (day, year = true) => new Date(day * 864e5).toUTCString().slice(0, year ? 16 : 11).replace(/, 0?/, " ");
const dated = (day, year = true) => `${fields(day)[2]} ${months[fields(day)[1] - 1]}${year ? ` ${fields(day)[0]}` : ""}`;
const longDay = day => `${weekdays[weekday(day)]} ${dated(day, false)}`;
const now = new Date(), clock = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) / 864e5;

// -- Unpacking
let data;
const models = {};
async function unpacked(name) {
  const bytes = Uint8Array.from(atob(byId(`packed-${name}`).textContent), each => each.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
async function load(code) {
  if (code in models) return;
  models[code] = null;
  if (!byId(`packed-${code}`).textContent) return;
  const bytes = await unpacked(code), size = new DataView(bytes.buffer).getUint32(0, true);
  const model = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + size)));
  let place = 4 + size;
  const next = () => {
    let found = 0, scale = 1, byte;
    do { byte = bytes[place++]; found += (byte & 127) * scale; scale *= 128; } while (byte > 127);
    return found % 2 ? -(found + 1) / 2 : found / 2;
  };
  const columns = (count, sizes, order, step) => Array.from({ length: count }, (_, column) => sizes.flatMap(length => {
    const sums = Array(order).fill(0);
    return Array.from({ length }, () => {
      let value = next();
      for (let k = 0; k < order; k++) value = sums[k] += value;
      return value * step(column);
    });
  }));
  const [likely, chance, band] = data.steps, [many, few] = data.nodes, [fine, coarse] = data.orders;
  const sizes = model.rows.map(row => row[1]);
  model.exact = columns(2 + many, sizes, fine, column => column ? chance : likely);
  model.bands = columns(2 * (1 + few), sizes, coarse, () => band);
  let start = 0;
  for (const row of model.rows) { row.push(start); start += row[1]; }
  models[code] = model;
}
// The value after hours of study, of what was stored as a polynomial.
function after(found, hours, most) {
  const x = 2 * hours / (hours + data.bent) * (most + data.bent) / most - 1;
  let b = 0, c = 0;
  for (let k = found.length - 1; k; k--) [b, c] = [2 * x * b - c + found[k], b];
  return x * b - c + found[0];
}
// What a score and ratings say: chance now, and after hours; both ends of the band. Null where they cannot go together.
function prospects(exam, row, score) {
  const model = models[exam.code];
  if (!model) return null;
  const [low, count, odd, start] = model.rows[row], right = (score - exam.scale[0]) * model.right;
  const total = Math.floor(right + 1e-9), above = Math.max(right - total, 0), at = start + total - low;
  const weight = each => each < low || each >= low + count ? 0 : Math.exp(model.exact[0][start + each - low]);
  const first = (1 - above) * weight(total), second = above * weight(total + 1);
  if (!(first + second > 0)) return null;
  const mean = column => ((first && first * column[at]) + (second && second * column[at + 1])) / (first + second);
  const [now, ...later] = model.exact.slice(1).map(mean);
  const found = { now, after: hours => after(later, hours, model.most) };
  if (total >= data.bands * model.cut && !odd.includes(total - low)) {
    const odds = model.bands.map(mean), ends = [odds.slice(0, odds.length / 2), odds.slice(odds.length / 2)];
    found.band = hours => ends.map(end => 1 / (1 + Math.exp(-(hours === null ? end[0] : after(end.slice(1), hours, model.most)))));
  }
  return found;
}

// -- The answer: everything that is shown, from what was typed
function hoursBefore(start, days, pace) {
  const found = [0];
  for (let n = 0; n < days; n++) found.push(found[n] + data.weeks[pace - 1][weekday(start + n)] / 60);
  return found;
}
function answer(typed) {
  const exam = data.exams[typed.exam], standard = exam.result ? null : exam.scale[1], start = typed.today ?? clock;
  const row = typed.ratings.reduce((sum, code) => sum * exam.labels.length + code, 0);
  const [shares, patterns, line, [weeks, suggested]] = exam.rows[row];
  const [wait, never, ...limits] = exam.again[Math.min(typed.attempt, exam.again.length) - 1], limited = limits[+(typed.taken === null)];
  const passed = exam.result ? typed.result === "pass" : typed.score >= standard, earliest = passed || typed.taken === null ? null : Math.max(typed.taken + wait, exam.from ?? 0);
  const soonest = Math.max(start + 1, earliest ?? start + wait, exam.from ?? 0), [, last, turns] = exam.languages.find(each => each[0] === typed.language);
  const far = Math.abs(typed.score - standard), points = standard === null ? "" : counted(far, "point");
  const obstacle = never || (last !== null && earliest > last ? say("too_late", { day: dated(earliest), last: dated(last) }) : "");
  const found = { exam, passed, points, shares, patterns, line, wait, limited: passed ? "" : limited, obstacle, earliest, last, start, soonest };
  if (passed) {
    found.headline = say(exam.result ? "passed_only" : typed.score > standard ? "passed" : "just_passed", { score: typed.score, points });
    found.lead = say("keep_up");
    return found;
  }
  const year = Math.max(start + 7 * data.longest, soonest), ends = last !== null && soonest <= last && last < year, until = ends ? last : year;
  const hours = hoursBefore(start, until - start, typed.hours), ahead = prospects(exam, row, typed.score), pace = `${counted(typed.hours, "hour")}`;
  const aim = (name, title, day, more = {}) => {
    const spent = hours[(day ?? until) - start];
    return { name, title, day, hours: spent, weeks: Math.max(Math.round(((day ?? until) - start) / 7), 1), chance: ahead && ahead.after(spent),
      band: ahead && ahead.band && ahead.band(spent), ...more };
  };
  const first = enough => {  // the first of the days on which something holds, from which on it holds; null where there is none
    let from = soonest, to = until + 1;
    while (from < to) { const middle = (from + to) >> 1; enough(middle) ? to = middle : from = middle + 1; }
    return from > until ? null : from;
  };
  const needed = wanted => {  // the fewest whole hours a week that would do
    const many = Array(7).fill(0);
    for (let day = start; day < until; day++) many[weekday(day)]++;
    for (let tried = typed.hours + 1; tried <= data.weeks.length; tried++)
      if (ahead.after(data.weeks[tried - 1].reduce((sum, minutes, day) => sum + minutes * many[day], 0) / 60) >= wanted) return tried;
    return null;
  };
  found.aims = data.aims.flatMap(([name, title, wanted]) => {
    if (wanted === null) {
      const day = first(day => hours[day - start] >= suggested && day >= start + 7 * weeks);
      return [aim(name, title, day ?? Math.max(first(day => hours[day - start] >= suggested) ?? until, Math.min(start + 7 * weeks, until)), { article: true })];
    }
    if (!ahead) return [];
    const day = first(day => ahead.after(hours[day - start]) >= wanted);
    return [day === null ? aim(name, title, ends ? last : null, { wanted, enough: needed(wanted), late: ends }) : aim(name, title, day, { wanted })];
  });
  found.chosen = found.aims.find(each => each.name === typed.aim) ?? found.aims.at(-1);
  const day = found.chosen.day ?? until;
  [, found.state, found.why] = turns.findLast(each => each[0] <= day);
  Object.assign(found, { day, ahead, year, ends });
  const values = { silent: exam.silent, score: typed.score, more: counted(far, "more point"), hours: pace, exam: exam.code, day: longDay(day).replaceAll(" ", "\u00a0") };
  const next = found.state === "ended" ? "ended" : found.state === "beta" ? "beta" : found.chosen.day === null ? "away" : "exam_on";
  found.headline = `${say(exam.result ? "failed" : "short", values)} ${say(next, values)}`;
  found.tries = ahead ? Array.from({ length: 20 }, (_, k) => (k + 0.5) / 20).filter(share => share > 1 - ahead.now).length : 0;
  found.then = ahead ? whole(20 * found.chosen.chance) : 0;
  found.lead = !ahead ? say(models[exam.code] ? "not_fitting" : exam.known ? "not_stored" : "not_known", values)
    : say("with_now", {
      passes: passes(found.tries),
      then: found.chosen.day === null ? "" : say("with_then", { hours: counted(whole(found.chosen.hours), "hour"), passes: passes(found.then) }),
    });
  return found;
}

// -- What was typed
const code = () => byId("exam").value;
const ratings = () => !data.exams[code()].labels.length ? [] : data.exams[code()].domains.map((_, n) => +document.querySelector(`[name=rating${n}]:checked`).value);
let chosen = null;
function read() {
  const exam = data.exams[code()], [low, , high] = exam.scale ?? [], bad = [];
  const count = (name, from, to, problem) => {
    const text = byId(name).value, fits = /^\d+$/.test(text) && +text >= from && +text <= to;
    byId(name).setAttribute("aria-invalid", !fits);
    if (!fits) bad.push(problem);
    return +text;
  };
  const score = exam.scale && count("score", low, high, say("bad_score", { low, high }));
  const day = byId("taken").value, taken = day ? number(day) : null, wrong = byId("taken").validity.badInput || (day && (taken === null || taken > clock));
  byId("taken").setAttribute("aria-invalid", Boolean(wrong));
  if (wrong) bad.push(say("bad_taken"));
  const attempt = count("attempt", 1, 99, say("bad_attempt")), hours = count("hours", 1, data.weeks.length, say("bad_hours", { most: data.weeks.length }));
  return { exam: code(), language: byId("language").value, score, result: byId("result").value, ratings: ratings(), taken, attempt, hours, aim: chosen ?? data.default, bad };
}
function setExam() {
  const exam = data.exams[code()], [low, standard, high] = exam.scale ?? [0, 0, 0], language = byId("language").value;
  byId("language").replaceChildren(...exam.languages.map(([name]) => new Option(name === "another" ? say("another") : name, name)));
  if (exam.languages.some(each => each[0] === language)) byId("language").value = language;
  for (const name of ["score", "slide"]) Object.assign(byId(name), { min: low, max: high });
  const score = +byId("score").value;
  if (exam.scale && !(score >= low && score <= high && score)) byId("score").value = exam.result ? low : standard - 30;
  byId("slide").value = byId("score").value;
  byId("standard").textContent = exam.result ? "" : say("passes", { standard });
  byId("score-part").hidden = !exam.scale;
  byId("result-part").hidden = !exam.result;
  byId("stand-part").hidden = exam.result;
  const own = data.own[exam.code];
  byId("unasked").replaceChildren(...(exam.many ? [say("too_many", { exam: exam.code })] : own ? [say("own_page", { exam: exam.code }), made("a", { href: own, textContent: own }), "."] : []));
  byId("hours-note").textContent = say(exam.labels.length ? "rated_first" : "by_weight");
  byId("ratings").replaceChildren(...(exam.labels.length ? exam.domains : []).map(([, short, weight], n) => made("fieldset", {},
    made("legend", {}, made("span", { textContent: short }), made("span", { className: "note", textContent: `${weight} %` })),
    made("div", { className: "choose" }, ...exam.labels.map((label, k) => made("label", {},
      made("input", { type: "radio", name: `rating${n}`, value: k, checked: k === (n % 3 ? exam.labels.length - 1 : 0) }), made("span", { textContent: label })))))));
  byId("says").innerHTML = exam.says.replaceAll("{score}", "<span class=typed-score></span>");
  byId("sources").replaceChildren(...exam.sources.map(url => made("li", {}, made("a", { href: url, rel: "noreferrer", textContent: url }))));
  byId("seen").textContent = exam.seen[1] === exam.seen[0] ? dated(exam.seen[0]) : `${dated(exam.seen[1])} or later`;
}

// -- What is shown; a part is drawn anew only where what it shows has changed, since laying it out takes most of the time
const drawnOf = {};
const changed = (part, ...shown) => {
  const now = JSON.stringify(shown), before = drawnOf[part];
  drawnOf[part] = now;
  return now !== before;
};
const SVG = "http://www.w3.org/2000/svg";
const drawn = (tag, values, text) => {
  const found = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(values)) found.setAttribute(name, value);
  if (text !== undefined) found.textContent = text;
  return found;
};
const fixed = x => x.toFixed(1);
const block = ([, , , style, sign]) => made("i", { className: `b ${style}` }, made("b", { textContent: sign }));
const ends = band => band ? say("band", { low: percent(band[0]).replace("\u00a0%", ""), high: percent(band[1]).replace("\u00a0%", "") }) : "";

function showStand(found, typed) {
  const [low, standard, high] = found.exam.scale, across = score => 100 * (score - low) / (high - low), you = across(typed.score), at = across(standard);
  const anchor = x => x < 12 ? "start" : x > 88 ? "end" : "middle", group = byId("bar").querySelector("g");
  const line = drawn("svg", { x: `${fixed(you)}%`, y: 22, overflow: "visible" });
  line.append(drawn("path", { class: "you", d: "M0-10 7 0 0 10-7 0Z" }));
  group.replaceChildren(drawn("rect", { class: "scale", y: 14, width: "100%", height: 16 }),
    drawn("rect", { x: `${fixed(at)}%`, y: 14, width: `${fixed(100 - at)}%`, height: 16, fill: "url(#hatch)" }),
    drawn("line", { class: "standard", x1: `${fixed(at)}%`, x2: `${fixed(at)}%`, y1: 2, y2: 36 }), line,
    drawn("text", { class: "strong", x: `${fixed(at < 80 ? at + 1 : at - 1)}%`, y: 10, "text-anchor": at < 80 ? "start" : "end" }, `${standard} to pass`),
    drawn("text", { class: "strong", x: `${fixed(you)}%`, y: 48, "text-anchor": anchor(you) }, `you ${typed.score}`));
  if (you > 12) group.append(drawn("text", { y: 48 }, low));
  if (you < 88) group.append(drawn("text", { x: "100%", y: 48, "text-anchor": "end" }, high));
  byId("bar").setAttribute("aria-label", say("bar", { low, high, score: typed.score, standard }));
  const rows = found.ahead ? [[say("today_row"), found.tries, found.ahead.now, found.ahead.band && found.ahead.band(null)]] : [];
  if (found.ahead && found.chosen.day !== null)
    rows.push([say("then_row", { hours: counted(whole(found.chosen.hours), "hour") }), found.then, found.chosen.chance, found.chosen.band]);
  byId("tries").hidden = !rows.length;
  byId("stand-note").hidden = byId("stand-marks").lastElementChild.hidden = !rows.length;
  byId("tries").tBodies[0].replaceChildren(...rows.map(([name, passing, chance, band]) => {
    const dots = drawn("svg", { height: 14, viewBox: "0 0 270 14", "aria-hidden": true });
    for (let k = 0; k < 20; k++) dots.append(drawn("circle", { class: k < passing ? "passes" : "fails", cx: 7 + 13.4 * k, cy: 7, r: 5 }));
    return made("tr", {}, made("th", { scope: "row", textContent: name }), made("td", { className: "dots" }, dots, made("span", { className: "hidden", textContent: say("pass_of", { n: passing }) })),
      made("td", { className: "said note", ariaHidden: "true", textContent: say("pass_of", { n: passing }) }),
      made("td", { className: "n" }, made("b", { textContent: percent(chance) }), " ", made("small", { className: "note", textContent: ends(band) })));
  }));
}

function chanceBar(aim, today) {
  const found = drawn("svg", { class: "chance", height: 26, "aria-hidden": true });
  found.append(drawn("line", { class: "axis", x2: "100%", y1: 13, y2: 13 }), drawn("line", { class: "now", x1: `${fixed(100 * today)}%`, x2: `${fixed(100 * today)}%`, y2: 26 }));
  if (aim.band) found.append(drawn("rect", { class: "band", x: `${fixed(100 * aim.band[0])}%`, width: `${fixed(100 * (aim.band[1] - aim.band[0]))}%`, y: 8, height: 10, rx: 2 }));
  found.append(drawn("circle", { class: "dot", cx: `${fixed(100 * aim.chance)}%`, cy: 13, r: 6 }));
  return found;
}
function dayRow(aim, found) {
  const on = aim === found.chosen, hour = h => counted(h, "hour"), one = found.aims.length === 1;
  const name = made("small", {}, aim.title, aim.article ? " " : "", aim.article ? made("a", { className: "mark article", href: "#marks", textContent: "article" }) : "", on && !one ? " " : "", on && !one ? made("i", { textContent: say("your_day") }) : "");
  const title = made("b", { textContent: aim.day === null ? say("not_within") : shortDay(aim.day) });
  const pick = one ? made("div", {}, name, " ", title) : made("label", {}, made("input", { type: "radio", name: "aim", value: aim.name, checked: on, "aria-label": `${aim.title}: ${title.textContent}` }), name, " ", title);
  const line = made("tr", { className: `${aim.article ? "article" : "model"}${on ? " chosen" : ""}${aim.day === null ? " away" : ""}` }, made("th", { scope: "row" }, pick));
  const enough = aim.enough ? say("would_do", { hours: hour(aim.enough) }) : say("none_does", { chance: percent(aim.wanted ?? 0) });
  if (aim.day === null) { line.append(made("td", { colSpan: 3, textContent: enough })); return line; }
  line.append(made("td", { className: "whole" }, counted(aim.weeks, "week"), " ", made("small", { textContent: hour(whole(aim.hours)) })));
  const late = aim.late ? made("p", { className: "why", textContent: aim.enough ? say("last_decides", { hours: hour(aim.enough), chance: percent(aim.wanted) }) : say("last_decides_none") }) : "";
  if (found.ahead) line.append(made("td", {}, chanceBar(aim, found.ahead.now), late), made("td", { className: "n" }, made("b", { textContent: percent(aim.chance) }), " ", made("small", { textContent: ends(aim.band) })));
  else line.append(made("td"), made("td", { className: "n note", textContent: say("no_chance") }));
  return line;
}
let wide = 760;  // pixels of the time axis: asked for only where the window changes, since the browser has to lay out for it
// One time axis for the exam, the day from which on a retake may be, the days to choose from, and the last day.
function showWhen(found, typed) {
  const days = found.aims.filter(each => each.day !== null), narrow = wide < 520;
  const first = Math.min(typed.taken ?? found.start, found.start), until = Math.max(found.soonest + 21, ...days.map(each => each.day), found.ends ? found.last : 0);
  const span = until - first + 6, x = day => 6 + (wide - 40) * (day - first + 2) / span, out = [];
  for (let day = first; day <= until; day++) {
    const [year, month, date] = fields(day);
    if (date !== 1 || (span > 200 && narrow && month % 3 !== 1)) continue;
    out.push(drawn("line", { class: "tick", x1: fixed(x(day)), x2: fixed(x(day)), y1: 52, y2: 70 }));
    if (x(day) < wide - 50) out.push(drawn("text", { x: fixed(x(day) + 3), y: 70 }, months[month - 1].slice(0, 3) + (month === 1 ? ` ${year}` : "")));
  }
  out.push(drawn("line", { class: "axis", x1: 0, x2: wide, y1: 52, y2: 52 }));
  if (typed.taken !== null && found.earliest > typed.taken) out.push(drawn("line", { class: "wait", x1: fixed(x(typed.taken)), x2: fixed(x(found.earliest)), y1: 52, y2: 52 }));
  const points = [];
  if (typed.taken !== null) {
    out.push(drawn("text", { x: fixed(x(typed.taken) - 4), y: 90 }, say("axis_taken")));
    points.push(`${say("axis_taken")} ${shortDay(typed.taken)}`);
  }
  const open = say("axis_open", { day: shortDay(found.soonest, false).slice(4) });
  out.push(drawn("line", { class: "end", x1: fixed(x(found.soonest)), x2: fixed(x(found.soonest)), y1: 44, y2: 60 }),
    drawn("text", { x: fixed(Math.max(x(found.soonest), typed.taken === null ? 0 : x(typed.taken) + 44)), y: 90 }, open));
  points.push(open);
  if (found.ends) {
    out.push(drawn("line", { class: "end", x1: fixed(x(found.last)), x2: fixed(x(found.last)), y1: 30, y2: 92 }), drawn("text", { class: "strong", x: fixed(x(found.last) - 4), y: 106, "text-anchor": "end" }, say("axis_last", { day: dated(found.last, false) })));
    points.push(say("axis_last", { day: dated(found.last) }));
  }
  let before = -999, height = 0, most = 0;
  for (const each of [...days].sort((a, b) => a.day - b.day || (a === found.chosen) - (b === found.chosen))) {
    const at = x(each.day), on = each === found.chosen;
    height = at - before < 78 ? (height + 1) % 3 : 0;
    before = at;
    most = Math.max(most, height);
    out.push(drawn("line", { class: "tick", x1: fixed(at), x2: fixed(at), y1: 40 - 14 * height, y2: 52 }),
      drawn("path", { class: `mark${on ? " on" : ""}${each.article ? " article" : ""}`, d: `M${fixed(at)} 45l7 7-7 7-7-7z` }),
      drawn("text", { class: on ? "strong" : "", x: fixed(Math.min(Math.max(at, 30), wide - 36)), y: 37 - 14 * height, "text-anchor": "middle" }, each.title));
    points.push(`${each.title} ${shortDay(each.day)}`);
  }
  const axis = byId("when"), top = 24 - 14 * most, tall = (found.ends ? 112 : 96) - top;
  axis.setAttribute("height", tall);
  axis.setAttribute("viewBox", `0 ${top} ${wide} ${tall}`);
  axis.setAttribute("aria-label", say("axis_said", { points: points.join(". ") }));
  axis.replaceChildren(...out);
}
function showHours(found, typed) {
  const total = found.chosen.hours, widest = Math.max(...found.shares.map(each => each[1]));
  if (!changed("hours", typed.exam, typed.ratings, whole(total), found.shares.map(each => whole(total * each[1] / 100)))) return;
  byId("hours-name").textContent = say("where_hours", { hours: counted(whole(total), "hour") });
  byId("shares").replaceChildren(...found.shares.map(([place, share, why]) => {
    const domain = found.exam.domains[place], bar = made("span", { className: `bar ${domain[3]}` });
    bar.style.width = `${fixed(100 * share / widest)}%`;
    return made("tr", {}, made("th", { scope: "row" }, made("div", { className: "domain" }, block(domain), made("span", {}, domain[0],
      made("small", { textContent: say("weight", { rating: found.exam.labels[typed.ratings[place]] ?? say("not_rated"), weight: domain[2] }) })))),
      made("td", { className: "share" }, bar), made("td", { className: "whole" }, made("b", { textContent: `${whole(total * share / 100)} h` }), " ", made("span", { className: "note", textContent: percent(share / 100) })),
      made("td", { className: "why", textContent: found.exam.texts[why] }));
  }));
}
function showFacts(found, typed) {
  const exam = found.exam, rows = [];
  if (!found.passed && found.obstacle) rows.push([say("earliest"), say("not_possible"), found.obstacle.split(";")[0]]);
  else if (!found.passed) {
    const wait = found.wait ? say("after_exam", { days: counted(found.wait, "day") }) : say("no_wait");
    const day = found.earliest === null ? wait : `${longDay(found.earliest)} ${iso(found.earliest).slice(0, 4)}`;
    rows.push([say("earliest"), day, [found.earliest === null ? "" : wait, found.earliest !== null && found.earliest <= found.start ? say("book_now") : ""].filter(Boolean).join("; ")]);
  }
  const language = typed.language === "another" ? say("another") : typed.language;
  rows.push([say("last_day"), found.last === null ? say("none_announced") : dated(found.last), `${say("in_language", { language })}; ${say("seen_on", { day: shortDay(exam.seen[0]).slice(4) })}`]);
  if (exam.fee && !found.passed) rows.push([say("fee"), `${exam.fee} USD`, ""]);
  if (changed("facts", rows)) byId("facts").replaceChildren(...rows.map(([name, value, note]) => made("div", {}, made("dt", { textContent: name }), made("dd", {}, value, " ", made("span", { className: "note", textContent: note })))));
}
const outcome = typed => typed.score === null ? say(typed.result) : say("score_said", typed);
function file(typed) {
  const exam = data.exams[typed.exam], quoted = JSON.stringify;
  const lines = [`# ${say("file", { day: iso(clock) })}`, `exam: ${quoted(typed.exam)}`];
  if (exam.scale) lines.push(`scaled_score: ${typed.score}`);
  if (exam.result) lines.push(`result: ${typed.result}`);
  if (exam.labels.length) lines.push("ratings:", ...exam.domains.map(([name], n) => `  ${quoted(name)}: ${quoted(exam.labels[typed.ratings[n]])}`));
  if (typed.taken !== null) lines.push(`taken_on: ${quoted(iso(typed.taken))}`);
  lines.push(`attempt: ${typed.attempt}`, `hours_per_week: ${typed.hours}`);
  if (typed.language !== "another") lines.push(`language: ${quoted(typed.language)}`);
  return `${[...lines, `aim: ${typed.aim}`].join("\n")}\n`;
}
function show() {
  const typed = read(), bad = typed.bad.length > 0;
  byId("missing").textContent = bad ? `${typed.bad.join(" ")} ${say("stopped")}` : "";
  byId("answer").classList.toggle("stale", bad);
  if (bad) { byId("foot-bar").querySelector("b").textContent = typed.bad[0]; return; }
  const found = answer(typed), exam = found.exam, taken = typed.taken === null ? say("no_day") : shortDay(typed.taken);
  byId("whose").textContent = `${exam.code} ${exam.name} · ${longDay(clock)} ${iso(clock).slice(0, 4)}`;
  byId("headline").textContent = found.headline.replaceAll("-", "\u2011");
  byId("lead").textContent = found.lead;
  byId("typed").textContent = say("typed", { exam: exam.code, language: typed.language === "another" ? say("another") : typed.language, outcome: outcome(typed), taken, attempt: typed.attempt,
    ratings: exam.labels.length ? exam.domains.map(([, short], n) => `${short}: ${exam.labels[typed.ratings[n]]}`).join(" · ") : say("not_rated"), hours: counted(typed.hours, "hour") });
  const alerts = found.passed ? [] : [found.state === "open" ? "" : found.why, found.limited].filter(Boolean);
  byId("alerts").hidden = !alerts.length;
  byId("alerts").replaceChildren(...alerts.map(text => made("p", { textContent: text })));
  for (const name of ["days-part", "hours-part", "article-part"]) byId(name).hidden = found.passed;
  if (!exam.result) showStand(found, typed);
  if (!found.passed) {
    const focused = document.activeElement?.name === "aim", several = found.aims.length > 1;
    byId("days").textContent = say(several ? "three_days" : "one_day");
    byId("days-marks").hidden = !several;
    byId("days-note").textContent = say(several ? "days_note" : "days_note_article", { hours: counted(typed.hours, "hour") });
    const today = found.ahead ? 100 * found.ahead.now : 0;
    byId("today").replaceChildren(...(found.ahead ? [drawn("text", { x: `${fixed(today)}%`, y: 12, "text-anchor": today < 12 ? "start" : today > 88 ? "end" : "middle" }, say("axis_today", { chance: percent(found.ahead.now) }))] : []));
    byId("choice").replaceChildren(...found.aims.map(aim => dayRow(aim, found)));
    if (focused) document.querySelector("[name=aim]:checked")?.focus();
    showWhen(found, typed);
    showHours(found, typed);
    if (changed("reads", typed.exam, typed.ratings)) byId("reads").innerHTML = [...(found.patterns.length ? found.patterns.map(each => exam.texts[each]) : [say("no_pattern")]), exam.texts[found.line]].map(text => `<li>${text}</li>`).join("");
  }
  showFacts(found, typed);
  for (const each of byId("says").querySelectorAll(".typed-score")) each.textContent = typed.score;
  byId("yaml").textContent = file(typed);
  const [bold, plain] = byId("foot-bar").firstElementChild.children;
  [bold.textContent, plain.textContent] = [exam.result ? outcome(typed) : `${typed.score}: ${found.passed ? "" : "-"}${found.points}`.replace("-", "\u2212"), found.passed ? "" : found.chosen.day === null ? say("not_within") : shortDay(found.chosen.day) + (found.ahead ? `: ${percent(found.chosen.chance)}` : "")];
}
function follow(event) {
  for (const [field, slider] of [["score", "slide"], ["hours", "pace"]]) {
    if (event.target.id === slider) byId(field).value = event.target.value;
    if (event.target.id === field) byId(slider).value = event.target.value;
  }
}
async function begin() {
  if (!("DecompressionStream" in self)) throw new Error(say("too_old"));
  data = JSON.parse(new TextDecoder().decode(await unpacked("data")));
  byId("exam").value = "SAA-C03" in data.exams ? "SAA-C03" : byId("exam").value;
  byId("taken").max = iso(clock);
  byId("taken").value = iso(clock - 7);
  setExam();
  await load(code());
  byId("split").hidden = byId("foot-bar").hidden = false;
  const seen = data.exams[code()].seen[1];
  if (clock > data.built + data.stale) {
    byId("trouble").textContent = say("old", { seen: dated(seen) });
    byId("trouble").hidden = false;
  }
  byId("form").addEventListener("input", async event => {
    follow(event);
    if (event.target.id === "exam") { setExam(); await load(code()); }
    show();
  });
  byId("form").addEventListener("submit", event => event.preventDefault());
  byId("choice").addEventListener("change", event => { chosen = event.target.value; show(); });
  byId("print").addEventListener("click", () => print());
  byId("keep").addEventListener("click", () => {
    const link = made("a", { href: URL.createObjectURL(new Blob([byId("yaml").textContent], { type: "text/yaml" })), download: "my-report.yaml" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  let width = 0;
  const fit = () => {
    if (innerWidth === width) return;
    width = innerWidth;
    wide = byId("answer").clientWidth || wide;
    show();
  };
  addEventListener("resize", fit);
  fit();
}
begin().catch(error => { byId("trouble").textContent = error.message; byId("trouble").hidden = false; });
