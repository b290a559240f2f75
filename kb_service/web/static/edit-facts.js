/* Ctrl+Enter does what the page is for: the first button of its main form, by position, in both layouts. */
addEventListener("keydown", (event) => {
  if (event.code !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const forms = document.querySelectorAll("form[data-main]");
  const button = forms[forms.length - 1]?.querySelector("button");
  if (!button || button.disabled) return;
  event.preventDefault();
  button.click();
});
