// Beside a question's rationale, for learners who are signed in: keep it among the favourites, report a fault in it.
import { base, element, me, post } from "./service.js";

function favourite(id, account) {
  const node = element("button", { type: "button", class: "course-button course-button--quiet" }, "☆ 收藏");
  let wanted = false;
  node.addEventListener("click", async () => {
    node.disabled = true;
    try {
      wanted = (await post("api/practice/favourites", { item: id, wanted: !wanted }, { "X-Account": account.key })).favourite;
      node.textContent = wanted ? "★ 已收藏" : "☆ 收藏";
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

/** Into the fold with the rationale; nothing where nobody is signed in or there is no service. */
export function addTools(fold, id) {
  me().then((account) => {
    if (!account || !account.signed_in || account.learner === false) return;
    fold.append(element("p", { class: "practice-tools" }, favourite(id, account), " ", report(id)));
  }, () => { /* unreachable just now */ });
}
