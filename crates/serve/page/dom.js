// Elements: text is only ever set as text.

export const byId = (id) => document.getElementById(id);

export const el = (tag, attributes, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
};

// Tells a screen reader.
export const say = (text) => {
  byId("live").textContent = text;
};

// Tells everybody what went wrong, until something goes right.
export const trouble = (text) => {
  const line = byId("trouble");
  if (line.textContent !== text) line.textContent = text;
  line.hidden = text === "";
};

export const count = (number) => number.toLocaleString("en");

// Choices of which one holds, as a row of buttons.
export const segments = (name, legend, choices, chosen, onchoice) =>
  el(
    "fieldset",
    { class: "segments" },
    el("legend", { class: "unseen" }, legend),
    ...choices.map(([value, text, title]) =>
      el(
        "label",
        { title: title ?? null },
        el("input", { type: "radio", name, value, checked: value === chosen, onchange: () => onchoice(value) }),
        el("span", {}, text),
      ),
    ),
  );

export const choose = (fieldset, value) => {
  const input = fieldset.querySelector(`input[value="${value}"]`);
  if (input) input.checked = true;
};
