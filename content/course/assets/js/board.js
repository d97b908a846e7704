// What the county says on every page, without a new build: notices and contacts on the home page, the footer's lines.
import { element, get, me } from "./service.js";

const line = document.querySelector(".board-line");
const notices = document.querySelector(".board-notices");
const contacts = document.querySelector(".board-contacts");
const POLICE = "https://beian.mps.gov.cn/#/query/webSearch?code=";

const outward = (address, words) => element("a", { href: address, rel: "noopener", target: "_blank" }, words);

function day(at) {
  const moment = new Date(at);
  return `${moment.getFullYear()}年${moment.getMonth() + 1}月${moment.getDate()}日`;
}

const paragraphs = (text) => text.split(/\n\s*\n/).map((part) => element("p", { class: "board-text" }, part));

function showLine(board) {
  const parts = [
    board.sponsor && element("span", {}, `主办单位：${board.sponsor}`),
    board.icp && outward("https://beian.miit.gov.cn/", board.icp),
    board.police && (board.police_number ? outward(POLICE + board.police_number, board.police) : element("span", {}, board.police)),
  ].filter(Boolean);
  line.append(...parts);
  line.hidden = !parts.length;
}

function showNotices(board) {
  notices.append(...board.announcements.map((one) => {
    const fold = element("details", { class: "board-notice" }, element("summary", {}, element("span", {}, one.title), element("small", {}, day(one.at))));
    fold.append(...paragraphs(one.text));
    return element("li", {}, fold);
  }));
}

function showContacts(board) {
  if (!board.contacts && !board.picture) return;
  contacts.append(...paragraphs(board.contacts));
  if (board.picture) {
    const words = board.picture_label || "工作群二维码";
    contacts.append(element("img", { src: board.picture, alt: words, width: "160" }), element("p", { class: "board-text" }, words));
  }
  contacts.hidden = false;
}

// The page was built from the programme's file; what the county changed since is in force.
function showWindows(windows) {
  for (const when of document.querySelectorAll("[data-window]")) {
    if (when.dataset.programme === windows.programme) when.textContent = windows[when.dataset.window];
  }
}

me().then((account) => account && get("api/board")).then((board) => {
  if (!board) return;
  showLine(board);
  if (board.windows) showWindows(board.windows);
  if (notices) showNotices(board);
  if (contacts) showContacts(board);
}, () => { /* no service, or it rests: the page stands as it was built */ });
