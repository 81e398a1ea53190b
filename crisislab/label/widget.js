// Shows one text at a time; the answer goes to Python, and the next text comes back from there
// only after the answer is on the disk. Nothing exported is ever read as HTML.
function element(tag, parent, name) {
  const made = document.createElement(tag);
  made.className = "crisislab-label-" + name;
  parent.appendChild(made);
  return made;
}

function render({ model, el }) {
  const words = model.get("words");
  const box = element("div", el, "box");
  box.tabIndex = 0;
  box.setAttribute("role", "application");
  box.setAttribute("aria-label", words.name);
  const question = element("div", box, "question");
  const text = element("div", box, "text");
  text.setAttribute("aria-live", "polite");
  const buttons = element("div", box, "buttons");
  const status = element("div", box, "status");
  status.setAttribute("role", "status");
  let waiting = false;

  function send(message) {
    if (waiting) return;
    waiting = true;
    status.textContent = words.saving;
    model.send({ ...message, position: model.get("state").position });
  }

  for (const choice of model.get("choices")) {
    const button = element("button", buttons, "button");
    button.type = "button";
    button.textContent = choice.key + "  " + choice.word;
    button.addEventListener("click", () => {
      send({ answer: choice.label });
      box.focus();
    });
  }

  function draw() {
    const state = model.get("state");
    waiting = false;
    question.textContent = words.question;
    text.textContent = state.text;
    text.lang = state.lang || "";
    text.dir = "auto";
    status.textContent = [state.progress, state.note, words.keys].filter(Boolean).join(" · ");
    box.dataset.position = state.position;
    box.dataset.done = state.done;
    buttons.hidden = state.finished;
  }

  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // JupyterLab would turn 1, 2, 3 into headings and 0 0 into a restart of the kernel.
    event.stopPropagation();
    if (event.repeat || event.isComposing) return;
    const choice = model.get("choices").find((c) => c.key === event.key.toLowerCase());
    if (choice && !model.get("state").finished) {
      event.preventDefault();
      send({ answer: choice.label });
    } else if (event.key === "Backspace") {
      event.preventDefault();
      send({ back: true });
    }
  });
  box.addEventListener("keyup", (event) => event.stopPropagation());
  box.addEventListener("keypress", (event) => event.stopPropagation());
  model.on("change:state", draw);
  draw();
  requestAnimationFrame(() => box.focus({ preventScroll: true }));
  return () => model.off("change:state", draw);
}

export default { render };
