// A lesson's sections where they earn credit: a section is done when each of its questions was answered right. The
// service grades and records; without it, or offline, the page grades and keeps the answers on this device, apart for
// each account. A wrong question comes back after the others with its options in another order.
import { Exercise } from "./exercise.js";
import { Kept, owner } from "./kept.js";
import { left } from "./reading.js";
import { Refusal, base, element, get, me, post, signInAddress } from "./service.js";

const RETRY = [5, 10, 20, 40, 60]; // seconds

const hours = (value) => `${Math.round(value * 10) / 10} 学时`;

const link = (address, words) => element("a", { class: "course-button", href: new URL(address, base).href }, words);

function button(words, act, quiet = false) {
  const node = element("button", { type: "button", class: `course-button${quiet ? " course-button--quiet" : ""}` }, words);
  node.addEventListener("click", act);
  return node;
}

/** Answers that wait on this device, by lesson and item: a guest's, or an account's that could not be sent yet. */
class Waiting extends Kept {
  constructor(account) {
    super(`xuefa.sections.${owner(account)}`);
  }

  of(lesson) {
    return this.found[lesson] || {};
  }

  get count() {
    return Object.values(this.found).reduce((sum, answers) => sum + Object.keys(answers).length, 0);
  }

  put(lesson, item, response) {
    this.change((found) => {
      found[lesson] = { ...found[lesson], [item]: response };
    });
  }

  /** Forgets what was sent, unless it was answered anew meanwhile. */
  drop(lesson, sent) {
    this.change((found) => {
      for (const [item, response] of Object.entries(sent)) {
        if (found[lesson] && String(found[lesson][item]) === String(response)) delete found[lesson][item];
      }
      if (found[lesson] && !Object.keys(found[lesson]).length) delete found[lesson];
    });
  }

  clear() {
    this.change((found) => Object.keys(found).forEach((lesson) => delete found[lesson]));
  }
}

/** Sends what waits, a lesson at a time. Raises the Refusal that stopped it; what is out of date is dropped and told. */
async function sendAll(waiting, account, told) {
  for (const [lesson, answers] of Object.entries(waiting.read())) {
    try {
      told(lesson, await send(lesson, answers, account));
      waiting.drop(lesson, answers);
    } catch (refusal) {
      if (!isStale(refusal)) throw refusal;
      await sendSingly(waiting, lesson, answers, { account, told });
    }
  }
}

async function sendSingly(waiting, lesson, answers, { account, told }) {
  for (const [item, response] of Object.entries(answers)) {
    try {
      told(lesson, await send(lesson, { [item]: response }, account));
    } catch (refusal) {
      if (!isStale(refusal)) throw refusal;
      told(lesson, null, refusal.detail);
    }
    waiting.drop(lesson, { [item]: response });
  }
}

const send = (lesson, answers, account) => post(`api/lessons/${lesson}/answers`, answers, { "X-Account": account.key });

const isStale = (refusal) => refusal instanceof Refusal && refusal.detail && (refusal.status === 404 || refusal.status === 400);

const isPassing = (refusal) => refusal.status === 0 || refusal.status === 429 || refusal.status >= 500;

/** The questions that close one section. */
class Section {
  constructor(block, { answered }) {
    this.block = block;
    this.number = Number(block.dataset.section);
    this.answered = answered;
    this.lead = element("p", { class: "practice-progress", role: "status" });
    this.fold = button("", () => this.toggle(!this.block.classList.contains("is-folded")), true);
    this.fold.classList.add("practice-fold");
    this.fold.hidden = true;
    const hooks = { answered: (exercise) => this.graded(exercise), again: (exercise) => this.again(exercise) };
    this.exercises = [...block.querySelectorAll("form[data-item]")].map((form) => new Exercise(form, hooks));
    block.querySelector(".practice-title").after(this.lead, this.fold);
    block.classList.add("is-live");
    this.done = false;
  }

  get open() {
    return this.exercises.filter((exercise) => !exercise.right);
  }

