// The page as a whole: tabs, the address, light and dark, keys, and what comes in from outside.

import { openSvg, setUpCheck } from "/check.js";
import { setUpCompare } from "/compare.js";
import { byId, trouble } from "/dom.js";
import { setUpDraw } from "/draw.js";
import { choosePicture, open, picture, recall, setLimit } from "/picture.js";
import { connection } from "/stream.js";
import { picker, Tracing } from "/trace.js";

const NAMES = ["trace", "draw", "check", "compare"];
let active = "trace";
let isReading = false;

// Light and dark: as the system has it, until somebody chooses.
const THEMES = ["system", "light", "dark"];
const setTheme = (theme) => {
  document.documentElement.dataset.theme = theme;
  byId("theme").textContent = { system: "◐ System", light: "○ Light", dark: "● Dark" }[theme];
  byId("theme").setAttribute("aria-label", `Colours: ${theme}; change`);
  localStorage.setItem("theme", theme);
};
setTheme(THEMES.includes(localStorage.getItem("theme")) ? localStorage.getItem("theme") : "system");
byId("theme").addEventListener("click", () => {
  const theme = document.documentElement.dataset.theme;
  setTheme(THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]);
});

const about = await fetch("/about")
  .then((answer) => answer.json())
  .catch(() => ({ models: [], upload_bytes: 32 << 20 }));
setLimit(about.upload_bytes);

const pick = picker();
byId("trace-shown").append(pick);
const tracing = new Tracing({
  slot: "trace",
  scope: "trace",
  prefix: "",
  shown: byId("trace-shown"),
  form: byId("trace-settings"),
  label: "Drawing",
  isActive: () => active === "trace",
});
const tabs = {
  trace: {
    settings: [tracing.settings],
    show: () => tracing.stale !== false && tracing.start(),
    rest: () => tracing.rest(),
  },
  draw: setUpDraw(about.models, () => writeAddress()),
  check: setUpCheck(),
  compare: setUpCompare(() => active === "compare"),
};

// The address says all that a drawing depends on.
const writeAddress = () => {
  if (isReading) return;
  const parameters = new URLSearchParams();
  for (const settings of tabs[active].settings) settings.write(parameters);
  tabs[active].write?.(parameters);
  if (picture.id && ["trace", "compare"].includes(active)) {
    parameters.set("picture", picture.id);
    parameters.set("name", picture.name);
  }
  const text = parameters.toString();
  history.replaceState(null, "", `#${active}${text ? `?${text}` : ""}`);
};

const readAddress = async () => {
  const [name, text] = location.hash.slice(1).split("?");
  const parameters = new URLSearchParams(text);
  isReading = true;
  active = NAMES.includes(name) ? name : "trace";
  for (const settings of tabs[active].settings) settings.read(parameters);
  showTab(active);
  tabs[active].read?.(parameters);
  const id = parameters.get("picture");
  if (id && id !== picture.id) await recall(id, parameters.get("name") ?? "picture");
  else tabs[active].show();
  isReading = false;
};

const showTab = (name) => {
  active = name;
  for (const each of NAMES) {
    const isShown = each === name;
    byId(`panel-${each}`).hidden = !isShown;
    byId(`tab-${each}`).setAttribute("aria-selected", isShown);
    byId(`tab-${each}`).tabIndex = isShown ? 0 : -1;
  }
  document.title = `linocut: ${name}`;
};

const goTo = (name) => {
  if (name === active) return;
  tabs[active].rest();
  trouble("");
  showTab(name);
  writeAddress();
  tabs[name].show();
};

for (const name of NAMES) byId(`tab-${name}`).addEventListener("click", () => goTo(name));
byId("tabs").addEventListener("keydown", (event) => {
  const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -NAMES.length, End: NAMES.length }[event.key];
  if (!steps) return;
  event.preventDefault();
  const at = NAMES.indexOf(active) + steps;
  const next = Math.abs(steps) === 1 ? (at + NAMES.length) % NAMES.length : Math.min(NAMES.length - 1, Math.max(0, at));
  goTo(NAMES[next]);
  byId(`tab-${NAMES[next]}`).focus();
});

for (const { settings } of Object.values(tabs)) {
  for (const each of settings) each.addEventListener("change", writeAddress);
}
picture.addEventListener("change", () => {
  document.body.classList.add("has-picture");
  writeAddress();
});

// A picture goes where pictures are worked on, an SVG is checked.
const take = (file) => {
  if (file.type === "image/svg+xml" || /\.svg$/i.test(file.name)) {
    goTo("check");
    return openSvg(file);
  }
  if (!["trace", "compare"].includes(active)) goTo("trace");
  return open(file, file.name || "pasted.png");
};

byId("picture-file").addEventListener("change", ({ target }) => {
  if (target.files[0]) take(target.files[0]);
  target.value = "";
});
document.addEventListener("paste", (event) => {
  const file = event.clipboardData.files[0];
  if (!file) return;
  event.preventDefault();
  take(file);
});
const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  byId("dropping").hidden = !hasFiles(event);
});
document.addEventListener("dragleave", (event) => {
  if (event.relatedTarget === null) byId("dropping").hidden = true;
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  byId("dropping").hidden = true;
  const file = event.dataTransfer.files[0];
  if (file) take(file);
  else trouble("Drop a file: what was dropped is only a link or a text.");
});

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches("textarea, input:not([type=range], [type=radio])");
  if (isTyping || event.altKey) return;
  const key = event.key.toLowerCase();
  if ((event.ctrlKey || event.metaKey) && (key === "z" || key === "y")) {
    event.preventDefault();
    const own = tabs[active].settings.find(({ form }) => form.contains(event.target)) ?? tabs[active].settings[0];
    if (key === "y" || event.shiftKey) own?.redo();
    else own?.undo();
  } else if (key === "o" && !event.ctrlKey && !event.metaKey) {
    choosePicture();
  }
});

connection.addEventListener("lost", () => trouble("The connection to linocut is lost: is it still running?"));
connection.addEventListener("opened", () => {
  if (byId("trouble").textContent.startsWith("The connection")) {
    trouble("");
    tabs[active].show();
  }
});
addEventListener("hashchange", readAddress);
await readAddress();
document.documentElement.dataset.ready = "";
