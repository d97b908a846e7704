// Practice blocks: choose, submit, see right or wrong with the rationale, try again. Public and for oneself: nothing
// here counts. Responses are kept per account on this device and, signed in, told to the service for the notebook.
import { element, me, post } from "./service.js";

const MARKS = { right: "✓ 回答正确", wrong: "✗ 回答错误" };

/** Responses of one account by item id; a store that is full or switched off only forgets. */
class Kept {
  constructor(account) {
    const who = account && account.signed_in ? `signed-in.${account.key}` : "guest";
    this.name = `xuefa.practice.${who}`;
    try {
      this.responses = JSON.parse(localStorage.getItem(this.name)) || {};
    } catch (error) {
      this.responses = {};
    }
  }

  put(item, response) {
    if (response) this.responses[item] = response;
    else delete this.responses[item];
    try {
      localStorage.setItem(this.name, JSON.stringify(this.responses));
    } catch (error) { /* the page goes on without memory */ }
  }
}

function mark(option, kind, words) {
  option.classList.add(`is-${kind}`);
  option.append(element("span", { class: `practice-mark practice-mark--${kind}` }, words));
}

class Exercise {
  constructor(form, changed) {
    this.form = form;
    this.id = form.dataset.item;
    this.changed = changed;
    this.fold = form.querySelector("details");
    this.key = [...this.fold.dataset.key];
    this.inputs = [...form.querySelectorAll("input")];
    this.response = null;
    this.submit = element("button", { type: "submit", class: "course-button" }, "提交");
    this.retry = element("button", { type: "button", class: "course-button course-button--quiet" }, "重做");
    this.feedback = element("p", { class: "practice-feedback", role: "status" });
    this.retry.hidden = true;
    form.insertBefore(element("div", { class: "practice-actions" }, this.submit, this.retry, this.feedback), this.fold);
  }

  get right() {
    return this.response !== null && this.response.join("") === this.key.join("");
  }

  listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.answer();
    });
    this.retry.addEventListener("click", () => {
      this.clear();
      this.changed(this);
      this.inputs[0].focus();
    });
  }

  answer() {
    if (this.response !== null) return;
    const response = this.inputs.filter((input) => input.checked).map((input) => input.value);
    if (!response.length) {
      this.feedback.textContent = "请先选择选项";
      return;
    }
    this.show(response);
    this.changed(this);
    this.retry.focus({ preventScroll: true });
  }

  show(response) {
    this.response = response;
    const kind = this.right ? "right" : "wrong";
    const short = this.form.dataset.type === "multiple" && !this.right && response.every((letter) => this.key.includes(letter));
    this.form.dataset.result = kind;
    this.feedback.textContent = MARKS[kind] + (short ? "（少选）" : "");
    this.fold.open = true;
    this.submit.hidden = true;
    this.retry.hidden = false;
    for (const input of this.inputs) {
      input.checked = response.includes(input.value);
      input.disabled = true;
      const option = input.closest("label");
      if (this.key.includes(input.value)) mark(option, "key", "正确答案");
      if (input.checked && !this.right) mark(option, this.key.includes(input.value) ? "own" : "wrong", "您的选择");
    }
  }

  clear() {
    this.response = null;
    delete this.form.dataset.result;
    this.feedback.textContent = "";
    this.fold.open = false;
    this.submit.hidden = false;
    this.retry.hidden = true;
    for (const input of this.inputs) {
      input.checked = false;
      input.disabled = false;
    }
    for (const option of this.form.querySelectorAll(".practice-option")) {
      option.classList.remove("is-key", "is-own", "is-wrong");
      option.querySelectorAll(".practice-mark").forEach((node) => node.remove());
    }
  }
}

function enhance(block, account) {
  const kept = new Kept(account);
  const progress = element("p", { class: "practice-progress", role: "status" });
  const exercises = [...block.querySelectorAll("form[data-item]")].map((form) => new Exercise(form, changed));

  function tell() {
    const answered = exercises.filter((exercise) => exercise.response !== null);
    const right = answered.filter((exercise) => exercise.right);
    progress.textContent = `已答 ${answered.length}/${exercises.length}，答对 ${right.length}`;
  }

  function changed(exercise) {
    kept.put(exercise.id, exercise.response);
    tell();
    if (exercise.response && account && account.signed_in && account.learner !== false) {
      post("api/practice", { item: exercise.id, response: exercise.response }).catch(() => { /* kept on this device */ });
    }
  }

  for (const exercise of exercises) {
    const response = kept.responses[exercise.id];
    if (Array.isArray(response) && response.length) exercise.show(response);
    exercise.listen();
  }
  block.classList.add("is-live");
  block.prepend(progress);
  tell();
}

const blocks = document.querySelectorAll(".practice");
if (blocks.length) {
  me().catch(() => null).then((account) => blocks.forEach((block) => enhance(block, account)));
}
