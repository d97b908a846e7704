// Free practice: public and for oneself, nothing here counts. Responses are kept per account on this device and, signed
// in, told to the service for the notebook. What closes a section is for `sections.js`, where sections earn credit.
import { Exercise } from "./exercise.js";
import { Kept, owner } from "./kept.js";
import { creditRule, element, me, post } from "./service.js";

function enhance(block, account) {
  const kept = new Kept(`xuefa.practice.${owner(account)}`);
  const progress = element("p", { class: "practice-progress", role: "status" });
  const hooks = { answered: changed, again };
  const exercises = [...block.querySelectorAll("form[data-item]")].map((form) => new Exercise(form, hooks));

  function tell() {
    const answered = exercises.filter((exercise) => exercise.response !== null);
    const right = answered.filter((exercise) => exercise.right);
    progress.textContent = `已答 ${answered.length}/${exercises.length}，答对 ${right.length}`;
  }

  function changed(exercise) {
    kept.change((responses) => {
      if (exercise.response) responses[exercise.id] = exercise.response;
      else delete responses[exercise.id];
    });
    tell();
    if (exercise.response && account && account.signed_in && account.learner !== false) {
      post("api/practice", { item: exercise.id, response: exercise.response }).catch(() => { /* kept on this device */ });
    }
  }

  function again(exercise) {
    exercise.clear();
    changed(exercise);
    exercise.focus();
  }

  for (const exercise of exercises) {
    const response = kept.found[exercise.id];
    if (Array.isArray(response) && response.length) exercise.show(response);
  }
  block.classList.add("is-live");
  block.prepend(progress);
  tell();
}

const place = document.getElementById("study");
const free = place ? creditRule(place).then((rule) => rule !== "sections") : Promise.resolve(true);
Promise.all([free, me().catch(() => null)]).then(([isFree, account]) => {
  const blocks = document.querySelectorAll(isFree ? ".practice" : ".practice:not(.practice--section)");
  blocks.forEach((block) => enhance(block, account));
});
