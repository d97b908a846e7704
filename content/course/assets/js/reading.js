// Notes the paragraph at the top of the screen while a lesson is read, and leads back to it where the address asks so.
import { base, me } from "./service.js";
import { Places, READ_ON } from "./places.js";

const BLOCKS = "form[data-item], h2, h3, p, li, figure, table";
const DEPTHS = [8, 30, 60, 100]; // px below the header: between two paragraphs there is nothing
const MOVES = ["wheel", "touchmove", "keydown", "pointerdown"];
const path = location.pathname.slice(base.pathname.length);
const text = document.querySelector("article");

const words = (node) => node.textContent.replace(/\s+/g, " ").trim().slice(0, 40);

/** The block of a node; of a section's questions a whole question, or their heading: what else stands there changes. */
function whole(node) {
  const questions = node.closest(".practice");
  return questions ? node.closest("form[data-item]") || questions.querySelector(".practice-title") : node.closest(BLOCKS);
}

const isBefore = (one, other) => one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;

function shown() {
  const middle = text.getBoundingClientRect();
  const top = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;
  for (const depth of DEPTHS) {
    const node = document.elementFromPoint(middle.left + middle.width / 2, top + depth);
    const block = node && text.contains(node) && whole(node);
    if (block) return block;
  }
  return null;
}

function placeAt(block) {
  const headings = [...text.querySelectorAll("h2[id], h3[id]")].filter((one) => one === block || isBefore(one, block));
  return { words: words(block), heading: headings.length ? headings.pop().id : "" };
}

/** The paragraph of a kept place, as near as the text of today has it. */
function find(place) {
  if (!place || !place.words) return null;
  const heading = place.heading && document.getElementById(place.heading);
  const same = [...text.querySelectorAll(BLOCKS)].filter((node) => words(node) === place.words);
  return same.find((node) => !heading || node === heading || isBefore(heading, node)) || same[0] || heading;
}

function follow(places) {
  let seen = null;
  let asked = false;
  const look = () => {
    asked = false;
    const block = shown();
    if (!block || block === seen) return;
    seen = block;
    places.note(path, placeAt(block));
  };
  window.addEventListener("scroll", () => {
    if (!asked) requestAnimationFrame(look);
    asked = true;
  }, { passive: true });
}

function go(block) {
  history.replaceState(history.state, "", location.pathname + location.search);
  if (!block) return;
  block.tabIndex = -1;
  block.focus({ preventScroll: true });
  block.classList.add("is-place");
  block.scrollIntoView();
}

/** Goes to where the reader was once the page has settled, unless the reader has moved on by then. */
async function readOn(block, settled) {
  let moved = window.pageYOffset > 0;
  MOVES.forEach((name) => window.addEventListener(name, () => { moved = true; }, { once: true, passive: true }));
  await settled;
  if (!moved) go(block);
}

/** The paragraph where this account left this lesson on this device, as it was when the page was opened; or null. */
export const left = me().then((account) => {
  const places = new Places(account);
  const place = places.of(path);
  const block = find(place);
  places.note(path, place || { words: "", heading: "" });
  follow(places);
  return block;
}).catch(() => null); // who is reading is not known: nothing is kept

/** Begins; `settled` is fulfilled when sections that are done have been folded. */
export function begin(settled) {
  if (location.hash === READ_ON) left.then((block) => readOn(block, settled));
}
