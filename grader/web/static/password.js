// The button that shows what was typed into the password fields it names in data-show.
for (const button of document.querySelectorAll("button[data-show]")) {
  const fields = button.dataset.show.split(" ").map((id) => document.getElementById(id));
  button.hidden = false;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const shown = fields[0].type === "password";
    for (const field of fields) field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    button.textContent = shown ? "隐藏密码" : "显示密码";
  });
}
