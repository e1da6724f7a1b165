(function () {
  "use strict";
  var filter = document.getElementById("filter");
  if (!filter) { return; }
  filter.hidden = false;
  var words = document.getElementById("words"), action = document.getElementById("action");
  var priority = document.getElementById("priority"), shown = document.getElementById("shown");
  var candidates = Array.prototype.slice.call(document.querySelectorAll("details.candidate"));
  var rows = Array.prototype.slice.call(document.querySelectorAll("tr[data-candidate]"));
  function apply() {
    var wanted = words.value.trim().toLowerCase(), count = 0;
    candidates.forEach(function (candidate, at) {
      var fits = (!action.value || candidate.dataset.action === action.value) &&
        (!priority.value || candidate.dataset.priority === priority.value) &&
        (!wanted || candidate.textContent.toLowerCase().indexOf(wanted) >= 0);
      candidate.hidden = rows[at].hidden = !fits;
      count += fits ? 1 : 0;
    });
    shown.textContent = shown.dataset.words.replace("{}", count);
  }
  [words, action, priority].forEach(function (control) { control.addEventListener("input", apply); });
  document.querySelectorAll("a[href^='#c']").forEach(function (link) {
    link.addEventListener("click", function () {
      var target = document.getElementById(link.getAttribute("href").slice(1));
      if (target && target.tagName === "DETAILS") { target.open = true; }
    });
  });
  apply();
})();
