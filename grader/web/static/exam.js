// The exam page alive: saves every change at once, counts down by the server's time, hands the paper in.
// Without this script the page is a plain form and works as one.
import { createOutbox, storageKey, Unsent } from "./exam_outbox.js";
import { clockText, createTimer } from "./exam_time.js";

const form = document.getElementById("paper");
const at = (id) => document.getElementById(id);
const items = Array.from(form.querySelectorAll("[data-item]"));
const byId = new Map(items.map((item) => [item.dataset.item, item]));
const timer = createTimer(Number(form.dataset.seconds), Number(form.dataset.secondsLeft));
const TIMEOUT = 15_000;
const WORDS = {
  offline: "网络不通。作答存在这台设备上，可以接着作答，网络恢复后自动发送，请不要关闭本页。",
  fleeting: "网络不通，作答还没有发到系统。可以接着作答，网络恢复后自动发送，请不要关闭或刷新本页。",
  busy: "系统繁忙，作答还没有保存，正在自动重试。可以接着作答，请不要关闭本页。",
  "signed-out": "登录已过期，作答暂时没有保存。请不要关闭本页，在新页面登录后回到这里，会自动继续保存。",
  "other-account": "这台设备上登录了别人的账号，作答暂时没有保存。请不要关闭本页，在新页面用您自己的账号登录后回到这里，会自动继续保存。",
};

let sequence = Number(form.dataset.sequence) - 1;
/** The highest sequence that this page knows the server to have. */
let seen = sequence;
/** Whether another page saved what this one does not show yet. */
let isBehind = false;
let handing = false;
let leaving = false;
let isOver = false;
let wasFailing = false;

const ticked = (item) => Array.from(item.querySelectorAll(".option input:checked"), (input) => input.value);
const isAnswered = (item) => item.querySelector(".option input:checked") !== null;
const mark = (item) => item.querySelector(".mark input");
const isMarked = (item) => mark(item).checked;

function nextSequence() {
  sequence = Math.max(sequence + 1, timer.elapsed());
  return sequence;
}

function showAnswered() {
  for (const place of form.querySelectorAll("[data-answered]")) place.textContent = items.filter(isAnswered).length;
  for (const item of items) {
    const link = form.querySelector(`[data-sheet="${item.dataset.item}"]`);
    link.classList.toggle("is-answered", isAnswered(item));
    link.classList.toggle("is-marked", isMarked(item));
    link.querySelector("[data-word]").textContent = `${isAnswered(item) ? "已作答" : "未作答"}${isMarked(item) ? "，已标记" : ""}`;
  }
}

function say(id, sentence, link) {
  if (at(id).textContent !== sentence || link) at(id).textContent = sentence;
  if (link) {
    const anchor = document.createElement("a");
    anchor.href = link;
    anchor.target = "_blank";
    anchor.textContent = "重新登录";
    at(id).append(" ", anchor);
  }
  at(id).hidden = !sentence;
}

const alarm = (sentence, link) => say("alert", sentence, link);
const note = (sentence) => say("note", sentence);

/** What stands between a response and the server, as a sentence; the alarm is raised once for each cause. */
let alarmed = "";
function showFault(fault) {
  const cause = fault ? fault.why + fault.words : "";
  if (cause === alarmed || isOver) return;
  alarmed = cause;
  if (!fault) return alarm("");
  const why = fault.why === "offline" && !outbox.isOnDevice() ? "fleeting" : fault.why;
  const mayReturn = fault.why === "signed-out" || fault.why === "other-account";
  alarm(WORDS[why] || fault.words, mayReturn ? form.dataset.signIn : "");
}

function showSaved() {
  const { pending, refused } = outbox;
  const fault = outbox.fault();
  const isFailing = Boolean(fault) || refused.size > 0;
  const state = isFailing ? "failed" : pending.size ? "saving" : "saved";
  at("saved").dataset.state = state;
  if (refused.size) at("saved").textContent = `${refused.size} 题未保存`;
  else if (fault) at("saved").textContent = `${pending.size} 题待发送`;
  else if (pending.size) at("saved").textContent = "正在保存";
  else at("saved").textContent = items.some((item) => Number(item.dataset.sequence)) ? "已保存" : "";
  const [first] = refused;
  showFault(fault || (first ? new Unsent("refused", `第 ${byId.get(first[0]).dataset.number} 题没有保存：${first[1] || "请刷新本页后重新作答。"}`) : null));
  if (wasFailing && state === "saved") note("作答已全部保存。");
  wasFailing = isFailing || (wasFailing && state !== "saved");
}

async function request(address, options) {
  const abort = new AbortController();
  const limit = setTimeout(() => abort.abort(), TIMEOUT);
  const headers = { "X-Account": form.dataset.account, ...options.headers };
  try {
    return await fetch(address, { method: "POST", credentials: "same-origin", cache: "no-store", signal: abort.signal, ...options, headers });
  } finally {
    clearTimeout(limit);
  }
}

