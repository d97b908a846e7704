/* Classic blocking script in <head>: larger text before the first paint, kept per device, shared with the course site. */
(function () {
  "use strict";
  var root = document.documentElement;
  var key = "xuefa.large-text";
  var kept = null;
  try { kept = localStorage.getItem(key); } catch (error) { /* storage may be switched off: normal size then */ }
  root.classList.remove("no-js");
  root.classList.toggle("large-text", kept === "1");

  function show(button) {
    var large = root.classList.contains("large-text");
    button.setAttribute("aria-pressed", String(large));
    button.firstElementChild.textContent = large ? "标准" : "大字";
  }

  document.addEventListener("DOMContentLoaded", function () {
    var button = document.querySelector(".tool--size");
    show(button);
    button.addEventListener("click", function () {
      var large = root.classList.toggle("large-text");
      try { localStorage.setItem(key, large ? "1" : "0"); } catch (error) { /* holds for this page only */ }
      show(button);
    });
  });
})();