  /** What one reads before its questions: all after the section before, or from the start of the lesson. */
  get text() {
    const text = [];
    for (let node = this.block.previousElementSibling; node && !node.matches(".practice--section"); node = node.previousElementSibling) {
      text.unshift(node);
    }
    return text;
  }

  /** Where its text begins. */
  get start() {
    const first = this.text.find((node) => node.matches("h2, h3, p, .admonition"));
    return named(first || this.block, `section-${this.number}-text`);
  }

  /** The place in the text that answers a question: the first box or paragraph that names an article it rests on. */
  place(exercise) {
    const cites = exercise.form.querySelector(".practice-cites");
    const articles = (cites && cites.textContent.match(/第[一二三四五六七八九十百千零〇]+条/g)) || [];
    const { text } = this;
    const speaks = (node) => articles.some((article) => node.textContent.includes(article));
    const found = text.find((node) => node.matches(".admonition") && speaks(node)) || text.find(speaks);
    return found ? named(found, `${exercise.id}-text`) : this.start;
  }

  restore(isRight) {
    for (const exercise of this.exercises) {
      if (exercise.response === null && isRight(exercise.id)) {
        exercise.show(exercise.key, { open: false });
        exercise.retry.hidden = true;
      }
    }
  }

  graded(exercise) {
    if (exercise.right) exercise.retry.hidden = true;
    else {
      exercise.retry.textContent = this.open.length > 1 ? "放到后面再答" : "再答一次";
      this.point(exercise);
    }
    this.answered(this, exercise);
  }

  point(exercise) {
    const back = element("a", { class: "practice-place", href: `#${this.place(exercise)}` }, "回到课文");
    exercise.actions.insertBefore(back, exercise.feedback);
  }

  again(exercise) {
    exercise.actions.querySelectorAll(".practice-place").forEach((node) => node.remove());
    exercise.clear();
    exercise.reorder();
    exercise.feedback.textContent = "选项次序已变，请再答一次";
    const others = this.open.filter((other) => other !== exercise && other.response === null);
    if (others.length) this.block.append(exercise.form);
    const next = others[0] || exercise;
    next.form.scrollIntoView({ block: "nearest" });
    next.focus();
  }

  /** Says how far the section is; `left` is how many questions are still to be answered right. */
  tell(left, waits) {
    const all = this.exercises.length;
    this.done = !left;
    this.block.classList.toggle("is-done", this.done && !waits);
    if (left) this.lead.textContent = `答对全部 ${all} 题，本小节就算完成，还剩 ${left} 题`;
    else this.lead.textContent = waits ? "本小节已答完，待提交" : "✓ 本小节已完成";
    this.fold.hidden = !this.done;
    this.toggle(this.block.classList.contains("is-folded"));
  }

  toggle(folded) {
    this.block.classList.toggle("is-folded", folded);
    this.fold.setAttribute("aria-expanded", String(!folded));
    this.fold.textContent = folded ? "查看试题" : "收起试题";
  }
}

function named(node, id) {
  if (!node.id) node.id = id;
  return node.id;
}

/** The bar at the foot of the page: holds no rule. */
class Bar {
  constructor(place, sections) {
    this.place = place;
    this.state = element("p", { class: "study__state", role: "status" });
    this.lesson = element("span", { class: "study__lesson" });
    this.meter = element("progress", { class: "study__meter", max: sections, value: 0, "aria-label": "本课进度" });
    this.total = element("span", { class: "study__total" });
    this.action = element("div", { class: "study__action" });
    place.setAttribute("role", "region");
    place.setAttribute("aria-label", "学习记录");
    place.append(this.state, element("div", { class: "study__figures" }, this.lesson, this.meter, this.total), this.action);
    const fit = () => document.documentElement.style.setProperty("--study-height", `${place.offsetHeight}px`);
    if ("ResizeObserver" in window) new ResizeObserver(fit).observe(place);
  }

  say(kind, words, ...actions) {
    this.place.hidden = false;
    this.place.dataset.state = kind;
    if (this.state.textContent !== words) this.state.textContent = words;
    this.place.classList.toggle("has-choice", actions.length > 1);
    const wanted = actions.filter((action) => action).map((action) => action.outerHTML).join("");
    const shown = [...this.action.children].map((action) => action.outerHTML).join("");
    if (wanted === shown) return; // it may have the focus
    this.action.textContent = "";
    this.action.append(...actions.filter((action) => action));
  }

