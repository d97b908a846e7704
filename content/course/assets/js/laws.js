// An article's lasting address is its statute's: laws/minfadian/#t1034 goes on to the page that holds the article now.
const asked = location.hash.match(/^#t([0-9]+)(?:-([0-9]+))?/);
const list = document.querySelector("[data-pages]");

const isAtMost = (first) => {
  const [number, inserted] = first.split("-").map(Number);
  return number < Number(asked[1]) || (number === Number(asked[1]) && (inserted || 0) <= Number(asked[2] || 0));
};

if (asked && list) {
  const page = list.dataset.pages.split(" ").filter(isAtMost).pop();
  if (page) location.replace(`t${page}/${location.hash}`);
}