async function problem(answer) {
  try {
    return await answer.json();
  } catch (error) {
    return {};
  }
}

/** Why the server did not take it; an exam that is over ends the page. */
async function unsent(answer) {
  const { code, detail } = await problem(answer);
  if (code === "attempt-finished") leave(form.dataset.result);
  if (code === "attempt-finished" || code === "other-account") return new Unsent(code, detail);
  if (answer.status === 401 || answer.status === 403) return new Unsent("signed-out");
  if (answer.status >= 500 || answer.status === 429) return new Unsent("busy");
  return new Unsent("refused", detail);
}

function noteKept(item, sequence) {
  item.dataset.sequence = Math.max(Number(item.dataset.sequence), sequence);
  seen = Math.max(seen, sequence);
}

async function send(id, change) {
  const answer = await request(form.dataset.save, {
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ item: id, ...change }),
    keepalive: true,
  });
  if (!answer.ok) throw await unsent(answer);
  const kept = await answer.json();
  timer.set(kept.seconds_left);
  isBehind = isBehind || kept.latest > seen;
  noteKept(byId.get(id), change.sequence);
  if (isBehind) catchUp();
}

const outbox = createOutbox({
  key: storageKey(form.dataset.account, form.dataset.attempt),
  send,
  changed: showSaved,
});

function leave(address) {
  leaving = true;
  outbox.stop();
  location.replace(address);
}

function show(item, { response, marked }) {
  for (const input of item.querySelectorAll(".option input")) input.checked = response.includes(input.value);
  mark(item).checked = Boolean(marked);
}

/** Take over what another page or device saved later than this page did; gives how many items changed. */
function merge(responses) {
  let merged = 0;
  for (const [id, kept] of Object.entries(responses)) {
    const item = byId.get(id);
    if (!item || kept.sequence <= Number(item.dataset.sequence)) continue;
    noteKept(item, kept.sequence);
    const own = outbox.pending.get(id);
    if (own && own.sequence > kept.sequence) continue;
    if (own) outbox.drop(id, own);
    show(item, kept);
    merged += 1;
  }
  return merged;
}

/** The attempt as the server has it: the time, whether it is over, and what was saved elsewhere. */
let catching = false;
async function catchUp() {
  if (catching || leaving) return;
  catching = true;
  try {
    const answer = await request(form.dataset.state, { method: "GET" });
    if (answer.ok) await follow(await answer.json());
  } catch (error) {
    // Without a network nothing can be learnt; the next saved response tells the time too.
  }
  catching = false;
}

function follow(state) {
  if (state.finished) return leave(form.dataset.result);
  isBehind = false;
  timer.set(state.seconds_left);
  const merged = merge(state.responses);
  if (!merged) return;
  showAnswered();
  showSaved();
  note(`本场考试在另一处也打开着，那里较新的作答（${merged} 题）已经显示在本页。`);
}

function showHanding(state) {
  handing = state;
  at("finish").disabled = state;
  at("finish").textContent = state ? "正在交卷" : "交卷";
}

/** The form with what is unsaved here and nothing else: of the other items another open page may know better. */
function unsavedFields() {
  const fields = new URLSearchParams({ token: form.elements.token.value, sequence: Math.max(sequence, 1), action: "submit" });
  fields.set("shown", Array.from(outbox.pending.keys()).join(" "));
  for (const [item, { response, marked }] of outbox.pending) {
    for (const letter of response) fields.append(`item-${item}`, letter);
    if (marked) fields.append(`mark-${item}`, "1");
  }
  return fields;
}

