// Literal search over the sections of the course: every term must stand in the section, as written.
// A statute with an article (宪法第三十三条, 民法典 1034) leads to the article itself, where the site has its text, and to
// the sections that cite it: first those that quote it, last those that name it only as an end of a range
// (第三十三条至第五十条). What the article says is taken from its page, so that nobody loads an index of all law texts.
import { element } from "./service.js";

const SHOWN = 30;
const QUOTED = 120; // characters of an article
const DIGITS = "零一二三四五六七八九";
const TYPING = 200; // ms of rest before an article's page is asked for: 民法典1034 passes through three other articles
const NUMERAL = "[0-9]+|[零〇○一二两三四五六七八九十百千]+";
const BELOW = `(?:第?(?:${NUMERAL})款)?(?:第?\\(?(?:${NUMERAL})\\)?项)?`;
// As people type it, without white space: 宪法第三十三条第二款, 宪法33, 公务员法五十九, 刑法120之一, 民法典第1043条规定.
const ARTICLE = new RegExp(`^(.+?)[·:,、]?第?(${NUMERAL})条?(?:[之-](${NUMERAL}))?${BELOW}(?:的?规定)?$`);

/** Width, case, spaces and title marks do not matter in a comparison. */
export const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/[\s《》〈〉]/g, "");

/** 一千零四十三, 一〇四三 → 1043; digits stay. */
export function number(text) {
  if (/^[0-9]+$/.test(text)) return Number(text);
  const signs = [...text.replace(/[〇○]/g, "零").replace(/两/g, "二")];
  if (!/[十百千]/.test(text)) return Number(signs.map((sign) => DIGITS.indexOf(sign)).join(""));
  let total = 0;
  let digit = 0;
  for (const sign of signs) {
    const unit = { 十: 10, 百: 100, 千: 1000 }[sign];
    if (unit) {
      total += (digit || 1) * unit;
      digit = 0;
    } else {
      digit = DIGITS.indexOf(sign);
    }
  }
  return total + digit;
}

/** 1043 → 一千零四十三, as articles are numbered. */
export function numeral(value) {
  let text = "";
  let zero = false;
  for (const [unit, name] of [[1000, "千"], [100, "百"], [10, "十"], [1, ""]]) {
    const digit = Math.floor(value / unit) % 10;
    if (digit) text += (zero ? "零" : "") + DIGITS[digit] + name;
    zero = text !== "" && !digit;
  }
  return text.replace(/^一十/, "十");
}

function lawNamed(text, laws) {
  const name = fold(text).replace(/^中华人民共和国/, "").replace(/\([^()]*\)$/, ""); // 宪法（2018年修正）
  return laws.find(([, title, short]) => fold(short) === name || fold(title).replace(/^中华人民共和国/, "") === name);
}

/** The citation a query asks for, such as `xianfa:33`, or null. */
export function citation(query, laws) {
  const found = fold(query).match(ARTICLE);
  const law = found && lawNamed(found[1], laws);
  return law ? `${law[0]}:${number(found[2])}${found[3] ? `-${number(found[3])}` : ""}` : null;
}

const holds = (article) => (run) =>
  typeof run === "string" ? run === article : !article.includes("-") && run[0] <= article && article <= run[1];

/** Where on the site a cited article, or a statute that the query names, stands as law text; null where it does not. */
export function original(query, laws) {
  const cited = citation(query, laws);
  if (!cited) {
    const [id, title, , pages] = lawNamed(query, laws) || [];
    return pages && pages.length ? { url: `laws/${id}/`, title, page: "法律原文", article: "" } : null;
  }
  const [id, article] = cited.split(":");
  const [, , short, pages] = laws.find((law) => law[0] === id);
  const page = pages.find(([, , runs]) => runs.some(holds(article)));
  if (!page) return null;
  const [base, inserted] = article.split("-");
  const title = `《${short}》第${numeral(base)}条${inserted ? `之${numeral(inserted)}` : ""}`;
  return { url: `${page[0]}#t${article}`, title, page: ["法律原文", page[1]].filter(Boolean).join("　"), article: `t${article}` };
}

function weight(section, terms) {
  const title = section.foldedTitle;
  let sum = 0;
  for (const term of terms) {
    const inTitle = title.includes(term);
    if (!inTitle && !section.folded.includes(term)) return 0;
    sum += (inTitle ? 10 : 0) + Math.min(section.folded.split(term).length - 1, 5);
  }
  return sum;
}

/** What answers a query: the law text it asks for or null, the sections, best first, and the terms to mark in them. */
export function find(query, index) {
  return { law: original(query.trim(), index.laws), ...findSections(query, index) };
}

function findSections(query, index) {
  const cited = citation(query.trim(), index.laws);
  if (cited) {
    const sections = index.sections
      .filter(({ cites }) => cited in cites)
      .sort((a, b) => a.cites[cited] - b.cites[cited]);
    if (sections.length) return { sections, terms: [index.names[cited]] };
  }
  const terms = query.trim().split(/\s+/).map(fold).filter(Boolean);
  if (!terms.length) return { sections: [], terms };
  const weighed = index.sections.map((section, place) => ({ section, place, sum: weight(section, terms) }));
  const sections = weighed.filter(({ sum }) => sum > 0).sort((a, b) => b.sum - a.sum || a.place - b.place).map(({ section }) => section);
  return { sections, terms };
}

/** Spans [from, to) of `text` in which the folded terms stand, in order and apart. */
export function spans(text, terms) {
  const at = [];
  let folded = "";
  [...text].reduce((offset, sign) => {
    for (const part of fold(sign)) {
      folded += part;
      for (let unit = 0; unit < part.length; unit += 1) at.push([offset, offset + sign.length]);
    }
    return offset + sign.length;
  }, 0);
  const found = [];
  for (const term of terms) {
    for (let from = folded.indexOf(term); from >= 0; from = folded.indexOf(term, from + term.length)) {
      found.push([at[from][0], at[from + term.length - 1][1]]);
    }
  }
  found.sort((a, b) => a[0] - b[0]);
  return found.filter(([from], place) => !found.slice(0, place).some(([, to]) => from < to));
}

