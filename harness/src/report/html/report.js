"use strict";

const report = JSON.parse(document.getElementById("data").textContent);
const VERDICTS = ["fail", "error", "inconclusive", "flaky", "warn", "unsupported", "pass"];
const clauses = new Map(report.clauses.map(clause => [clause.id, clause]));
const filter = { text: "", verdicts: new Set(), clause: "", protocol: "" };

/** An element with attributes and children; texts are never read as markup. */
function element(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

function drawing(name, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter(child => child !== undefined && child !== null && child !== ""));
  return node;
}

function verdict(word) {
  return element("span", { class: `verdict ${word}` }, word);
}

function time(nanos) {
  const micros = Math.floor(nanos / 1000);
  return micros < 1e6 ? `${(micros / 1000).toFixed(3)} ms` : `${(micros / 1e6).toFixed(6)} s`;
}

/* The head: what was judged, totals, grades. */

function head() {
  const totals = VERDICTS.filter(word => report.totals[word]).map(word => [`${report.totals[word]} `, verdict(word), "  "]);
  const partial = report.deselected ? ` · partial: ${report.deselected} scenarios were not selected` : "";
  document.getElementById("head").append(
    element("h1", {}, report.subject),
    element("p", {}, totals.length ? totals.flat() : "nothing was judged"),
    element("p", { class: "faint" },
      `${report.cases.length} cases, engine ${report.engine}, edition ${report.edition}, claims ${report.claims}, ` +
      `wireproof ${report.wireproof}${partial}`),
    report.stopped ? element("p", { class: "error" }, `stopped: ${report.stopped}`) : "",
    ...report.unmet.map(unmet => element("p", { class: "fail" }, unmet)),
    element("div", { class: "grades" }, report.grades.map(grade)),
  );
}

function grade(grade) {
  const share = number => `${100 * number / Math.max(grade.applicable, 1)}%`;
  const names = (word, ids) => ids.length
    ? element("p", {}, `${word} `, ids.map(clauseButton)) : "";
  return element("div", { class: "grade" },
    element("div", {}, `${grade.protocol} ${grade.grade}${grade.claimed ? ", claimed" : ""}`),
    element("div", {}, element("b", {}, `${grade.judged} of ${grade.applicable}`), ` judged, ${grade.broken.length} broken: `,
      element("span", { class: `verdict ${grade.reached ? "pass" : grade.broken.length ? "fail" : "inconclusive"}` },
        grade.reached ? "reached" : "not reached")),
    element("div", { class: "bar" },
      element("i", { class: "pass", style: `width:${share(grade.judged - grade.broken.length)}` }),
      element("i", { class: "fail", style: `width:${share(grade.broken.length)}` })),
    names("broken:", grade.broken), names("without evidence:", grade.unjudged));
}

function clauseButton(id) {
  return element("button", { type: "button", class: "id", onclick: () => { filter.clause = id; show(); scrollTo("cases"); } }, id);
}

function scrollTo(id) {
  document.getElementById(id).scrollIntoView();
}

/* The matrix: each clause with the worst that was said of it. */

function worst(id) {
  const words = report.cases.map(each => each.clauses[id]).filter(Boolean);
  return VERDICTS.find(word => words.includes(word));
}

function matrix() {
  const section = document.getElementById("clauses");
  section.append(element("h2", {}, "Clauses"));
  for (const [area, members] of grouped(report.clauses, areaOf)) {
    section.append(element("div", { class: "area" }, area), element("div", { class: "matrix" }, members.map(cell)));
  }
}

function areaOf(clause) {
  return `${clause.id.split("-")[0]} · ${clause.area}`;
}

