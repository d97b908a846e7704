// What a lesson's page does beside being read, by the rule of credit in force: answers to its sections, or time.
import { creditRule } from "./service.js";

const place = document.getElementById("study");
if (place) creditRule(place).then((rule) => (rule === "sections" ? import("./sections.js") : import("./study.js")));
