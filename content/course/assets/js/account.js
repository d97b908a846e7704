// The header's link to the learner's own pages: a name when signed in, nothing where there is no service. And the way
// out, for those who share a computer.
import { me, post, signInAddress } from "./service.js";

const link = document.querySelector(".course-tool--me");
const out = document.querySelector(".course-tool--out");

function show(account) {
  if (!account) {
    document.querySelectorAll("[data-service]").forEach((node) => { node.hidden = true; });
  } else if (account.signed_in) {
    link.querySelector(".course-tool__text").textContent = account.name;
    link.title = account.learner === false ? "管理" : "我的";
    if (account.home) link.href = account.home;
    out.hidden = false;
  } else if (document.getElementById("study")) {
    link.href = signInAddress(account);
  }
}

async function signOut() {
  out.disabled = true;
  try {
    await post("api/sign-out", {});
  } catch (refusal) {
    if (refusal.status !== 401) { // 401: the sign-in has ended by itself
      out.disabled = false;
      out.firstElementChild.textContent = "没有退出，请重试";
      return;
    }
  }
  location.reload();
}

out.addEventListener("click", signOut);
me().then(show, () => { /* unreachable just now: the links may work again when they are followed */ });