function grouped(items, key) {
  const groups = new Map();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

function cell(clause) {
  const word = worst(clause.id);
  return element("button", {
    type: "button", class: word ?? "none", "data-clause": clause.id, "aria-pressed": "false",
    title: `${word ?? "no evidence"} · ${clause.level}, ${clause.source}, ${clause.side}: ${clause.sentence}`,
    onclick: () => { filter.clause = filter.clause === clause.id ? "" : clause.id; show(); scrollTo("cases"); },
  }, element("span", {}, clause.id.replace(/^[A-Z]+-/, "")), element("span", { class: "faint" }, clause.level === "MUST" ? "" : ` ${clause.level}`));
}

/* The cases, with their filters. */

function filters() {
  const press = (word, label) => element("button", {
    type: "button", "data-verdict": word, "aria-pressed": "false",
    onclick: () => { filter.verdicts.has(word) ? filter.verdicts.delete(word) : filter.verdicts.add(word); show(); },
  }, label);
  const protocols = [...new Set(report.cases.map(each => each.scenario.split("/")[0]))];
  return element("div", { class: "filters", role: "search" },
    element("input", { type: "search", id: "search", placeholder: "Search scenarios ( / )", "aria-label": "Search scenarios",
      oninput: event => { filter.text = event.target.value.toLowerCase(); show(); } }),
    VERDICTS.filter(word => report.totals[word]).map(word => press(word, `${report.totals[word]} ${word}`)),
    protocols.length > 1 ? element("select", { "aria-label": "Protocol", onchange: event => { filter.protocol = event.target.value; show(); } },
      element("option", { value: "" }, "all protocols"), protocols.map(name => element("option", {}, name))) : "",
    element("button", { type: "button", id: "clear", hidden: true, onclick: () => { filter.clause = ""; show(); } }, ""));
}

function cases() {
  const section = document.getElementById("cases");
  section.append(element("h2", {}, "Scenarios"), filters(), element("p", { id: "count", class: "faint", "aria-live": "polite" }));
  const areas = grouped([...report.cases.entries()], ([, each]) => each.scenario.replace(/\/[^/]*$/, ""));
  for (const [area, members] of areas) {
    section.append(element("div", { class: "group" }, element("h3", { class: "area" }, area), members.map(([index, each]) => row(each, index))));
  }
}

function row(each, index) {
  return element("details", { class: "case", id: `case-${index}`, ontoggle: event => {
    const details = event.target;
    if (details.open && !details.querySelector(".body")) details.append(body(each));
  } },
  element("summary", {}, verdict(each.verdict), element("span", { class: "title" }, each.title),
    element("span", { class: "faint" }, `${each.role}, ${each.dialect}${each.known ? ", known" : ""}`)));
}

function show() {
  let shown = 0;
  report.cases.forEach((each, index) => {
    const words = `${each.scenario} ${each.title} ${each.cites.join(" ")}`.toLowerCase();
    const fits = words.includes(filter.text) && (!filter.verdicts.size || filter.verdicts.has(each.verdict)) &&
      (!filter.clause || filter.clause in each.clauses || each.cites.includes(filter.clause)) &&
      (!filter.protocol || each.scenario.startsWith(`${filter.protocol}/`));
    document.getElementById(`case-${index}`).hidden = !fits;
    shown += fits;
  });
  for (const group of document.querySelectorAll(".group")) group.hidden = !group.querySelector("details:not([hidden])");
  for (const button of document.querySelectorAll("[data-verdict]")) {
    button.setAttribute("aria-pressed", filter.verdicts.has(button.dataset.verdict));
  }
  for (const button of document.querySelectorAll("[data-clause]")) {
    button.setAttribute("aria-pressed", filter.clause === button.dataset.clause);
  }
  const clear = document.getElementById("clear");
  clear.hidden = !filter.clause;
  clear.textContent = `${filter.clause} ✕`;
  document.getElementById("count").textContent = `${shown} of ${report.cases.length} cases`;
}

/* One case. */

function body(each) {
  const packet = element("div", { class: "scroll", "aria-live": "polite" });
  const decisive = each.findings.find(finding => finding.verdict === each.verdict);
  const parts = element("div", { class: "body" }, findings(each), facts(each));
  if (each.events.length) {
    const here = decisive?.event ?? undefined;
    parts.append(element("h3", {}, "What happened"), element("div", { class: "scroll" }, sequence(each, here, chosen => describe(packet, each.events[chosen]))), packet);
    if (here !== undefined && each.events[here]?.kind === "packet") describe(packet, each.events[here]);
  }
  if (each.plot.length) parts.append(element("h3", {}, "Positions in the streams over time"), element("div", { class: "scroll" }, plot(each)));
  const cited = each.cites.filter(id => !each.findings.some(finding => finding.clause === id));
  if (cited.length) parts.append(element("h3", {}, "Clauses"), ...cited.map(id => sentence(id, each.clauses[id])));
  return parts;
}

function sentence(id, word) {
  const clause = clauses.get(id);
  return element("div", { class: "clause" }, element("b", {}, id), ` (${clause?.level}, ${clause?.source}) `, word ? verdict(word) : "",
    element("div", {}, clause?.sentence ?? ""));
}

/** Each clause once in full; what else was found of it, in a line each. */
function findings(each) {
  return [...grouped(each.findings, found => `${found.clause} ${found.verdict}`).values()].map(([first, ...others]) => [
    finding(first),
    others.length ? element("details", {}, element("summary", { class: "faint" }, `and ${others.length} more of the same clause`),
      element("ul", {}, others.map(other => element("li", {}, `${other.what} (${other.by}, at ${other.at})`)))) : "",
  ]).flat();
}

function finding(found) {
  return element("div", { class: "finding" },
    found.clause ? sentence(found.clause, found.verdict) : element("p", {}, verdict(found.verdict)),
    element("dl", {}, element("dt", {}, "what happened"), element("dd", {}, `${found.what} (${found.by}, at ${found.at})`),
      found.allowed.length ? [element("dt", {}, "allowed were"), element("dd", {}, element("ul", {}, found.allowed.map(each => element("li", {}, each))))] : ""));
}

function facts(each) {
  const fact = (name, value) => value ? [element("dt", {}, name), element("dd", {}, value)] : [];
  const link = path => path ? element("a", { href: path }, path) : "";
  return [element("dl", {}, fact("scenario", each.scenario), fact("ended", each.ended), fact("seen", each.info.join("; ")),
    fact("known", each.known), fact("passed", each.passed), fact("fits better", each.fits),
    fact("journal", link(each.journal)), fact("capture", link(each.capture))),
  element("pre", { tabindex: 0, "aria-label": "The line that runs it again" }, each.again)];
}

function describe(place, event) {
  const rows = event.fields.map(field => element("tr", {}, element("td", {}, field.offsets), element("td", {}, field.name),
    element("td", {}, field.value), element("td", { class: "faint" }, field.source)));
  place.replaceChildren(element("h3", {}, event.label), element("p", { class: "hex" }, octets(event.hex)),
    rows.length ? element("table", {}, element("tr", {}, ["octets", "field", "value", "in the source"].map(name => element("th", {}, name))), rows) : "");
}

/** Digits in pairs; what follows them stays as it is. */
function octets(hex) {
  const [digits, ...rest] = hex.split(" ");
  return [digits.replace(/..(?=.)/g, "$& "), ...rest].join(" ") || "no octets";
}

/* The sequence diagram: a slot for each moment, so that crossing lines show what overtook what. */

const SLOT = 24, MARGIN = 96, LANE = 150, SPAN = 430, TOP = 30;

function sequence(each, here, choose) {
  const moments = [];
  each.events.forEach((event, index) => {
    moments.push({ at: event.at, order: index, index });
    (event.arrivals ?? []).forEach((at, copy) => moments.push({ at, order: index, index, copy }));
  });
  moments.sort((one, other) => one.at - other.at || one.order - other.order || (one.copy ?? -1) - (other.copy ?? -1));
  const sent = new Map(), arrived = new Map();
  moments.forEach((moment, slot) => {
    const y = TOP + 16 + slot * SLOT;
    if (moment.copy === undefined) sent.set(moment.index, y);
    else arrived.set(moment.index, [...(arrived.get(moment.index) ?? []), y]);
  });
  const last = each.lanes.length - 1;
  const x = lane => MARGIN + (lane === last ? (last - 1) * LANE + SPAN : lane * LANE);
  const beside = Math.max(12, ...each.events.map(event => (event.text ?? "").length));
  const height = TOP + 32 + moments.length * SLOT, width = x(last) + 40 + beside * 7.3;
  const svg = drawing("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "Sequence diagram" });
  each.lanes.forEach((name, lane) => svg.append(
    drawing("text", { class: "name", x: x(lane), y: 16, "text-anchor": lane === last && last > 0 ? "middle" : "start" }, name),
    drawing("line", { class: "life", x1: x(lane), x2: x(lane), y1: TOP, y2: height - 10 })));
  for (const [where, count] of [["before", each.leftOut[0]], ["after", each.leftOut[1]]]) {
    if (count) svg.append(drawing("text", { class: "time", x: 0, y: where === "before" ? TOP : height - 2 }, `… ${count} ${where}`));
  }
  each.events.forEach((event, index) => {
    const y = sent.get(index);
    svg.append(drawing("text", { class: "time", x: MARGIN - 10, y: y + 4, "text-anchor": "end" }, time(event.at)));
    svg.append(event.kind === "packet" ? arrow(event, index, y, arrived.get(index) ?? [], x, index === here, choose)
      : drawing("text", { class: `mark${event.bad || index === here ? " bad" : ""}`, x: x(event.lane) + 8, y: y + 4 }, `◆ ${event.text}`));
  });
  return svg;
}

function arrow(event, index, y, arrivals, x, here, choose) {
  const from = x(event.from), to = x(event.to), way = Math.sign(to - from) || 1;
  const faulty = event.faults.length > 0;
  const note = [...event.faults, event.changed ? `arrived as ${event.changed}` : ""].filter(Boolean).join(", ");
  const group = drawing("g", {
    class: `packet${faulty ? " faulty" : ""}${here ? " here" : ""}`, tabindex: 0, role: "button",
    "aria-label": `${event.label}, sent at ${time(event.at)}${note ? `, ${note}` : ""}`,
    onclick: () => choose(index), onkeydown: press => { if (press.key === "Enter" || press.key === " ") { press.preventDefault(); choose(index); } },
  });
  if (!arrivals.length) {
    const end = from + (to - from) * .8;
    group.append(drawing("line", { class: "arrow", x1: from, y1: y, x2: end, y2: y }),
      drawing("path", { class: "cross", d: `M${end - 5} ${y - 5}l10 10m0 -10l-10 10` }));
  }
  for (const arrival of arrivals) {
    group.append(drawing("line", { class: "arrow", x1: from, y1: y, x2: to, y2: arrival }),
      drawing("path", { class: "head", d: `M${to} ${arrival}l${-9 * way} -4l0 8z` }));
  }
  const beside = way > 0 ? from + 8 : from - 8;
  group.append(drawing("text", { x: beside, y: y - 4, "text-anchor": way > 0 ? "start" : "end" }, event.label));
  if (note) group.append(drawing("text", { x: Math.max(from, to) + 10, y: y + 12 }, note));
  return group;
}

/* The plot: what was sent, what was acknowledged, what was lost. */

function plot(each) {
  const width = 720, height = 260, left = 70, bottom = 30;
  const latest = Math.max(...each.plot.map(point => point.at), 1), first = Math.min(...each.plot.map(point => point.position));
  const highest = Math.max(...each.plot.map(point => point.position), first + 1);
  const x = at => left + (width - left - 10) * at / latest, y = position => height - bottom - (height - bottom - 10) * (position - first) / (highest - first);
  const svg = drawing("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "Time–sequence plot: sent, acknowledged, lost" },
    drawing("path", { class: "axis", fill: "none", d: `M${left} 10V${height - bottom}H${width - 10}` }),
    drawing("text", { class: "time", x: left - 6, y: 18, "text-anchor": "end" }, String(highest)),
    drawing("text", { class: "time", x: left - 6, y: height - bottom, "text-anchor": "end" }, String(first)),
    drawing("text", { class: "time", x: width - 10, y: height - 10, "text-anchor": "end" }, time(latest)),
    drawing("text", { class: "time", x: left, y: height - 10 }, "● sent   × lost   ─ acknowledged"));
  const acknowledged = grouped(each.plot.filter(point => point.kind === "acknowledged"), point => point.lane);
  for (const [, points] of acknowledged) {
    svg.append(drawing("polyline", { class: "acknowledged", points: points.map(point => `${x(point.at)},${y(point.position)}`).join(" ") }));
  }
  for (const point of each.plot) {
    if (point.kind === "sent") svg.append(drawing("circle", { class: "sent", cx: x(point.at), cy: y(point.position), r: 2 }));
    if (point.kind === "lost") svg.append(drawing("path", { class: "lost", d: `M${x(point.at) - 4} ${y(point.position) - 4}l8 8m0 -8l-8 8` }));
  }
  return svg;
}

/* The page. */

head();
matrix();
cases();
// What went wrong comes first: all else is one click away.
const isBad = each => !["pass", "unsupported"].includes(each.verdict) && !each.known;
filter.verdicts = new Set(report.cases.filter(isBad).map(each => each.verdict));
show();
const first = report.cases.findIndex(isBad);
if (first >= 0) document.getElementById(`case-${first}`).open = true;
document.addEventListener("keydown", event => {
  if (event.key !== "/" || event.target.matches("input, select")) return;
  event.preventDefault();
  document.getElementById("search").focus();
});
