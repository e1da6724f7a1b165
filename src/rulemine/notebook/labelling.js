// The page of the labelling widget: shows what Python says, sends back what is pressed. It loads nothing.
function element(tag, name, parent) {
  const made = document.createElement(tag);
  made.className = name;
  parent.appendChild(made);
  return made;
}

function render({ model, el }) {
  const box = element("div", "rulemine-labelling", el);
  box.tabIndex = 0;
  const head = element("div", "rulemine-head", box);
  const text = element("div", "rulemine-text", box);
  const choices = element("ol", "rulemine-choices", box);
  const verdict = element("div", "rulemine-verdict", box);
  const message = element("div", "rulemine-message", box);
  const help = element("div", "rulemine-help", box);
  help.textContent = "按数字或字母选类别　u 撤销　n 跳过　g 看各类包含什么（先点一下本框）";
  let guide = false;

  function show() {
    const open = model.get("text");
    head.textContent = `${model.get("done")} / ${model.get("total")}`;
    text.textContent = open === null ? "全部标完。" : open;
    verdict.textContent = model.get("verdict");
    message.textContent = model.get("message");
    choices.replaceChildren();
    for (const choice of model.get("choices")) {
      const line = element("li", "rulemine-choice", choices);
      element("kbd", "", line).textContent = choice.press;
      element("span", "rulemine-name", line).textContent = choice.name;
      if (guide) element("span", "rulemine-holds", line).textContent = choice.holds;
    }
  }

  function press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const key = event.key.toLowerCase();
    const chosen = model.get("choices").find((choice) => choice.press === key);
    if (key === "g") guide = !guide;
    else if (key === "u") model.send({ do: "undo" });
    else if (key === "n") model.send({ do: "skip" });
    else if (chosen) model.send({ do: "decide", label: chosen.key });
    else return;
    event.preventDefault();
    event.stopPropagation();
    show();
  }

  box.addEventListener("keydown", press);
  const watched = ["text", "done", "verdict", "message"];
  for (const name of watched) model.on(`change:${name}`, show);
  show();
  setTimeout(() => box.focus(), 0);
  return () => watched.forEach((name) => model.off(`change:${name}`, show));
}

export default { render };
