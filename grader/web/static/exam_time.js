// The time left, by the server's deadline: the device's own clock is not asked, so that a wrong one does no harm.

const ANNOUNCED = [30, 10, 5, 1];
const LARGEST_DRIFT = 5000;

const pad = (number) => String(number).padStart(2, "0");

/** Seconds as people read them: 1:00:00, 09:59. */
export function clockText(seconds) {
  const hours = Math.floor(seconds / 3600);
  return `${hours ? `${hours}:` : ""}${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
}

/** How far the device's clock is ahead of the time that this page has been awake. */
const drift = () => Date.now() - performance.now();

/** A deadline so many seconds ahead; `total` is how long the exam lasts, in seconds. */
export function createTimer(total, left) {
  let deadline = 0;
  let lastDrift = drift();
  let announced = 0;

  const set = (seconds) => {
    deadline = performance.now() + seconds * 1000;
  };
  set(left);

  return {
    set,
    left: () => Math.max(Math.ceil((deadline - performance.now()) / 1000), 0),
    /** Tenths of a second into the exam by the server's time, so that of two open pages the later change holds. */
    elapsed: () => Math.round((total * 1000 - (deadline - performance.now())) / 100),
    /** Whether the device slept, or its clock was set, since this was last asked: then only the server knows the time. */
    wasAway() {
      const away = Math.abs(drift() - lastDrift) > LARGEST_DRIFT;
      if (away) lastDrift = drift();
      return away;
    },
    /** What is due to be said of the time left, once for each of 30, 10, 5 and 1 minutes; otherwise "". */
    news(seconds) {
      const due = ANNOUNCED.filter((minutes) => seconds <= minutes * 60);
      if (due.length <= announced) return "";
      announced = due.length;
      return seconds ? `距离自动交卷还有不到 ${due[due.length - 1]} 分钟。` : "";
    },
  };
}
