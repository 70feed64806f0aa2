"use strict";

const $ = id => document.getElementById(id);
let samples = 0, latest = 0;

function tell(text, kind) {
  const paragraph = document.createElement("p");
  paragraph.className = kind;
  paragraph.textContent = text;
  $("result").replaceChildren(paragraph);
}

function show(answer) {
  const list = document.createElement("ol");
  for (const { className, probability } of answer.top) {
    const item = document.createElement("li"), row = document.createElement("div");
    const track = document.createElement("div"), bar = document.createElement("div");
    const name = document.createElement("span"), value = document.createElement("span");
    row.className = "row"; name.className = "name"; value.className = "value"; track.className = "track"; bar.className = "bar";
    name.textContent = className.replaceAll("_", " ");
    value.textContent = probability < 0.001 ? "< 0.1 %" : (100 * probability).toFixed(1) + " %";
    bar.style.width = 100 * probability + "%";
    row.append(name, value);
    track.append(bar);
    item.append(row, track);
    list.append(item);
  }
  const note = document.createElement("p");
  note.className = "note";
  note.textContent = "Answered in " + Math.max(1, Math.round(answer.milliseconds)) + " ms.";
  $("result").replaceChildren(list, note);
}

async function classify(image) {
  const mine = ++latest;
  URL.revokeObjectURL($("preview").src);
  $("preview").src = URL.createObjectURL(image);
  $("preview").hidden = false;
  $("hint").hidden = true;
  $("drop").classList.add("full");
  tell("Looking …", "empty");
  try {
    const headers = { "Content-Type": image.type || "application/octet-stream" };
    const response = await fetch("classify", { method: "POST", body: image, headers });
    const answer = await response.json();
    if (mine !== latest) return;
    if (response.ok) show(answer); else tell(answer.detail || answer.title, "bad");
  } catch {
    if (mine === latest) tell("The server does not answer. Try again in a moment.", "bad");
  }
}

async function sample() {
  const response = await fetch("samples/" + (new URLSearchParams(location.search).get("demo") || Math.floor(Math.random() * samples)));
  await classify(await response.blob());
}

$("file").onchange = () => { if ($("file").files[0]) classify($("file").files[0]); $("file").value = ""; };
$("sample").onclick = sample;
document.ondragover = event => { event.preventDefault(); $("drop").classList.add("over"); };
document.ondragleave = () => $("drop").classList.remove("over");
document.ondrop = event => {
  event.preventDefault();
  $("drop").classList.remove("over");
  if (event.dataTransfer.files[0]) classify(event.dataTransfer.files[0]);
};
document.onpaste = event => { if (event.clipboardData.files[0]) classify(event.clipboardData.files[0]); };

fetch("model").then(response => response.json()).then(model => {
  samples = model.samples;
  $("lead").textContent = "One image, the five likeliest of " + model.classes.length + " classes.";
  $("sample").hidden = samples === 0;
  if (samples > 0 && new URLSearchParams(location.search).has("demo")) sample();
});