function marked(text, terms) {
  const nodes = [];
  let done = 0;
  for (const [from, to] of spans(text, terms)) {
    nodes.push(text.slice(done, from), element("mark", {}, text.slice(from, to)));
    done = to;
  }
  return [...nodes, text.slice(done)];
}

function excerpt(text, terms) {
  const [first] = spans(text, terms);
  const from = Math.max(0, (first ? first[0] : 0) - 24);
  return (from ? "…" : "") + text.slice(from, from + 90) + (from + 90 < text.length ? "…" : "");
}

function counted(law, found) {
  if (!law && !found) return "没有找到。请减少字词，或者输入“宪法第三十三条”这样的法名和条文号。";
  const places = found ? `${found}处` + (found > SHOWN ? `，显示前${SHOWN}处` : "") : "";
  if (!law) return `找到${places}`;
  return found ? `找到法律原文，另有课程内容${places}` : "找到法律原文";
}

export function prepared(raw) {
  const sections = raw.sections.map((section) => ({ ...section, foldedTitle: fold(section.title), folded: fold(section.text) }));
  return { ...raw, sections };
}

class Search {
  constructor(form) {
    this.form = form;
    this.site = new URL(form.dataset.site, document.baseURI);
    this.input = form.querySelector("input");
    this.panel = form.querySelector(".course-search__panel");
    this.count = form.querySelector(".course-search__count");
    this.list = form.querySelector(".course-search__list");
    this.opener = document.querySelector(".course-tool--search");
    this.index = null;
    this.pages = new Map(); // address of a page of law text → promise of its document
  }

  listen() {
    this.input.addEventListener("focus", () => this.show());
    this.input.addEventListener("input", (event) => event.isComposing || this.show());
    this.input.addEventListener("compositionend", () => this.show());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const first = this.list.querySelector("a");
      if (first) first.click();
    });
    this.form.addEventListener("keydown", (event) => this.steer(event));
    this.list.addEventListener("click", (event) => event.target.closest("a") && this.close());
    document.addEventListener("pointerdown", (event) => {
      if (!this.form.contains(event.target) && !this.opener.contains(event.target)) this.close();
    });
    this.form.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !this.form.contains(event.relatedTarget)) this.close();
    });
    this.opener.addEventListener("click", () => (this.form.classList.contains("is-open") ? this.close() : this.open()));
  }

  open() {
    this.form.classList.add("is-open");
    this.opener.setAttribute("aria-expanded", "true");
    this.input.focus();
  }

  close() {
    this.panel.hidden = true;
    this.form.classList.remove("is-open");
    this.opener.setAttribute("aria-expanded", "false");
  }

  steer(event) {
    if (event.key === "Escape") {
      this.input.focus();
      this.close();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [this.input, ...this.list.querySelectorAll("a")];
    const step = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    if (!stops[step]) return;
    event.preventDefault();
    stops[step].focus();
  }

  load() {
    if (!this.index) {
      this.index = fetch(this.form.dataset.searchIndex)
        .then((response) => (response.ok ? response.json() : Promise.reject(new Error(String(response.status)))))
        .then(prepared);
      this.index.catch(() => { this.index = null; });
    }
    return this.index;
  }

  async show() {
    const loading = this.load();
    const asked = this.input.value;
    if (!asked.trim()) {
      this.panel.hidden = true;
      return;
    }
    try {
      const index = await loading;
      if (asked === this.input.value) this.present(find(asked, index));
    } catch (error) {
      this.list.textContent = "";
      this.count.textContent = "搜索暂时不能使用，请稍后再试。";
    }
    this.panel.hidden = false;
  }

  present({ law, sections, terms }) {
    this.count.textContent = counted(law, sections.length);
    this.list.textContent = "";
    if (law) this.presentLaw(law);
    for (const section of sections.slice(0, SHOWN)) {
      this.append(section.url, element("strong", {}, ...marked(section.title, terms)),
        section.page === section.title ? null : element("small", {}, section.page),
        element("span", {}, ...marked(excerpt(section.text, terms), terms)));
    }
  }

  append(url, ...content) {
    const item = element("li", {}, element("a", { href: new URL(url, this.site).href }, ...content));
    this.list.append(item);
    return item;
  }

  presentLaw(law) {
    const text = element("span", {});
    const item = this.append(law.url, element("strong", {}, law.title), element("small", {}, law.page), text);
    item.className = "course-search__law";
    if (law.article) setTimeout(() => text.isConnected && this.quote(law, text), TYPING);
  }

  async quote(law, text) {
    const page = new URL(law.url.split("#")[0], this.site).href;
    try {
      if (!this.pages.has(page)) this.pages.set(page, this.fetchPage(page));
      const lines = (await this.pages.get(page)).getElementById(law.article).querySelectorAll("p");
      const quoted = [...lines].map((line) => line.textContent).join("").replace(/^\S+\s*/, "");
      text.textContent = quoted.slice(0, QUOTED) + (quoted.length > QUOTED ? "…" : "");
    } catch (error) {
      this.pages.delete(page); // the link stands without the quotation
    }
  }

  async fetchPage(page) {
    const response = await fetch(page);
    if (!response.ok) throw new Error(String(response.status));
    return new DOMParser().parseFromString(await response.text(), "text/html");
  }
}

if (typeof document !== "undefined") {
  const form = document.querySelector(".course-search");
  if (form) new Search(form).listen();
}
