// What a lesson's page does beside being read, by the rule of credit in force: answers to its sections, or time.
import { creditRule } from "./service.js";

const place = document.getElementById("study");

if (place) {
  const rule = creditRule(place).then((found) => (found === "sections" ? import("./sections.js") : import("./study.js")));
  import("./reading.js").then((reading) => reading.begin(rule.then((page) => page.settled)));
}
