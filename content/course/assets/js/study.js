// The study bar of a lesson page where time earns credit (`sections.js` has the other). It tells the service that
// someone is reading and shows what the service counted; it never counts by itself.
import { Refusal, base, element, me, post, signInAddress } from "./service.js";

const IDLE = 180; // seconds without pointer, key, scroll or touch
const RETRY = [5, 10, 20, 40, 60]; // seconds
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "scroll"];

const minutes = (seconds) => `${Math.floor(seconds / 60)}分`;

/** What the reader sees; holds no rule. Only the state line is announced, and only when its words change. */
class Bar {
  constructor(place) {
    this.place = place;
    this.state = element("p", { class: "study__state", role: "status" });
    this.meter = element("progress", { class: "study__meter", max: 1, value: 0, "aria-label": "本课进度" });
    this.lesson = element("span", { class: "study__lesson" });
    this.total = element("span", { class: "study__total" });
    this.action = element("div", { class: "study__action" });
    this.figures = element("div", { class: "study__figures" }, this.lesson, this.meter, this.total);
    this.figures.classList.add("is-empty");
    this.onward = null;
    place.setAttribute("role", "region");
    place.setAttribute("aria-label", "学习记录");
    place.append(this.state, this.figures, this.action);
    this.observe();
  }

  observe() {
    // Jumps to a heading and the last lines of the page must not end up below the bar.
    const fit = () => document.documentElement.style.setProperty("--study-height", `${this.place.offsetHeight}px`);
    if ("ResizeObserver" in window) new ResizeObserver(fit).observe(this.place);
  }

  say(kind, words, action = this.onward) {
    this.place.hidden = false;
    this.place.dataset.state = kind;
    if (this.state.textContent !== words) this.state.textContent = words;
    const shown = this.action.firstElementChild;
    const same = shown && action && shown.href === action.href && shown.textContent === action.textContent;
    if (same) return; // it may have the focus
    this.action.textContent = "";
    if (action) this.action.append(action);
  }

  count(answer) {
    this.figures.classList.remove("is-empty");
    this.meter.max = answer.lesson_length;
    this.meter.value = answer.lesson_seconds;
    this.lesson.textContent = `${answer.elective ? "选修课" : "本课"}已计 ${minutes(answer.lesson_seconds)} / ${minutes(answer.lesson_length)}`;
    this.total.textContent = `累计 ${answer.total_hours} / ${answer.required_hours} 学时`;
    this.onward = onward(answer, this.place.dataset.next);
  }
}

/** One reader on one page: runs from `resume` to `pause`; each run starts with no page number. */
class Reading {
  constructor(lesson, bar) {
    this.lesson = lesson;
    this.bar = bar;
    this.run = 0;
    this.running = false;
    this.blocked = false; // until the reader presses the button or signs in
    this.page = null;
    this.failures = 0;
    this.active = Date.now();
    this.timer = 0;
  }

  watch() {
    const sign = () => {
      this.active = Date.now();
      this.resume();
    };
    SIGNS.forEach((name) => window.addEventListener(name, sign, { passive: true, capture: true }));
    document.addEventListener("visibilitychange", () => (document.hidden ? this.pause("") : sign()));
    window.addEventListener("pagehide", () => this.pause(""));
    window.addEventListener("pageshow", (event) => event.persisted && sign());
    window.addEventListener("online", () => this.running && this.failures && this.beat());
    this.resume();
    this.rest();
  }

  /** Ends the run once the reader has done nothing for a while. */
  rest() {
    const left = this.active + IDLE * 1000 - Date.now();
    if (left <= 0) this.pause("较长时间没有操作，已暂停计时；滚动或点一下页面就会继续");
    window.setTimeout(() => this.rest(), left > 0 ? left : 1000);
  }

  resume() {
    if (this.running || this.blocked || document.hidden) return;
    this.running = true;
    this.run += 1;
    this.page = null;
    this.failures = 0;
    this.beat();
  }

  pause(words) {
    if (!this.running) return;
    this.running = false;
    window.clearTimeout(this.timer);
    if (this.page !== null) this.beat();
    this.bar.say("paused", words || "已暂停计时");
  }

  stop(words, action) {
    this.running = false;
    this.blocked = true;
    window.clearTimeout(this.timer);
    this.bar.say("stopped", words, action);
  }

  next(seconds) {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.beat(), seconds * 1000);
  }

  async beat() {
    const run = this.run;
    window.clearTimeout(this.timer);
    try {
      const answer = await post("api/beat", { lesson: this.lesson, page: this.page });
      this.bar.count(answer);
      if (this.running && run === this.run) this.counted(answer);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      if (this.running && run === this.run) await this.refused(refusal);
    }
  }

  counted(answer) {
    this.failures = 0;
    this.page = answer.page;
    if (answer.reason === "superseded") {
      this.stop("您已在另一页面学习，本页暂停计时", this.again("在本页继续学习"));
    } else {
      this.bar.say(answer.reason ? "waiting" : "counting", answer.reason ? answer.message : "正在计时");
      this.next(answer.next);
    }
  }

  async refused(refusal) {
    if (refusal.status === 401) return this.expired();
    if (refusal.status === 0 || refusal.status === 409 || refusal.status === 429 || refusal.status >= 500) {
      this.bar.say("waiting", "网络不稳，稍后自动续记");
      this.next(RETRY[Math.min(this.failures, RETRY.length - 1)] * (1 + Math.random() / 4));
      this.failures += 1;
      return undefined;
    }
    return this.stop(refusal.detail || "暂时不能记录学习时间", this.again("重试"));
  }

  async expired() {
    this.stop("登录已过期，本页暂停计时", null);
    const account = await me({ again: true }).catch(() => null);
    this.stop("登录已过期，本页暂停计时", signIn(account, "重新登录"));
  }

  again(words) {
    const button = element("button", { type: "button", class: "course-button" }, words);
    button.addEventListener("click", () => {
      this.blocked = false;
      this.active = Date.now();
      this.resume();
    });
    return button;
  }
}

const link = (address, words) => element("a", { class: "course-button", href: new URL(address, base).href }, words);

const signIn = (account, words) => link(signInAddress(account), words);

/** What comes next once something is complete: the exam, the next lesson, or a look at what is still owed. */
function onward(answer, next) {
  if (answer.total_hours >= answer.required_hours) return link("exam/", "去考试");
  if (answer.lesson_seconds < answer.lesson_length) return null;
  return next ? link(next, "下一课") : link("my/", "查看还差哪些");
}

/** Asks who is signed in, again and again while the network is down. */
async function begin(place, bar, failures) {
  try {
    const account = await me({ again: failures > 0 });
    if (!account) return;
    if (!account.signed_in) bar.say("stopped", "登录后学习才能计入学时", signIn(account, "登录"));
    else if (account.learner === false) bar.say("stopped", "当前账号不是学员账号，不记录学习时间");
    else if (account.initial) bar.say("stopped", "请先修改初始密码，再开始学习", link(account.home || "my/", "去修改"));
    else new Reading(place.dataset.lesson, bar).watch();
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    bar.say("waiting", refusal.detail || "网络不稳，稍后自动续记");
    window.setTimeout(() => begin(place, bar, failures + 1), RETRY[Math.min(failures, RETRY.length - 1)] * 1000);
  }
}

const place = document.getElementById("study");
begin(place, new Bar(place), 0);
