"use strict";

// The sources of filled pixels, and how they are shown. Without a document only `FlowPage` is defined.
var FlowPage = (function () {
  const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  function toBytes(text) {
    const values = new Uint8Array(128);
    for (let i = 0; i < 64; i++) values[DIGITS.charCodeAt(i)] = i;
    const padding = text.slice(-2) === "==" ? 2 : text.slice(-1) === "=" ? 1 : 0;
    const bytes = new Uint8Array((text.length / 4) * 3 - padding);
    for (let i = 0, j = 0; i < text.length; i += 4) {
      const group = (values[text.charCodeAt(i)] << 18) | (values[text.charCodeAt(i + 1)] << 12)
        | (values[text.charCodeAt(i + 2)] << 6) | values[text.charCodeAt(i + 3)];
      for (let shift = 16; shift >= 0 && j < bytes.length; shift -= 8) bytes[j++] = (group >> shift) & 255;
    }
    return bytes.buffer;
  }

  // Unpacks what engine/flow/source_table.py packs.
  function unpack(packed) {
    const entries = packed.wide ? new Int32Array(toBytes(packed.entries)) : new Int16Array(toBytes(packed.entries));
    const lengths = new Uint16Array(toBytes(packed.lengths));
    const numbers = new Uint32Array(toBytes(packed.numbers));
    const kinds = new Uint8Array(toBytes(packed.kinds));
    const places = new Int32Array(packed.rows * packed.columns);
    for (let run = 0, at = 0; run < lengths.length; run++) {
      places.fill(numbers[run] - 1, at, at + lengths[run]);
      at += lengths[run];
    }
    return { top: packed.top, left: packed.left, step: packed.step, height: packed.height, width: packed.width,
      rows: packed.rows, columns: packed.columns, most: packed.most, entries: entries, places: places,
      kinds: kinds };
  }

  function inside(place, size) {
    return Math.min(Math.max(place, 0), size - 1);
  }

  function entryAt(flow, x, y) {
    const row = Math.floor((y - flow.top) / flow.step), column = Math.floor((x - flow.left) / flow.step);
    const outside = row < 0 || column < 0 || row >= flow.rows || column >= flow.columns;
    return outside ? -1 : flow.places[row * flow.columns + column];
  }

  // Lists the sources of the pixel (x, y) of the photo, the strongest first; none where it is not filled. The offsets
  // are those of one pixel of each place, so those of its neighbours could lead out of the photo by a few pixels.
  function sourcesAt(flow, x, y) {
    const entry = entryAt(flow, x, y), found = [];
    for (let rank = 0; entry >= 0 && rank < flow.most; rank++) {
      const at = 3 * (entry * flow.most + rank);
      const weight = flow.entries[at + 2];
      if (weight < 0) continue;
      found.push({ x: inside(x + flow.entries[at + 1], flow.width), y: inside(y + flow.entries[at], flow.height),
        weight: weight / 1000 });
    }
    return found;
  }

  // The number of how the pixel (x, y) of the photo was made; 0 where that is not known.
  function kindAt(flow, x, y) {
    const entry = entryAt(flow, x, y);
    return entry < 0 ? 0 : flow.kinds[entry];
  }

  // Finds the next filled pixel of any of `flows` from (x, y) on in a direction; null where there is none.
  function nextFilled(flows, x, y, across, down, steps) {
    const step = flows[0].step * steps;
    const right = Math.max.apply(null, flows.map((flow) => flow.left + flow.step * flow.columns));
    const bottom = Math.max.apply(null, flows.map((flow) => flow.top + flow.step * flow.rows));
    const isFilled = (px, py) => flows.some((flow) => entryAt(flow, px, py) >= 0);
    for (let px = x + across * step, py = y + down * step; px >= 0 && py >= 0 && px < right && py < bottom;
      px += across * flows[0].step, py += down * flows[0].step) {
      if (isFilled(px, py)) return { x: px, y: py };
    }
    return null;
  }

  // Finds the filled pixel that is nearest to the middle of the first flow.
  function middleOf(flow) {
    const middle = { x: (flow.columns - 1) / 2, y: (flow.rows - 1) / 2 };
    let best = null, least = Infinity;
    for (let row = 0; row < flow.rows; row++) {
      for (let column = 0; column < flow.columns; column++) {
        if (flow.places[row * flow.columns + column] < 0) continue;
        const away = Math.hypot(column - middle.x, row - middle.y);
        if (away < least) {
          least = away;
          best = { x: flow.left + column * flow.step, y: flow.top + row * flow.step };
        }
      }
    }
    return best;
  }

  // Words a sentence of the page: fills the {name} places of `text`.
  function word(text, values) {
    return text.replace(/\{(\w+)\}/g, (place, name) => String(values[name]));
  }

  // `words` are those of the page: `here`, `way` and the eight `directions`, clockwise from the right.
  function describeWay(words, x, y, source) {
    const across = source.x - x, down = source.y - y;
    const distance = Math.round(Math.hypot(across, down));
    if (!distance) return words.here;
    const turn = Math.round(Math.atan2(down, across) / (Math.PI / 4));
    return word(words.way, { distance: distance, direction: words.directions[(turn + 8) % 8] });
  }

  function percent(words, weight) {
    const value = 100 * weight;
    if (value < 0.1) return words.little;
    return (value >= 10 ? Math.round(value) : Math.round(10 * value) / 10) + " %";
  }

  // Lists the borders between places that are filled and others as [x, y, across, down] in px of the photo.
  function outlineOf(flow) {
    const found = [], step = flow.step;
    const isFilled = (row, column) => row >= 0 && column >= 0 && row < flow.rows && column < flow.columns
      && flow.places[row * flow.columns + column] >= 0;
    for (let row = 0; row <= flow.rows; row++) {
      for (let column = 0; column <= flow.columns; column++) {
        const x = flow.left + column * step, y = flow.top + row * step, here = isFilled(row, column);
        if (here !== isFilled(row - 1, column)) found.push([x, y, step, 0]);
        if (here !== isFilled(row, column - 1)) found.push([x, y, 0, step]);
      }
    }
    return found;
  }

  return { outlineOf: outlineOf, unpack: unpack, sourcesAt: sourcesAt, kindAt: kindAt, nextFilled: nextFilled,
    middleOf: middleOf, word: word, describeWay: describeWay, percent: percent };
})();

