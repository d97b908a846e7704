// The home page for whoever reads it: where the learner is in each lesson, and 继续学习 to the place on this device.
import { base, get, me } from "./service.js";
import { Places, READ_ON } from "./places.js";

const rows = [...document.querySelectorAll(".home-module [data-lesson]")];
const button = document.querySelector(".home-hero .course-button--light");
const line = document.querySelector(".home-hero__place");

const pathOf = (row) => row.pathname.slice(base.pathname.length);
const titleOf = (row) => row.querySelector("span").textContent;

function state(lesson) {
  if (lesson.completed) return "✓ 已完成";
  if (!lesson.begun) return "未学";
  return lesson.sections_left ? `还剩 ${lesson.sections_left} 小节` : "学习中";
}

function tell(lessons) {
  for (const row of rows) {
    const lesson = lessons[row.dataset.lesson];
    if (!lesson) continue;
    const words = row.querySelector("small");
    words.textContent = state(lesson);
    words.classList.toggle("is-done", lesson.completed);
  }
  for (const part of document.querySelectorAll(".home-module")) {
    const own = [...part.querySelectorAll("[data-lesson]")].map((row) => lessons[row.dataset.lesson]).filter(Boolean);
    const done = own.filter((lesson) => lesson.completed).length;
    if (own.length) part.querySelector(".home-module__done").textContent = `已完成 ${done} / ${own.length} 课`;
  }
}

/** The lesson left on this device, unless it is done by now; else the one that the service names. */
function onward(places, year) {
  const isOpen = (row) => !year || !(year.lessons[row.dataset.lesson] || {}).completed;
  const kept = rows.find((row) => pathOf(row) === places.last);
  if (kept && isOpen(kept)) return { row: kept, words: `上次读到《${titleOf(kept)}》` };
  const isBegun = year && Object.values(year.lessons).some((lesson) => lesson.begun);
  const next = isBegun && rows.find((row) => pathOf(row) === year.next);
  return next ? { row: next, words: `接着学《${titleOf(next)}》` } : null;
}

async function show(account) {
  const learner = account && account.signed_in && account.learner !== false && !account.initial;
  const year = learner ? await get("api/lessons").catch(() => null) : null;
  if (year) tell(year.lessons);
  const found = onward(new Places(account), year);
  if (!found) return;
  button.textContent = "继续学习";
  button.href = found.row.href + READ_ON;
  line.textContent = found.words;
}

me().then(show, () => { /* who is reading is not known: the page stands as it was built */ });
