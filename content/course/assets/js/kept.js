// What is kept on this device, per account. A store that is full or switched off only forgets.

/** The name under which an account's things are kept; a guest's are apart from everybody's. */
export const owner = (account) => (account && account.signed_in ? `signed-in.${account.key}` : "guest");

export class Kept {
  constructor(name) {
    this.name = name;
    this.found = this.read();
  }

  /** As it is now: another page may have changed it. */
  read() {
    if (this.forgetful) return this.found;
    try {
      const found = JSON.parse(localStorage.getItem(this.name));
      return found && typeof found === "object" ? found : {};
    } catch (error) {
      return this.found || {};
    }
  }

  change(by) {
    this.found = this.read();
    by(this.found);
    try {
      if (Object.keys(this.found).length) localStorage.setItem(this.name, JSON.stringify(this.found));
      else localStorage.removeItem(this.name);
    } catch (error) {
      this.forgetful = true; // the page goes on with what it has
    }
  }
}