function startFlowPage() {
  const data = JSON.parse(document.getElementById("flows").textContent);
  const flows = data.flows.map(FlowPage.unpack), words = data.words;
  const sections = Array.from(document.querySelectorAll(".view"));
  const views = sections.map((section, number) => ({
    flow: flows[number],
    photo: section.querySelector(".photo"),
    image: section.querySelector(".whole"),
    marks: section.querySelector(".marks"),
    list: section.querySelector(".sources"),
    outline: FlowPage.outlineOf(flows[number]),
  }));
  let chosen = null, held = false;

  function choose(place) {
    if ((place && place.x) === (chosen && chosen.x) && (place && place.y) === (chosen && chosen.y)) return;
    chosen = place;
    views.forEach(show);
  }

  function show(view) {
    const sources = chosen ? FlowPage.sourcesAt(view.flow, chosen.x, chosen.y) : [];
    paint(view, sources);
    write(view, sources);
  }

  // Marks

  function paint(view, sources) {
    const ratio = window.devicePixelRatio || 1;
    const width = view.photo.clientWidth, height = view.photo.clientHeight;
    view.marks.width = Math.round(width * ratio);
    view.marks.height = Math.round(height * ratio);
    const pen = view.marks.getContext("2d");
    pen.scale(ratio, ratio);
    const scale = width / data.width;
    twice(pen, "rgba(255, 255, 255, 0.75)", 1, () => view.outline.forEach((line) => {
      pen.moveTo(line[0] * scale, line[1] * scale);
      pen.lineTo((line[0] + line[2]) * scale, (line[1] + line[3]) * scale);
    }));
    if (!chosen) return;
    const place = (spot) => [(spot.x + 0.5) * scale, (spot.y + 0.5) * scale];
    const target = place(chosen);
    sources.slice().reverse().forEach((source) => {
      const end = place(source), radius = 4 + 10 * Math.sqrt(source.weight);
      const strength = 0.45 + 0.55 * Math.sqrt(source.weight);
      twice(pen, "rgba(90, 162, 255, " + strength + ")", 2, () => {
        const length = Math.hypot(end[0] - target[0], end[1] - target[1]);
        if (length <= radius) return;
        const stop = (length - radius) / length;
        pen.moveTo(target[0], target[1]);
        pen.lineTo(target[0] + (end[0] - target[0]) * stop, target[1] + (end[1] - target[1]) * stop);
      });
      twice(pen, "rgba(90, 162, 255, " + strength + ")", 2, () => pen.arc(end[0], end[1], radius, 0, 2 * Math.PI));
    });
    twice(pen, "#ffffff", 2, () => pen.arc(target[0], target[1], 5, 0, 2 * Math.PI));
  }

  // Draws a line on a darker and wider one, so that it is seen on any photo.
  function twice(pen, colour, width, trace) {
    [["rgba(0, 0, 0, 0.6)", width + 2], [colour, width]].forEach((style) => {
      pen.beginPath();
      trace();
      pen.strokeStyle = style[0];
      pen.lineWidth = style[1];
      pen.stroke();
    });
  }

  // The list

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function write(view, sources) {
    view.list.textContent = "";
    if (!sources.length) {
      const text = chosen ? words.unfilled : words.none;
      view.list.appendChild(element("p", text, "soft"));
      return;
    }
    view.list.appendChild(element("p", FlowPage.word(held ? words.held : words.pixel, chosen)));
    const kind = data.kinds[FlowPage.kindAt(view.flow, chosen.x, chosen.y)];
    if (kind) view.list.appendChild(element("p", kind));
    const list = element("ol");
    sources.forEach((source) => list.appendChild(line(view, source)));
    view.list.appendChild(list);
  }

  function line(view, source) {
    const item = element("li");
    item.appendChild(thumbnail(view, source));
    const text = element("span");
    text.appendChild(element("b", FlowPage.word(words.from, source)));
    text.appendChild(element("span", FlowPage.percent(words, source.weight)));
    text.appendChild(element("span", FlowPage.describeWay(words, chosen.x, chosen.y, source), "soft"));
    const meter = element("div", "", "meter");
    const filled = element("i");
    filled.style.width = Math.max(1, 100 * source.weight) + "%";
    meter.appendChild(filled);
    item.appendChild(text);
    item.appendChild(meter);
    return item;
  }

  // Shows the surroundings of a source, enlarged.
  function thumbnail(view, source) {
    const side = 48, seen = 24;
    const canvas = element("canvas");
    canvas.width = canvas.height = side;
    canvas.setAttribute("aria-hidden", "true");
    const pen = canvas.getContext("2d");
    const scale = view.image.naturalWidth / data.width;
    pen.imageSmoothingEnabled = false;
    pen.drawImage(view.image, (source.x + 0.5) * scale - seen / 2, (source.y + 0.5) * scale - seen / 2, seen, seen,
      0, 0, side, side);
    pen.strokeStyle = "#ffffff";
    pen.strokeRect(side / 2 - 2.5, side / 2 - 2.5, 5, 5);
    return canvas;
  }

  // Pointer and keys

  function pixelUnder(view, event) {
    const frame = view.photo.getBoundingClientRect();
    const x = Math.floor(((event.clientX - frame.left) / frame.width) * data.width);
    const y = Math.floor(((event.clientY - frame.top) / frame.height) * data.height);
    return flows.some((flow) => FlowPage.sourcesAt(flow, x, y).length) ? { x: x, y: y } : null;
  }

  function hold(on) {
    held = on;
    views.forEach(show);
  }

  const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  function onKey(event) {
    const way = KEYS[event.key];
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (way) {
      const next = chosen
        ? FlowPage.nextFilled(flows, chosen.x, chosen.y, way[0], way[1], event.shiftKey ? 10 : 1)
        : FlowPage.middleOf(flows[0]);
      if (next) {
        held = true;
        choose(next);
      }
    } else if (event.key === "Enter" || event.key === " ") {
      if (!chosen) choose(FlowPage.middleOf(flows[0]));
      hold(!held);
    } else if (event.key === "Escape") {
      held = false;
      choose(null);
    } else {
      return;
    }
    event.preventDefault();
  }

  views.forEach((view) => {
    view.photo.addEventListener("pointermove", (event) => {
      if (!held && event.pointerType !== "touch") choose(pixelUnder(view, event));
    });
    view.photo.addEventListener("pointerleave", (event) => {
      if (!held && event.pointerType !== "touch") choose(null);
    });
    view.photo.addEventListener("click", (event) => {
      const place = pixelUnder(view, event);
      const same = held && place && chosen && place.x === chosen.x && place.y === chosen.y;
      held = Boolean(place) && !same;
      choose(place);
      views.forEach(show);
    });
    view.photo.addEventListener("keydown", onKey);
    view.image.addEventListener("load", () => show(view));
  });

  // What is shown over the photo

  const looks = Array.from(document.querySelectorAll("[data-look]"));
  const choices = looks.filter((each) => each.tagName === "BUTTON");

  function look(button) {
    document.body.dataset.look = button.dataset.look;
    choices.forEach((each) => {
      each.setAttribute("aria-checked", String(each === button));
      each.tabIndex = each === button ? 0 : -1;
    });
  }

  choices.forEach((button, number) => {
    button.addEventListener("click", () => look(button));
    button.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      const other = choices[(number + step + choices.length) % choices.length];
      look(other);
      other.focus();
      event.preventDefault();
    });
  });

  look(choices[0]);
  document.getElementById("bar").hidden = false;
  window.addEventListener("resize", () => views.forEach(show));
  views.forEach(show);
}

if (typeof document !== "undefined") startFlowPage();
