/* Classic script behind the next step: 继续学习 to the paragraph where this account was on this device. The course's
   pages note it (places.js there); the address with #read-on asks them to go to it. Old syntax, as in comfort.js. */
(function () {
  "use strict";
  var line = document.querySelector(".step__place");
  var lessons = JSON.parse(line.getAttribute("data-lessons"));
  var site = line.getAttribute("data-site");

  function lastPath() {
    try {
      var kept = JSON.parse(localStorage.getItem("xuefa.place.signed-in." + line.getAttribute("data-account")));
      return Object.keys(kept).pop();
    } catch (error) {
      return undefined; // nothing kept, or nothing that can be read
    }
  }

  var path = lastPath();
  if (!Object.prototype.hasOwnProperty.call(lessons, path)) return;
  var next = document.querySelector(".step .button");
  if (next && next.getAttribute("href") === site + path) {
    next.href += "#read-on";
    return;
  }
  var link = document.createElement("a");
  link.href = site + path + "#read-on";
  link.textContent = "继续学习";
  line.appendChild(document.createTextNode("上次在这台设备上读到《" + lessons[path] + "》，"));
  line.appendChild(link);
  line.hidden = false;
})();
