// The header's link to the learner's own pages: a name when signed in, nothing where there is no service.
import { me } from "./service.js";

function show(account) {
  const links = document.querySelectorAll("[data-service]");
  if (!account) {
    links.forEach((link) => { link.hidden = true; });
  } else if (account.signed_in) {
    const text = document.querySelector(".course-tool--me .course-tool__text");
    text.textContent = account.name;
    text.parentNode.title = account.learner === false ? "管理" : "我的";
    if (account.home) text.parentNode.href = account.home;
  }
}

me().then(show, () => { /* unreachable just now: the links may work again when they are followed */ });
