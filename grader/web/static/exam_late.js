// The result page: says which responses never reached the server in time, if this device still keeps any.
import { forget, readKept, storageKey } from "./exam_outbox.js";

const box = document.getElementById("late");
const { account, attempt, state, items } = box.dataset;
const key = storageKey(account, attempt);

const letters = (response) => Array.from(response).sort().join("");

/** Whether the server has this response, or a newer one, or one that says the same. */
function arrived(change, kept) {
  if (!kept) return change.response.length === 0;
  return kept.sequence >= change.sequence || letters(kept.response) === letters(change.response);
}

async function tell(unsent) {
  const answer = await fetch(state, { credentials: "same-origin", cache: "no-store", headers: { "X-Account": account } });
  if (!answer.ok) return;
  const { responses } = await answer.json();
  const late = items.split(" ").flatMap((item, place) => {
    const change = unsent[item];
    return change && !arrived(change, responses[item]) ? [place + 1] : [];
  });
  forget(key);
  if (!late.length || "told" in box.dataset) return;
  box.firstElementChild.textContent = `第 ${late.join("、")} 题在这台设备上的最后作答，到考试结束时还没有发到系统，没有计入成绩。`;
  box.hidden = false;
}

const unsent = readKept(key);
if (Object.keys(unsent).length) tell(unsent).catch(() => {});
