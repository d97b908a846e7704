// Where somebody was reading: kept on this device, by account, the lesson read last at the end. No times.
import { Kept, owner } from "./kept.js";

const MOST = 10; // lessons

/** At the end of a lesson's address: go to the kept paragraph. */
export const READ_ON = "#read-on";

export class Places extends Kept {
  constructor(account) {
    super(`xuefa.place.${owner(account)}`);
  }

  /** The kept place in a lesson: the words a paragraph begins with and the id of the heading before it, or null. */
  of(path) {
    const place = this.found[path];
    return place && typeof place.words === "string" && typeof place.heading === "string" ? place : null;
  }

  /** The path of the lesson read last, or undefined. */
  get last() {
    return Object.keys(this.found).filter((path) => this.of(path)).pop();
  }

  note(path, place) {
    this.change((found) => {
      delete found[path];
      found[path] = place;
      Object.keys(found).slice(0, -MOST).forEach((old) => delete found[old]);
    });
  }
}