  count(done, sections, progress) {
    this.lesson.textContent = `本课 ${done} / ${sections} 小节`;
    this.meter.value = done;
    this.total.textContent = progress ? `累计 ${progress.total_hours} / ${progress.required_hours} 学时` : "";
  }
}

class Lesson {
  constructor(place, blocks, { account, left }) {
    this.left = left; // the paragraph where the reader was last time
    this.id = place.dataset.lesson;
    this.next = place.dataset.next;
    this.belong(account);
    this.progress = null; // what the service last said of this lesson
    this.trouble = ""; // what the reader has to know and do
    this.failures = 0;
    this.expired = false;
    this.timer = 0;
    this.bar = new Bar(place, blocks.length);
    this.sections = blocks.map((block) => new Section(block, { answered: (section, exercise) => this.answered(exercise) }));
  }

  /** Whose the answers are; `undefined` while nobody can be asked: then they wait like a guest's, to be claimed. */
  belong(account) {
    this.account = account;
    this.learner = Boolean(account && account.signed_in && account.learner !== false && !account.initial);
    this.waiting = new Waiting(account);
    this.guest = this.learner ? new Waiting(null) : null;
  }

  async find() {
    try {
      this.belong(await me({ again: true }));
    } catch (refusal) {
      this.later(() => this.find());
      return;
    }
    this.failures = 0;
    await this.begin();
  }

  later(act) {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(act, RETRY[Math.min(this.failures, RETRY.length - 1)] * 1000 * (1 + Math.random() / 4));
    this.failures += 1;
  }

  async begin() {
    this.restore();
    this.tell();
    this.sections.filter((section) => section.done).forEach((section) => section.toggle(true));
    if (this.account === undefined) this.later(() => this.find());
    if (!this.learner) return;
    window.addEventListener("online", () => this.ask());
    await this.ask();
    this.sections.filter((section) => section.done).forEach((section) => section.toggle(true));
  }

  /** Asks where the learner is, unless that was said already, and sends what waits. */
  async ask() {
    try {
      if (!this.progress) this.heard(await get(`api/lessons/${this.id}`));
    } catch (refusal) {
      return this.failed(refusal);
    }
    return this.send();
  }

  restore() {
    this.sections.forEach((section) => section.restore((item) => this.isRight(section, item)));
  }

  isRight(section, item) {
    const said = this.progress;
    if (said && (said.left[section.number - 1] === 0 || said.right.includes(item))) return true;
    const response = this.waiting.of(this.id)[item];
    const exercise = section.exercises.find((one) => one.id === item);
    return Boolean(response && exercise && String([...response].sort()) === String(exercise.key));
  }

  waits(section) {
    if (!this.learner || (this.progress && this.progress.left[section.number - 1] === 0)) return false;
    const waiting = this.waiting.of(this.id);
    return section.exercises.some((exercise) => exercise.id in waiting);
  }

  answered(exercise) {
    if (this.progress && this.progress.completed) return this.tell();
    this.waiting.put(this.id, exercise.id, exercise.response);
    this.tell();
    return this.send();
  }

  async send() {
    if (!this.learner || !this.waiting.count || this.expired) return this.tell();
    window.clearTimeout(this.timer);
    if (this.sending) { // one after the other: what was answered meanwhile goes next
      this.more = true;
      return undefined;
    }
    this.sending = true;
    try {
      await sendAll(this.waiting, this.account, (lesson, progress, detail) => {
        if (detail) this.trouble = detail;
        if (progress && lesson === this.id) this.heard(progress);
      });
      this.failures = 0;
    } catch (refusal) {
      this.failed(refusal);
    }
    this.sending = false;
    const more = this.more;
    this.more = false;
    this.tell();
    return more ? this.send() : undefined;
  }

  heard(progress) {
    this.progress = progress;
    this.failures = 0;
    this.restore();
    this.tell();
  }

