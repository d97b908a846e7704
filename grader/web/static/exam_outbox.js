// Responses on their way to the server. Until it has them they are kept on the device, by account and attempt, so that
// neither a lost network nor a closed page loses one, and people who share a computer never meet each other's.

const LONGEST_PAUSE = 15_000;

/** Under which name the device keeps what is not sent yet. */
export const storageKey = (account, attempt) => `xuefa.exam.${account}.${attempt}`;

const isChange = (change) => change && Array.isArray(change.response) && Number.isInteger(change.sequence);

/** What the device keeps: item → {response, marked, sequence}; nothing where storage is switched off. */
export function readKept(key) {
  try {
    const kept = Object.entries(JSON.parse(localStorage.getItem(key)) || {});
    return Object.fromEntries(kept.filter(([, change]) => isChange(change)));
  } catch (error) {
    return {};
  }
}

/** Change what the device keeps; another page of the same attempt may have changed it too. Gives whether it could. */
function rewrite(key, change) {
  try {
    const kept = readKept(key);
    change(kept);
    if (Object.keys(kept).length) localStorage.setItem(key, JSON.stringify(kept));
    else localStorage.removeItem(key);
    return true;
  } catch (error) {
    return false;
  }
}

/** Keep nothing of this attempt any more. */
export function forget(key) {
  try {
    localStorage.removeItem(key);
  } catch (error) {
    // Where storage is switched off nothing was kept.
  }
}

/** Why a response was not kept; `words` are the server's. All but "refused" are tried again. */
export class Unsent extends Error {
  constructor(why, words = "") {
    super(why);
    this.why = why;
    this.words = words;
  }
}

/**
 * Sends changes one after another in their order, until nothing is left; waits longer after each failure.
 * `send(item, change)` resolves once the server has it and throws Unsent otherwise; `changed` is told of every step.
 */
export function createOutbox({ key, send, changed }) {
  const pending = new Map(Object.entries(readKept(key)).sort((one, other) => one[1].sequence - other[1].sequence));
  const refused = new Map();
  let failures = 0;
  let fault = null;
  let isOnDevice = true;
  let sending = false;
  let stopped = false;
  let pause = null;

  function put(item, change) {
    refused.delete(item);
    pending.delete(item);
    pending.set(item, change);
    isOnDevice = rewrite(key, (kept) => Object.assign(kept, { [item]: change }));
    changed();
    flush();
  }

  /** The server has it, or will never take it: not pending any more, unless it was changed meanwhile. */
  function drop(item, change) {
    if (pending.get(item) === change) pending.delete(item);
    rewrite(key, (kept) => {
      if (kept[item] && kept[item].sequence <= change.sequence) delete kept[item];
    });
  }

  async function sendNext() {
    const [item, change] = pending.entries().next().value;
    try {
      await send(item, change);
      drop(item, change);
    } catch (error) {
      if (error.why !== "refused") throw error;
      drop(item, change);
      refused.set(item, error.words);
    }
  }

  async function flush() {
    clearTimeout(pause);
    if (sending || stopped) return;
    sending = true;
    try {
      while (pending.size && !stopped) {
        await sendNext();
        failures = 0;
        fault = null;
        changed();
      }
    } catch (error) {
      failures += 1;
      fault = error instanceof Unsent ? error : new Unsent("offline");
      if (!stopped) pause = setTimeout(flush, Math.min(1000 * 2 ** (failures - 1), LONGEST_PAUSE));
    }
    sending = false;
    changed();
  }

  function stop() {
    stopped = true;
    clearTimeout(pause);
  }

  return { put, drop, flush, stop, pending, refused, fault: () => fault, isOnDevice: () => isOnDevice };
}
