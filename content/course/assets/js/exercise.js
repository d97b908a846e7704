// One question of a practice block: choose, submit, see right or wrong with the rationale. What an answer comes to is
// for whoever made it: `answered(exercise)` after each answer, `again(exercise)` when the reader wants another try.
import { addTools } from "./item_tools.js";
import { element } from "./service.js";

const MARKS = { right: "✓ 回答正确", wrong: "✗ 回答错误" };

function mark(option, kind, words) {
  option.classList.add(`is-${kind}`);
  option.append(element("span", { class: `practice-mark practice-mark--${kind}` }, words));
}

export class Exercise {
  constructor(form, { answered, again }) {
    this.form = form;
    this.id = form.dataset.item;
    this.fold = form.querySelector("details");
    this.key = [...this.fold.dataset.key];
    this.inputs = [...form.querySelectorAll("input")];
    this.response = null;
    this.submit = element("button", { type: "submit", class: "course-button" }, "提交");
    this.retry = element("button", { type: "button", class: "course-button course-button--quiet" }, "重做");
    this.feedback = element("p", { class: "practice-feedback", role: "status" });
    this.actions = element("div", { class: "practice-actions" }, this.submit, this.retry, this.feedback);
    this.retry.hidden = true;
    form.insertBefore(this.actions, this.fold);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.answer(answered);
    });
    this.retry.addEventListener("click", () => again(this));
    addTools(this.fold, this.id);
  }

  get right() {
    return this.response !== null && this.response.join("") === this.key.join("");
  }

  answer(answered) {
    if (this.response !== null) return;
    const response = this.inputs.filter((input) => input.checked).map((input) => input.value).sort();
    if (!response.length) {
      this.feedback.textContent = "请先选择选项";
      return;
    }
    this.show(response);
    answered(this);
    const next = this.retry.hidden ? this.fold.querySelector("summary") : this.retry;
    next.focus({ preventScroll: true }); // the button pressed is gone
  }

  /** Shows a response as answered; `open` with the rationale unfolded. */
  show(response, { open = true } = {}) {
    this.response = response;
    const kind = this.right ? "right" : "wrong";
    const short = !this.right && response.every((letter) => this.key.includes(letter));
    this.form.dataset.result = kind;
    this.feedback.textContent = MARKS[kind] + (short ? "（少选）" : "");
    this.fold.open = open;
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

  /** The options in another order; each keeps its letter, which the rationale names. */
  reorder() {
    const options = this.inputs.map((input) => input.closest("label").parentElement);
    const turn = 1 + Math.floor(Math.random() * (options.length - 1));
    const turned = [...options.slice(turn), ...options.slice(0, turn)];
    turned.forEach((option) => option.parentElement.append(option));
    this.inputs = turned.map((option) => option.querySelector("input"));
  }

  focus() {
    this.inputs[0].focus();
  }
}
