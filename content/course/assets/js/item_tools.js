// Beside a question's rationale, for learners who are signed in: keep it among the favourites, report a fault in it.
import { base, element, get, me, post } from "./service.js";

let asked;

/** The learner's favourites, asked once a page and only when a rationale is opened. */
function favourites() {
  asked = asked || get("api/practice/favourites").then((answer) => answer.items);
  return asked;
}

const label = (wanted) => (wanted ? "★ 已收藏" : "☆ 收藏");

function favourite(id, account, isOne) {
  let wanted = isOne;
  const node = element("button", { type: "button", class: "course-button course-button--quiet" }, label(wanted));
  node.addEventListener("click", async () => {
    node.disabled = true;
    try {
      wanted = (await post("api/practice/favourites", { item: id, wanted: !wanted }, { "X-Account": account.key })).favourite;
      node.textContent = label(wanted);
    } catch (refusal) {
      node.textContent = refusal.detail || "没有收藏，请重试";
    }
    node.disabled = false;
  });
  return node;
}

function report(id) {
  const address = new URL("my/messages/", base);
  address.searchParams.set("item", id);
  address.searchParams.set("from", location.pathname);
  return element("a", { class: "course-button course-button--quiet", href: address.href }, "题目纠错");
}

async function fill(fold, id) {
  const account = await me();
  if (!account || !account.signed_in || account.learner === false) return;
  const found = await favourites().catch(() => null); // unreachable just now: whether it is one is not said
  const keep = found ? [favourite(id, account, found.includes(id)), " "] : [];
  fold.append(element("p", { class: "practice-tools" }, ...keep, report(id)));
}

/** Into the fold with the rationale, when it is opened; nothing where nobody is signed in or there is no service. */
export function addTools(fold, id) {
  const begin = () => fill(fold, id).catch(() => { /* who is signed in is not known */ });
  if (fold.open) begin();
  else fold.addEventListener("toggle", begin, { once: true });
}
