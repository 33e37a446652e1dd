// The picture that Trace and Compare work on: how it comes in, and what is known of it.

import { byId, count, say, trouble } from "/dom.js";

// Tells "change" when there is another picture.
export const picture = Object.assign(new EventTarget(), { id: null, name: "", width: 0, height: 0, blob: null });

let limit = 32 << 20;
export const setLimit = (bytes) => (limit = bytes);

export const address = () => `/pictures/${picture.id}`;

const PNG_OR_JPEG = ["image/png", "image/jpeg"];

// Files of other kinds that the browser can read become PNGs.
const readable = async (blob) => {
  if (PNG_OR_JPEG.includes(blob.type)) return blob;
  const bitmap = await createImageBitmap(blob);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
  return canvas.convertToBlob({ type: "image/png" });
};

const upload = async (blob) => {
  if (blob.size > limit) {
    throw new Error(`The picture has ${count(blob.size)} bytes, more than the ${count(limit)} that are taken.`);
  }
  const answer = await fetch("/pictures", { method: "POST", body: blob });
  const told = await answer.json();
  if (!answer.ok) throw new Error(`That cannot be opened: ${told.error}.`);
  return told;
};

// Opens a file; says why where that fails.
export const open = async (blob, name) => {
  let readied;
  try {
    readied = await readable(blob);
  } catch {
    return trouble(`“${name}” is no picture that can be read: PNG and JPEG are.`);
  }
  try {
    const told = await upload(readied);
    Object.assign(picture, { id: told.id, width: told.width, height: told.height, name, blob: readied });
    trouble("");
    say(`Opened ${name}, ${told.width} by ${told.height} pixels`);
    picture.dispatchEvent(new Event("change"));
  } catch (error) {
    trouble(error instanceof TypeError ? "linocut does not answer: is it still running?" : error.message);
  }
};

// Gives the server the picture again after it let it go. False if it is not here either.
export const again = async () => {
  if (!picture.blob) return false;
  return upload(picture.blob).then(
    () => true,
    () => false,
  );
};

// The picture of a link, if the server still has it.
export const recall = async (id, name) => {
  if (!/^[0-9a-f]{32}$/.test(id)) return;
  const answer = await fetch(`/pictures/${id}`).catch(() => null);
  if (!answer?.ok) {
    trouble(`This link was made with the picture “${name}”: drop it here to see the same drawing.`);
    return;
  }
  const blob = await answer.blob();
  const { width, height } = await createImageBitmap(blob);
  Object.assign(picture, { id, name, width, height, blob });
  picture.dispatchEvent(new Event("change"));
};

export const choosePicture = () => byId("picture-file").click();

// The name of a file without its ending.
export const stem = () => picture.name.replace(/\.[a-z0-9]+$/i, "") || "picture";
