/* Classic blocking script in <head>: what must be settled before the first paint. Larger text, kept per device. */
(function () {
  "use strict";
  var root = document.documentElement;
  var key = "xuefa.large-text";
  var kept = null;
  try { kept = localStorage.getItem(key); } catch (error) { /* storage may be switched off: normal size then */ }
  root.classList.remove("no-js");
  root.classList.add("js");
  root.classList.toggle("large-text", kept === "1");
  root.classList.toggle("no-modules", !("noModule" in HTMLScriptElement.prototype));

  function show(button) {
    var large = root.classList.contains("large-text");
    button.setAttribute("aria-pressed", String(large));
    button.firstElementChild.textContent = large ? "标准" : "大字";
  }

  document.addEventListener("DOMContentLoaded", function () {
    var button = document.querySelector(".course-tool--size");
    show(button);
    button.addEventListener("click", function () {
      var large = root.classList.toggle("large-text");
      try { localStorage.setItem(key, large ? "1" : "0"); } catch (error) { /* holds for this page only */ }
      show(button);
    });

    var drawer = document.querySelector(".course-header label[for=__drawer]");
    drawer.addEventListener("keydown", function (event) {
      if (event.key !== " ") return; // the theme itself answers to Enter
      event.preventDefault();
      drawer.click();
    });

    var study = document.getElementById("study");
    if (study && root.classList.contains("no-modules")) {
      study.textContent = "当前浏览器版本过旧，不能记录学习时间。请换用新版浏览器，或者用手机打开本页。";
      study.hidden = false;
    }
  });

  // The theme opens every fold for paper; answers that the reader has not opened stay off it.
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll(".practice-answer").forEach(function (fold) {
      fold.classList.toggle("is-unread", !fold.open);
    });
  });
})();