/** The form's token as it is after a new sign-in; null where the page is another one now. */
async function freshToken() {
  const answer = await request(location.pathname, { method: "GET" });
  if (new URL(answer.url).pathname === form.dataset.result) {
    leave(form.dataset.result);
    return null;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("paper");
  return fresh ? fresh.elements.token.value : null;
}

/**
 * Send the form; after a new sign-in in another page once more, with the token that belongs to it. Where it leads is not
 * followed here: the result is made once, for the page that shows it, and with what it has to tell.
 */
async function submit() {
  // Not form.action: the form has controls of that name.
  const send = () => request(form.getAttribute("action"), { body: unsavedFields(), redirect: "manual" });
  const answer = await send();
  if (answer.status !== 401 && answer.status !== 403) return answer;
  const token = await freshToken();
  if (!token) return answer;
  form.elements.token.value = token;
  return send();
}

function tellNotHandedIn(status) {
  if (status === 401 || status === 403) {
    alarm("登录已过期，交卷没有成功。请不要关闭本页，在新页面登录后回到这里，再点“交卷”。已保存的作答不受影响，到时会自动交卷。", form.dataset.signIn);
  } else if (status >= 400 && status < 500 && status !== 429) {
    alarm("交卷没有成功。请刷新本页后再交卷。已保存的作答不受影响，到时会自动交卷。");
  } else {
    alarm("网络不通或系统繁忙，交卷没有成功，将自动重试。已保存的作答不受影响，到时会自动交卷。");
    setTimeout(handIn, 5000);
  }
}

/** Hand in with what is still unsaved; tried again until the server has answered. */
async function handIn() {
  if (handing || leaving) return;
  showHanding(true);
  let status = 0;
  try {
    const answer = await submit();
    if (leaving) return;
    if (answer.ok || answer.type === "opaqueredirect") return leave(form.dataset.result);
    status = answer.status;
  } catch (error) {
    status = 0;
  }
  showHanding(false);
  tellNotHandedIn(status);
}

function tick() {
  if (leaving) return;
  if (timer.wasAway()) catchUp();
  const left = timer.left();
  at("clock").textContent = clockText(left);
  at("bar").classList.toggle("is-short", left <= 600);
  const news = timer.news(left);
  if (news) at("announcement").textContent = news;
  if (left === 0 && !isOver) {
    isOver = true;
    alarm("考试时间到，正在自动交卷。");
    handIn();
  }
}

function linkTo(item) {
  const link = document.createElement("a");
  link.href = `#${item.id}`;
  link.className = "cell";
  link.textContent = item.dataset.number;
  link.setAttribute("aria-label", `第${item.dataset.number}题`);
  const entry = document.createElement("li");
  entry.append(link);
  return entry;
}

function list(id, those) {
  at(id).textContent = "";
  at(id).append(...those.map(linkTo));
}

function ask() {
  const open = items.filter((item) => !isAnswered(item));
  const marked = items.filter(isMarked);
  const unsaved = outbox.pending.size + outbox.refused.size;
  at("confirm-unsaved").hidden = !unsaved;
  at("confirm-unsaved").textContent = `有 ${unsaved} 题的作答还没有保存到系统，会随交卷一起发送。`;
  at("confirm-words").textContent = open.length
    ? `还有 ${open.length} 题没有作答，没有作答的题不得分。点题号可以回到该题：`
    : `全部 ${items.length} 题都已作答。`;
  list("confirm-list", open);
  at("confirm-marked").hidden = !marked.length;
  at("confirm-marked").textContent = `您标记了 ${marked.length} 题：`;
  list("confirm-marks", marked);
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
  document.documentElement.classList.toggle("has-sheet", shown);
  at("open-sheet").setAttribute("aria-expanded", String(shown));
  if (shown) at("sheet").focus();
}

/** Go to an item without a new entry in the browser's history; the keyboard goes along. */
function jump(event) {
  const link = event.target.closest("a.cell");
  if (!link) return;
  event.preventDefault();
  closeDialog();
  showSheet(false);
  location.replace(link.getAttribute("href"));
  const item = document.querySelector(link.getAttribute("href"));
  if (item) item.focus({ preventScroll: true });
}

/** What this device kept from before a reload, or from a page that was closed, is shown and sent. */
function takeUp() {
  for (const [id, change] of outbox.pending) {
    const item = byId.get(id);
    if (!item || change.sequence <= Number(item.dataset.sequence)) outbox.drop(id, change);
    else show(item, change);
    sequence = Math.max(sequence, change.sequence);
  }
}

function lookUp() {
  outbox.flush();
  catchUp();
}

form.addEventListener("change", (event) => {
  const item = event.target.closest("[data-item]");
  if (!item) return;
  note("");
  outbox.put(item.dataset.item, { response: ticked(item), marked: isMarked(item), sequence: nextSequence() });
  showAnswered();
});
form.addEventListener("submit", (event) => event.preventDefault());
at("finish").addEventListener("click", ask);
at("sheet").addEventListener("click", jump);
at("confirm").addEventListener("click", jump);
at("open-sheet").addEventListener("click", (event) => {
  event.preventDefault();
  showSheet(true);
});
at("close-sheet").addEventListener("click", () => {
  showSheet(false);
  at("open-sheet").focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !at("sheet").classList.contains("is-open")) return;
  showSheet(false);
  at("open-sheet").focus();
});
at("confirm-back").addEventListener("click", closeDialog);
at("confirm-submit").addEventListener("click", () => {
  closeDialog();
  handIn();
});
window.addEventListener("online", lookUp);
window.addEventListener("focus", lookUp);
document.addEventListener("visibilitychange", () => (document.hidden ? outbox.flush() : lookUp()));
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
window.addEventListener("beforeunload", (event) => {
  if (!outbox.pending.size || leaving) return;
  event.preventDefault();
  event.returnValue = "";
});

document.documentElement.classList.add("live");
takeUp();
showAnswered();
showSaved();
outbox.flush();
tick();
setInterval(tick, 500);
