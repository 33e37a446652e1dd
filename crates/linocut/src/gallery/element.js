// Elements from data: text is only ever set as text.

const byElementId = (id) => document.getElementById(id);

const element = (tag, attributes, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== null) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
};

const percent = (value) => `${(100 * Math.min(1, Math.max(0, value))).toFixed(2)}%`;

// A bar for a value between 0 and 1.
const bar = (value) => {
  const made = element("i", { class: "bar", "aria-hidden": "true" });
  made.style.setProperty("--value", percent(value));
  return made;
};

// An SVG as an image, in which no script runs and which loads nothing.
const address = (svg) => "data:image/svg+xml," + encodeURIComponent(svg);

// What stands for a picture: the picture, or why there is none.
const picture = (row, isLazy) => {
  if (row === null) return element("p", { class: "none" }, "not in this run");
  if (row.svg === null)
    return element("p", { class: "none failed" }, element("b", {}, "failed"), row.error ?? "no picture");
  const image = element("img", { alt: row.description, decoding: "async" });
  if (isLazy) image.pending = row.svg;
  else image.src = address(row.svg);
  return image;
};

// Pictures get their address when they come near what is seen.
const nearby = new IntersectionObserver(
  (seen) => {
    for (const { target } of seen.filter((each) => each.isIntersecting)) {
      nearby.unobserve(target);
      for (const image of target.querySelectorAll("img")) image.src = address(image.pending);
    }
  },
  { rootMargin: "600px" },
);