  failed(refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    if (refusal.status === 401) this.expired = true;
    else if (isPassing(refusal)) this.later(() => this.ask());
    else this.trouble = refusal.detail || "暂时不能记录，请刷新本页再试";
    this.tell();
  }

  tell() {
    for (const section of this.sections) {
      const left = section.exercises.filter((exercise) => !this.isRight(section, exercise.id)).length;
      section.tell(left, this.waits(section));
    }
    const done = this.sections.filter((section) => section.done).length;
    this.bar.count(done, this.sections.length, this.progress);
    this.bar.say(...this.words(this.sections.length - done));
  }

  /** The state's kind, its sentence and what to do next. */
  words(left) {
    const onward = this.onward(left);
    const remains = left ? `还剩 ${left} 小节` : "三个小节都答完了";
    if (this.trouble) return ["stopped", this.trouble, button("刷新本页", () => location.reload())];
    if (this.account === undefined) return ["waiting", `网络不稳，${remains}，作答先保存在本机`, onward];
    if (!this.account) return ["waiting", `${remains}，作答保存在本机`, onward];
    if (!this.account.signed_in) return ["stopped", `${remains}。登录后学习才能计入学时`, link(signInAddress(this.account), "登录")];
    if (this.account.learner === false) return ["waiting", `${remains}。当前账号不是学员账号，不计学时`, onward];
    if (this.account.initial) return ["stopped", "请先修改初始密码，再开始学习", link(this.account.home || "my/", "去修改")];
    if (this.expired) return ["stopped", `登录已过期，${this.waiting.count} 道作答待提交`, link(signInAddress(null), "重新登录")];
    if (this.guest && this.guest.count) return this.offer();
    if (this.failures && !this.waiting.count) return ["waiting", "网络不稳，稍后自动更新", onward];
    if (this.waiting.count && this.failures) return ["waiting", `网络不稳，${this.waiting.count} 道作答待提交，稍后自动提交`, onward];
    if (this.progress && this.progress.reason) return ["waiting", this.progress.message, onward];
    if (this.progress && this.progress.completed) return ["counting", `✓ 本课已完成，计 ${hours(this.progress.hours)}`, onward];
    return [left ? "counting" : "waiting", left ? remains : `${remains}，正在提交`, onward];
  }

  /** A guest's answers on this device are somebody's: only the person who says so gets them. */
  offer() {
    const take = button(`计入${this.account.name}的学时`, async () => {
      try {
        await sendAll(this.guest, this.account, (lesson, progress, detail) => {
          if (detail) this.trouble = detail;
          if (progress && lesson === this.id) this.heard(progress);
        });
      } catch (refusal) {
        this.failed(refusal);
      }
      this.tell();
    });
    const leave = button("不是我答的", () => {
      this.guest.clear();
      this.tell();
    }, true);
    return ["waiting", `这台设备上有未登录时作答的 ${this.guest.count} 题`, take, leave];
  }

  onward(left) {
    if (left) {
      const first = this.sections.find((section) => !section.done);
      const begun = first.number > 1 || first.open.length < first.exercises.length;
      if (this.left && [...first.text, first.block].some((node) => node.contains(this.left))) {
        return element("a", { class: "course-button", href: `#${named(this.left, "reading-place")}` }, "继续学习");
      }
      return element("a", { class: "course-button", href: `#${first.start}` }, begun ? `接着学第${first.number}小节` : "开始学习");
    }
    if (!this.progress || !this.progress.completed) return null;
    if (this.progress.total_hours >= this.progress.required_hours) return link("exam/", "去考试");
    const next = this.progress.next ?? this.next; // the page knows the order of lessons, the service the learner's own
    return next ? link(next, "下一课") : link("my/", "查看还差哪些");
  }
}

/** Asks who is signed in; where there is no service, the page grades for itself and keeps a guest's answers. */
async function start(place, blocks) {
  const account = await me().catch(() => undefined);
  await new Lesson(place, blocks, { account, left: await left }).begin();
}

const place = document.getElementById("study");
const blocks = [...document.querySelectorAll(".practice--section")];

/** Fulfilled when the sections stand as the service knows them. */
export const settled = blocks.length ? start(place, blocks) : null;
