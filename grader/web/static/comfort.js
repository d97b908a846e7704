/* Classic blocking script in <head>: larger text and the dark shade before the first paint, kept per device and shared
   with the course site. Old syntax, so that old browsers read it. */
(function () {
  "use strict";
  var root = document.documentElement;
  var kept = function (key) {
    try { return localStorage.getItem(key); } catch (error) { return null; } // storage may be switched off
  };
  var keep = function (key, value) {
    try { localStorage.setItem(key, value); } catch (error) { /* holds for this page only */ }
  };
  var shade = window.matchMedia ? window.matchMedia("(prefers-color-scheme: dark)") : { matches: false };
  var isDark = function () {
    var chosen = kept("xuefa.dark");
    return chosen === null ? shade.matches : chosen === "1";
  };
  root.classList.remove("no-js");
  root.classList.toggle("large-text", kept("xuefa.large-text") === "1");
  root.classList.toggle("dark", isDark());

  // A button for one class of the root: what it says is what a click brings.
  function tool(name, className, key, words) {
    document.querySelectorAll(".tool--" + name).forEach(function (button) {
      function show() {
        var on = root.classList.contains(className);
        button.setAttribute("aria-pressed", String(on));
        button.firstElementChild.textContent = words[on ? 1 : 0];
      }
      show();
      button.addEventListener("click", function () {
        keep(key, root.classList.toggle(className) ? "1" : "0");
        show();
      });
    });
  }

  // The bar at the bottom of a phone's screen makes room while one reads on, and comes back with the way up.
  function makeRoom() {
    var last = window.pageYOffset;
    window.addEventListener("scroll", function () {
      var at = window.pageYOffset;
      var end = document.documentElement.scrollHeight - window.innerHeight - at < 80;
      if (Math.abs(at - last) < 8 && !end) return;
      root.classList.toggle("is-reading", at > last && at > 80 && !end);
      last = at;
    }, { passive: true });
  }

  // On a phone the menu's rows are moved sideways: the line of this page comes into view.
  function showHere() {
    var here = document.querySelector(".menu [aria-current]");
    var row = here && here.parentNode.parentNode;
    if (row) row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
  }

  // Stated in the guide: Chromium 86, iOS 13.4. What is older reads the pages and fills in the forms.
  function tellOld(place) {
    if ("noModule" in HTMLScriptElement.prototype && "replaceAll" in String.prototype) return;
    var words = document.createElement("p");
    words.className = "old-browser";
    words.setAttribute("role", "note");
    words.textContent = "当前浏览器版本过旧：课程可以阅读，登录和考试的表格可以使用，其他功能可能不可用。请换用 86 以上版本的 Chrome、Edge、360 或统信浏览器，或者用手机微信、iOS 13.4 以上的 Safari 打开。";
    place.insertBefore(words, place.firstChild);
  }

  document.addEventListener("DOMContentLoaded", function () {
    tool("size", "large-text", "xuefa.large-text", ["大字", "标准"]);
    tool("shade", "dark", "xuefa.dark", ["深色", "浅色"]);
    makeRoom();
    showHere();
    tellOld(document.getElementById("main"));
  });
})();
