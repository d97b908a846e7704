// The exam page alive: saves every change at once, counts down by the server's time, hands the paper in.
// Without this script the page is a plain form and works as one.

const form = document.getElementById("paper");
const at = (id) => document.getElementById(id);
const items = Array.from(form.querySelectorAll("[data-item]"));
const total = Number(form.dataset.seconds);
const ANNOUNCED = [10, 1];
const TIMEOUT = 15_000;
const LONGEST_PAUSE = 15_000;

/** Items changed here and not yet known to the server: item → {response, sequence}. */
const unsaved = new Map();
let sequence = Number(form.dataset.sequence) - 1;
let deadline = performance.now() + Number(form.dataset.secondsLeft) * 1000;
let failures = 0;
let sending = false;
let pause = null;
let handing = false;
let leaving = false;
let isOver = false;

const secondsLeft = () => Math.max(Math.ceil((deadline - performance.now()) / 1000), 0);

/** Tenths of a second into the exam by the server's time, so that of two open pages the later change holds. */
function nextSequence() {
  const elapsed = Math.round((total * 1000 - (deadline - performance.now())) / 100);
  sequence = Math.max(sequence + 1, elapsed);
  return sequence;
}

const ticked = (item) => Array.from(item.querySelectorAll("input:checked"), (input) => input.value);
const isAnswered = (item) => item.querySelector("input:checked") !== null;

function showAnswered() {
  for (const place of form.querySelectorAll("[data-answered]")) place.textContent = items.filter(isAnswered).length;
  for (const item of items) {
    const link = form.querySelector(`[data-sheet="${item.dataset.item}"]`);
    link.classList.toggle("is-answered", isAnswered(item));
    link.querySelector("[data-word]").textContent = isAnswered(item) ? "已作答" : "未作答";
  }
}

function showSaved() {
  const state = unsaved.size === 0 ? "saved" : failures ? "failed" : "saving";
  at("saved").dataset.state = state;
  at("saved").textContent = { saved: "已保存", saving: "正在保存", failed: "未保存，将自动重试" }[state];
}

function alarm(sentence, link) {
  at("alert").textContent = sentence;
  if (link) {
    const anchor = document.createElement("a");
    anchor.href = link;
    anchor.target = "_blank";
    anchor.textContent = "重新登录";
    at("alert").append(" ", anchor);
  }
  at("alert").hidden = !sentence;
}

async function request(address, options) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT);
  try {
    return await fetch(address, { method: "POST", credentials: "same-origin", cache: "no-store", signal: abort.signal, ...options });
  } finally {
    clearTimeout(timer);
  }
}

async function detail(response) {
  try {
    return (await response.json()).detail || "";
  } catch (error) {
    return "";
  }
}

/** Send one response. Gives whether the server has taken notice of it; throws where it should be sent again. */
async function save(item, { response, sequence }) {
  const answer = await request(form.dataset.save, {
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ item, response, sequence }),
    keepalive: true,
  });
  if (answer.ok) {
    const kept = await answer.json();
    deadline = performance.now() + kept.seconds_left * 1000;
    alarm("");
  } else if (answer.status === 409) {
    leave(form.dataset.result);
  } else if (answer.status === 401 || answer.status === 403) {
    alarm("登录已过期，作答暂时没有保存。请不要关闭本页，在新页面登录后回到这里，会自动继续保存。", form.dataset.signIn);
    throw new Error("signed out");
  } else if (answer.status >= 500 || answer.status === 429) {
    throw new Error("busy");
  } else {
    alarm((await detail(answer)) || "有一题的作答没有保存，请刷新页面后重新作答。");
  }
}

/** Send what is unsaved, one response after another, until nothing is left; wait longer after each failure. */
async function flush() {
  clearTimeout(pause);
  if (sending || leaving) return;
  sending = true;
  while (unsaved.size && !leaving) {
    const [item, change] = unsaved.entries().next().value;
    try {
      await save(item, change);
      failures = 0;
      if (unsaved.get(item) === change) unsaved.delete(item);
    } catch (error) {
      failures += 1;
      pause = setTimeout(flush, Math.min(1000 * 2 ** (failures - 1), LONGEST_PAUSE));
      break;
    } finally {
      showSaved();
    }
  }
  sending = false;
}

function leave(address) {
  leaving = true;
  unsaved.clear();
  location.replace(address);
}

/** The form as the server gives it now; null where it gives another page, as it does once the sign-in has ended. */
async function freshForm() {
  const answer = await request(location.pathname, { method: "GET" });
  if (new URL(answer.url).pathname === form.dataset.result) {
    leave(form.dataset.result);
    return null;
  }
  return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("paper");
}

/** The time as the server has it now, after this device slept or its clock was set. */
async function resynchronise() {
  try {
    const fresh = await freshForm();
    if (fresh) deadline = performance.now() + Number(fresh.dataset.secondsLeft) * 1000;
  } catch (error) {
    // Without a network nothing can be learnt; the next saved response tells the time too.
  }
}

function showHanding(state) {
  handing = state;
  at("finish").disabled = state;
  at("finish").textContent = state ? "正在交卷" : "交卷";
}

/** The form with what is unsaved here and nothing else: of the other items another open page may know better. */
function unsavedFields() {
  const fields = new URLSearchParams({ token: form.elements.token.value, sequence, action: "submit" });
  fields.set("shown", Array.from(unsaved.keys()).join(" "));
  for (const [item, { response }] of unsaved) {
    for (const letter of response) fields.append(`item-${item}`, letter);
  }
  return fields;
}

