"use strict";
(function () {
  var root = document.documentElement;
  root.classList.add("js");

  function openAround(id) {
    var target = id && document.getElementById(id);
    for (var node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") node.open = true;
    }
    if (target) target.scrollIntoView({ block: "center" });
  }
  window.addEventListener("hashchange", function () { openAround(location.hash.slice(1)); });

  var dialog = document.getElementById("card");
  var body = document.getElementById("card-body");

  function aimed(link) { return document.getElementById(link.getAttribute("href").slice(1)); }

  function made(tag, name, text) {
    var node = document.createElement(tag);
    if (name) node.className = name;
    if (text) node.textContent = text;
    return node;
  }

  // The card of a number, or of a column of a table with the cell that was asked about.
  function card(link, cell) {
    var target = aimed(link);
    var whole = target && target.closest(".card");
    if (!whole) return null;
    var copy = whole.cloneNode(true);
    copy.removeAttribute("id");
    copy.querySelectorAll("[id]").forEach(function (one) {
      if (target !== whole && one.id !== target.id) one.remove();
      else one.removeAttribute("id");
    });
    var group = whole.closest(".metric");
    if (group) {
      var summary = whole.closest("details").querySelector("summary");
      var what = summary.querySelector(".what").textContent;
      var name = group.querySelector("h3").textContent;
      copy.prepend(made("p", "card-name", name), made("p", "card-value", summary.querySelector(".amount").textContent),
        made("p", "card-row", what === name ? "" : what), group.querySelector(".definition").cloneNode(true));
    }
    if (cell) {
      var row = cell.parentNode;
      var first = cell === row.cells[0] ? "" : row.cells[0].innerText.split("\n")[0];
      copy.querySelector(".card-name").after(made("p", "card-value", cell.innerText), made("p", "card-row", first));
      var rows = row.querySelectorAll("code");
      if (rows.length) {
        var list = made("p", "card-row");
        rows.forEach(function (one) { list.append(one.cloneNode(true), " "); });
        copy.append(list);
      }
    }
    return copy;
  }

  function open(link, cell) {
    var copy = card(link, cell);
    if (!copy) return false;
    body.replaceChildren(copy);
    document.getElementById("card-more").href = link.getAttribute("href");
    dialog.showModal();
    return true;
  }

  // What a cell of a table opens: its own number, its column, or the number of its row.
  function openCell(cell) {
    var own = cell.querySelector("a.num");
    if (own) return open(own);
    var head = cell.closest("table").tHead.rows[0].cells[cell.cellIndex];
    var column = head.querySelector("a.num");
    if (column) return open(column, cell);
    var beside = head.hasAttribute("data-beside") && cell.parentNode.querySelector("a.num");
    return beside ? open(beside) : false;
  }
  var CELLS = "main tbody td, main tbody th";

  document.addEventListener("click", function (event) {
    if (!event.target.closest || event.ctrlKey || event.metaKey || event.shiftKey || !dialog.showModal) return;
    var link = event.target.closest("a.num");
    if (link) { if (open(link)) event.preventDefault(); return; }
    var cell = event.target.closest(CELLS);
    if (cell && !event.target.closest("a, summary, button") && getSelection().isCollapsed) openCell(cell);
  });

  var STEPS = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  document.addEventListener("keydown", function (event) {
    var cell = event.target.closest && event.target.closest("main table td, main table th");
    if (!cell || dialog.open) return;
    if (event.key === "Enter" && event.target === cell) { openCell(cell); return; }
    var step = STEPS[event.key];
    var row = step && cell.closest("table").rows[cell.parentNode.rowIndex + step[0]];
    var next = row && row.cells[cell.cellIndex + step[1]];
    if (!next) return;
    event.preventDefault();
    var goal = next.closest("thead") && next.querySelector("a.num") || next;
    if (goal === next) next.tabIndex = -1;
    goal.focus();
  });

  // On a narrow screen a table is a list: each cell says its column.
  document.querySelectorAll("main .scroll:not(.wide):not(.narrow) table").forEach(function (table) {
    var heads = Array.prototype.map.call(table.tHead.rows[0].cells, function (head) { return head.textContent; });
    table.querySelectorAll("tbody td").forEach(function (cell) { cell.dataset.label = heads[cell.cellIndex]; });
  });

  dialog.addEventListener("click", function (event) {
    if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
  });

  var links = Array.prototype.slice.call(document.querySelectorAll("nav a[href^='#']"));
  var seen = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (!entry.isIntersecting) return;
      links.forEach(function (link) {
        if (link.getAttribute("href") === "#" + entry.target.id) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      });
    });
  }, { rootMargin: "-10% 0px -80% 0px" });
  document.querySelectorAll("main > section[id]").forEach(function (section) { seen.observe(section); });

  function text(id) { return document.getElementById(id).textContent; }

  var DIGITS = {};
  "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;.=,?@^_`{|}~".split("").forEach(
    function (sign, i) { DIGITS[sign.charCodeAt(0)] = i; });

  function unpack(id) {
    var packed = text(id).replace(/\s+/g, "");
    var bytes = new Uint8Array((packed.length - 1) / 5 * 4);
    for (var i = 1, at = 0; i < packed.length; i += 5) {
      var sum = 0;
      for (var j = 0; j < 5; j++) sum = sum * 85 + DIGITS[packed.charCodeAt(i + j)];
      bytes[at++] = sum / 16777216; bytes[at++] = sum >>> 16; bytes[at++] = sum >>> 8; bytes[at++] = sum;
    }
    var stream = new Blob([bytes.subarray(0, bytes.length - packed[0])]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  }

  // The colours of the charts for a dark screen: ink, muted ink, lines, paper, black.
  var DARK = { "#1c2733": "#e6eaee", "#566270": "#a7b1bc", "#dfe4ea": "#2c3641", "#ffffff": "#14191f", "#000000": "#e6eaee", "#0072B2": "#4aa8e0" };
  var night = matchMedia("(prefers-color-scheme: dark)");
  var packed = {};

  function figure(place, dark) {
    var json = packed[place.id];
    if (dark) json = json.replace(/"#[0-9a-fA-F]{6}"/g, function (one) {
      var other = DARK[one.slice(1, -1)];
      return other ? '"' + other + '"' : one;
    });
    return JSON.parse(json);
  }

  function draw(dark) {
    var settings = JSON.parse(text("plotly-settings"));
    Plotly.register(settings.locale);
    return Promise.all(Array.prototype.map.call(document.querySelectorAll("[data-figure]"), function (place) {
      var ready = packed[place.id] ? Promise.resolve() : unpack(place.dataset.figure).then(function (json) { packed[place.id] = json; });
      return ready.then(function () {
        var made = figure(place, dark);
        return Plotly.react(place, made.data, made.layout, settings.config);
      });
    }));
  }
  function again() { if (root.dataset.charts === "drawn") draw(night.matches); }
  night.addEventListener("change", again);
  window.addEventListener("beforeprint", function () { if (night.matches && root.dataset.charts === "drawn") draw(false); });
  window.addEventListener("afterprint", function () { if (night.matches) again(); });

  function charts() {
    if (!document.querySelector("[data-figure]")) return Promise.resolve();
    return unpack("plotly-packed").then(function (source) {
      var script = document.createElement("script");
      script.textContent = source;
      document.head.appendChild(script);
      return draw(night.matches);
    });
  }

  charts().then(function () { root.dataset.charts = "drawn"; }, function (error) {
    root.dataset.charts = "failed";
    document.querySelectorAll(".chart-failed").forEach(function (note) { note.hidden = false; });
    if (window.console) console.error(error);
  });
  openAround(location.hash.slice(1));
})();
