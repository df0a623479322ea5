// What the pages need beyond links and forms: keys, questions before a step, a word before being logged out.
const SECOND = 1000;
const notices = document.getElementById("notices");

/** Shows one line above the page, and says it to a screen reader. */
function tell(text, kind = "bad", button = null) {
  const line = document.createElement("p");
  line.className = `notice ${kind}`;
  line.textContent = text;
  if (button) line.append(" ", button);
  notices.replaceChildren(line);
}

// A step that cannot be taken back asks first.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

// A preview stays out of sight until somebody wants it.
document.addEventListener("submit", (event) => {
  if (event.submitter?.getAttribute("formtarget") !== "preview") return;
  const place = document.querySelector("[data-preview]");
  place.hidden = false;
  place.scrollIntoView({ block: "nearest" });
});

// A part of a page that could not be loaded.
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status !== 401) tell("That did not work. Load the page again and repeat the step.");
});
document.addEventListener("htmx:sendError", () => tell("The desk does not answer. Wait a moment and try again."));

// --- keys ----------------------------------------------------------------------------------------------------------
// An element with data-key="x" is pressed (or chosen, or gone to) by x; a list with data-keys="list" is walked with j and k.
const KEYS_OFF = "desk-keys-off";

function isTyping(node) {
  return node.closest("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])") !== null;
}

function walk(step) {
  const links = [...document.querySelectorAll('[data-keys="list"] a')];
  const next = links[links.indexOf(document.activeElement) + step];
  if (!next) return false;
  next.focus();
  return true;
}

function press(node) {
  if (node.matches("input[type=radio]")) {
    node.checked = true;
    node.focus();
  } else if (node.matches("select")) {
    node.focus();
  } else {
    node.click();
  }
  return true;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
  if (event.key === "Enter" && event.target.closest("a, button, summary, label")) return;
  const steps = { j: 1, k: -1 };
  const node = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (node ? press(node) : event.key in steps && walk(steps[event.key])) event.preventDefault();
}

function explainTheList() {
  const line = document.createElement("p");
  line.className = "keys";
  line.textContent = "Keys: j and k go down and up the list, Enter opens.";
  document.getElementById("main").append(line);
  return line;
}

/** Single letters can get in the way of speech input, so they can be switched off where they are explained. */
function switchKeys(button, off) {
  document[off ? "removeEventListener" : "addEventListener"]("keydown", onKey);
  button.textContent = off ? "Switch keys on" : "Switch keys off";
}

if (document.querySelector("[data-key], [data-keys]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.addEventListener("click", () => {
    const off = localStorage.getItem(KEYS_OFF) === null;
    if (off) localStorage.setItem(KEYS_OFF, "1");
    else localStorage.removeItem(KEYS_OFF);
    switchKeys(button, off);
  });
  (document.querySelector(".keys") ?? explainTheList()).append(" ", button);
  switchKeys(button, localStorage.getItem(KEYS_OFF) !== null);
}

// --- logged out after 15 minutes without doing anything ---------------------------------------------------------------
const IDLE = 15 * 60 * SECOND;
const WARN = 2 * 60 * SECOND;
let lastSeen = Date.now(); // when the desk last heard of somebody being here
let lastMove = Date.now(); // when somebody last did anything

async function stay() {
  const answer = await fetch("/alive", { redirect: "manual" }).catch(() => null);
  if (answer?.status === 204) {
    lastSeen = Date.now();
    notices.replaceChildren();
  }
}

function watchTheClock() {
  const now = Date.now();
  if (now - lastSeen > IDLE + 5 * SECOND) {
    location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
  } else if (lastMove > lastSeen && now - lastSeen > 3 * 60 * SECOND) {
    stay(); // typing a long answer loads no page, but is no idling
  } else if (now - lastSeen > IDLE - WARN && !notices.querySelector("button")) {
    const button = document.createElement("button");
    button.textContent = "Stay logged in";
    button.addEventListener("click", stay);
    tell("You have done nothing for a while and will be logged out in two minutes.", "warn", button);
  }
}

if (document.body.hasAttribute("data-signed-in")) {
  for (const kind of ["keydown", "pointerdown", "scroll"]) {
    document.addEventListener(kind, () => (lastMove = Date.now()), { passive: true });
  }
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.requestConfig?.headers["X-Idle"]) lastSeen = Date.now();
  });
  setInterval(watchTheClock, 15 * SECOND);
}