/** Send the form; after a new sign-in in another page once more, with the token that belongs to it. */
async function submit() {
  // Not form.action: the form has controls of that name.
  const send = () => request(form.getAttribute("action"), { body: unsavedFields() });
  const answer = await send();
  if (answer.status !== 401 && answer.status !== 403) return answer;
  const fresh = await freshForm();
  if (!fresh) return answer;
  form.elements.token.value = fresh.elements.token.value;
  return send();
}

/** Hand in with what is still unsaved; tried again until the server has answered. */
async function handIn() {
  if (handing || leaving) return;
  showHanding(true);
  let status = 0;
  try {
    const answer = await submit();
    if (leaving) return;
    if (answer.ok) return leave(form.dataset.result);
    status = answer.status;
  } catch (error) {
    status = 0;
  }
  showHanding(false);
  if (status === 401 || status === 403) {
    alarm("登录已过期，交卷没有成功。请不要关闭本页，在新页面登录后回到这里，再点“交卷”。已保存的作答不受影响，到时会自动交卷。", form.dataset.signIn);
  } else if (status >= 400 && status < 500 && status !== 429) {
    alarm("交卷没有成功。请刷新本页后再交卷。已保存的作答不受影响，到时会自动交卷。");
  } else {
    alarm("网络不通或系统繁忙，交卷没有成功，将自动重试。已保存的作答不受影响，到时会自动交卷。");
    setTimeout(handIn, 5000);
  }
}

function pad(number) {
  return String(number).padStart(2, "0");
}

/** How far the device's clock is ahead of the time that this page has been awake. */
const drift = () => Date.now() - performance.now();
let lastDrift = drift();

function announce(left) {
  const due = ANNOUNCED.filter((minutes) => left <= minutes * 60);
  if (!due.length) return;
  ANNOUNCED.splice(0, due.length);
  if (left) at("announcement").textContent = `距离自动交卷还有不到 ${due[due.length - 1]} 分钟。`;
}

function tick() {
  if (leaving) return;
  if (Math.abs(drift() - lastDrift) > 5000) {
    lastDrift = drift();
    resynchronise();
  }
  const left = secondsLeft();
  const hours = Math.floor(left / 3600);
  at("clock").textContent = `${hours ? `${hours}:` : ""}${pad(Math.floor(left / 60) % 60)}:${pad(left % 60)}`;
  at("bar").classList.toggle("is-short", left <= 600);
  announce(left);
  if (left === 0 && !isOver) {
    isOver = true;
    alarm("考试时间到，正在自动交卷。");
    handIn();
  }
}

function linkTo(item) {
  const link = document.createElement("a");
  link.href = `#${item.id}`;
  link.textContent = item.dataset.number;
  link.setAttribute("aria-label", `第${item.dataset.number}题`);
  const entry = document.createElement("li");
  entry.append(link);
  return entry;
}

function ask() {
  const open = items.filter((item) => !isAnswered(item));
  at("confirm-words").textContent = open.length
    ? `还有 ${open.length} 题没有作答，没有作答的题不得分。点题号可以回到该题：`
    : `全部 ${items.length} 题都已作答。`;
  at("confirm-list").textContent = "";
  at("confirm-list").append(...open.map(linkTo));
  if (at("confirm").showModal) at("confirm").showModal();
  else at("confirm").setAttribute("open", "");
  at("confirm-back").focus();
}

function closeDialog() {
  if (at("confirm").close) at("confirm").close();
  else at("confirm").removeAttribute("open");
}

/** On a phone the answer sheet lies over the paper until it is closed or an item is chosen. */
function showSheet(shown) {
  at("sheet").classList.toggle("is-open", shown);
  at("open-sheet").setAttribute("aria-expanded", String(shown));
  if (shown) at("sheet").focus();
}

/** Go to an item without a new entry in the browser's history. */
function jump(event) {
  const link = event.target.closest("a");
  if (!link) return;
  event.preventDefault();
  closeDialog();
  showSheet(false);
  location.replace(link.getAttribute("href"));
}

form.addEventListener("change", (event) => {
  const item = event.target.closest("[data-item]");
  if (!item) return;
  unsaved.delete(item.dataset.item);
  unsaved.set(item.dataset.item, { response: ticked(item), sequence: nextSequence() });
  showAnswered();
  showSaved();
  flush();
});
form.addEventListener("submit", (event) => event.preventDefault());
at("finish").addEventListener("click", ask);
at("sheet").addEventListener("click", jump);
at("confirm-list").addEventListener("click", jump);
at("open-sheet").addEventListener("click", (event) => {
  event.preventDefault();
  showSheet(true);
});
at("close-sheet").addEventListener("click", () => {
  showSheet(false);
  at("open-sheet").focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") showSheet(false);
});
at("confirm-back").addEventListener("click", closeDialog);
at("confirm-submit").addEventListener("click", () => {
  closeDialog();
  handIn();
});
window.addEventListener("online", flush);
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
window.addEventListener("beforeunload", (event) => {
  if (!unsaved.size || leaving) return;
  event.preventDefault();
  event.returnValue = "";
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) flush();
});

document.documentElement.classList.add("live");
showAnswered();
showSaved();
tick();
setInterval(tick, 500);
