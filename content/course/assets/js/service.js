// The service behind the site: where it is, who is signed in. Absent service (a plain file server) is a normal case.

/** Root of the site; the site may stand below a sub-path, so it is found from this file's own address. */
export const base = new URL("../../", import.meta.url);

/** An answer that is not a success: `status` 0 means that nothing came back; `detail` is a sentence for the reader. */
export class Refusal extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
    this.detail = detail;
  }
}

async function answer(response) {
  const kind = response.headers.get("Content-Type") || "";
  const text = await response.text(); // read even where it says nothing, so that the connection is free again
  const body = /[/+]json\b/.test(kind) ? JSON.parse(text) : null;
  if (response.ok && body) return body;
  throw new Refusal(response.ok ? 404 : response.status, (body && body.detail) || "");
}

async function send(path, options) {
  try {
    return await answer(await fetch(new URL(path, base), { credentials: "same-origin", cache: "no-store", ...options }));
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(0, "");
  }
}

export const get = (path) => send(path, {});

export const post = (path, body, headers = {}) =>
  send(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
    keepalive: true,
  });

let asked;

/** Who is signed in: the service's answer, or null where there is no service. Asked once a page unless `again`. */
export function me({ again = false } = {}) {
  if (!asked || again) {
    asked = send("api/me", {}).catch((refusal) => {
      if (refusal.status === 404 || refusal.status === 405) return null;
      throw refusal;
    });
  }
  return asked;
}

/** The rule of credit in force: the service's, which may be another year's, or else the one the page was built under. */
export function creditRule(place) {
  return me().catch(() => null).then((account) => (account && account.credit) || place.dataset.credit);
}

/** Where to sign in so that the reader then comes back to this very page. */
export function signInAddress(account) {
  const address = new URL((account && account.sign_in) || "my/sign-in", base);
  address.searchParams.set("next", `/${location.pathname.slice(base.pathname.length)}`);
  return address.href;
}

/** An element with attributes and children; a `null` child is left out. */
export function element(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key === "class") node.className = value;
    else node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}
