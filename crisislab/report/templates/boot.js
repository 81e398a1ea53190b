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
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a.num");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !dialog.showModal) return;
    var card = document.getElementById(link.getAttribute("href").slice(1));
    if (!card) return;
    event.preventDefault();
    var copy = card.cloneNode(true);
    copy.removeAttribute("id");
    var group = card.closest(".metric");
    var told = group && group.querySelector(".definition");
    if (told) copy.querySelector(".card-value").after(told.cloneNode(true));
    body.replaceChildren(copy);
    document.getElementById("card-more").href = link.getAttribute("href");
    dialog.showModal();
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

  function unpack(id) {
    var binary = atob(text(id).replace(/\s+/g, ""));
    var bytes = new Uint8Array(binary.length);
    for (var i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
    var stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  }

  function draw() {
    var settings = JSON.parse(text("plotly-settings"));
    Plotly.register(settings.locale);
    return Promise.all(Array.prototype.map.call(document.querySelectorAll("[data-figure]"), function (place) {
      return unpack(place.dataset.figure).then(function (json) {
        var figure = JSON.parse(json);
        return Plotly.newPlot(place, figure.data, figure.layout, settings.config);
      });
    }));
  }

  function charts() {
    if (!document.querySelector("[data-figure]")) return Promise.resolve();
    return unpack("plotly-packed").then(function (source) {
      var script = document.createElement("script");
      script.textContent = source;
      document.head.appendChild(script);
      return draw();
    });
  }

  charts().then(function () { root.dataset.charts = "drawn"; }, function (error) {
    root.dataset.charts = "failed";
    document.querySelectorAll(".chart-failed").forEach(function (note) { note.hidden = false; });
    if (window.console) console.error(error);
  });
  openAround(location.hash.slice(1));
})();
